"""Change how many pods a deployment has."""

from typing import Annotated

from pydantic import Field

from tools.contract import Call, JsonObject, Preview, Risk, Settlement, ToolError
from tools.declare import KubeName, changes
from tools.kube.changing import seen, sent, settled, tried
from tools.kube.client import reader
from tools.kube.fields import number
from tools.kube.impact import autoscaler, fights, scaling

Replicas = Annotated[int, Field(ge=0, le=100, description="how many pods the deployment should have")]


def preview_scale(namespace: KubeName, deployment: KubeName, replicas: Replicas) -> Preview:
    """Say what `kube_scale` would do.

    Raises:
        ToolError: When it would change nothing, or stop the service.
    """
    if replicas == 0:
        raise ToolError(f"Scaling {deployment} to 0 stops it for everybody; Infra does not do that, use kubectl.")
    api = reader()
    now = api.one("deployments", namespace, deployment)
    before = number(now, "spec", "replicas", default=1)
    if before == replicas:
        raise ToolError(f"{deployment} has {replicas} replicas already, so there is nothing to change.")
    fight = fights(autoscaler(api, now), replicas)
    return Preview(
        summary=f"Scale deployment {deployment} in {namespace} from {before} to {replicas} replicas.",
        diff=tried(now, _patch(replicas)),
        blast_radius=f"{scaling(api, now, replicas)} {fight}".strip(),
        way_back=_way_back(before),
        observed=seen(api, now),
        undo=Call("kube_scale", {"namespace": namespace, "deployment": deployment, "replicas": before})
        if before
        else None,
    )


def settle_scale(namespace: KubeName, deployment: KubeName, replicas: Replicas) -> Settlement:
    """Read back whether this grant set the replica count."""
    return settled(namespace, deployment, lambda now: number(now, "spec", "replicas", default=1) == replicas)


@changes(
    risk=Risk.MEDIUM,
    needs=(
        "apps/deployments:get",
        "apps/deployments:list",
        "apps/deployments:patch",
        "core/services:list",
        "policy/poddisruptionbudgets:list",
        "autoscaling/horizontalpodautoscalers:list",
    ),
    preview=preview_scale,
    settle=settle_scale,
)
def kube_scale(namespace: KubeName, deployment: KubeName, replicas: Replicas) -> str:
    """Scale a deployment to a number of replicas.

    Medium risk: it neither replaces running code nor loses the way back, but fewer pods carry less traffic, and more
    pods take more of what they share (database connections, quota). Scaling to 0 is refused, because that is an outage.
    """
    sent(namespace, deployment, lambda _now, _api: _patch(replicas))
    return f"Set {deployment} in {namespace} to {replicas} replicas."


def _patch(replicas: int) -> JsonObject:
    return {"spec": {"replicas": replicas}}


def _way_back(before: int) -> str:
    return f"Scale it back to {before} replicas." if before else "Scale it to 0 again with kubectl; Infra does not."

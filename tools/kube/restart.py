"""Replace a deployment's pods with fresh ones of the same template."""

from datetime import UTC, datetime

from tools.acting import grant
from tools.contract import JsonObject, Preview, Risk, Settlement, ToolError
from tools.declare import KubeName, changes
from tools.kube.changing import seen, sent, settled, tried
from tools.kube.client import reader
from tools.kube.fields import flag, number, text
from tools.kube.impact import rolling
from tools.kube.revisions import RESTARTED


def preview_restart(namespace: KubeName, deployment: KubeName) -> Preview:
    """Say what `kube_restart` would do.

    Raises:
        ToolError: When a rollout is paused, so that nothing would restart.
    """
    api = reader()
    now = api.one("deployments", namespace, deployment)
    if flag(now, "spec", "paused"):
        raise ToolError(f"The rollout of {deployment} is paused, so a restart would do nothing; resume it first.")
    if number(now, "spec", "replicas", default=1) == 0:
        raise ToolError(f"{deployment} has no pods to restart; scale it up instead.")
    return Preview(
        summary=f"Restart deployment {deployment} in {namespace}: replace its pods, same template.",
        diff=tried(now, _patch(datetime.now(UTC))),
        blast_radius=rolling(api, now),
        way_back="None is needed: image and configuration stay; what the pods held in memory is lost.",
        observed=seen(api, now),
    )


def settle_restart(namespace: KubeName, deployment: KubeName) -> Settlement:
    """Read back whether this grant restarted it."""
    return settled(namespace, deployment, lambda now: _restarted(now) == _stamp(grant().granted_at))


@changes(
    risk=Risk.LOW,
    needs=(
        "apps/deployments:get",
        "apps/deployments:list",
        "apps/deployments:patch",
        "core/services:list",
        "policy/poddisruptionbudgets:list",
    ),
    preview=preview_restart,
    settle=settle_restart,
)
def kube_restart(namespace: KubeName, deployment: KubeName) -> str:
    """Restart a deployment, as `kubectl rollout restart` does.

    Low risk: the same image and configuration come back, a step at a time, and a rollout whose first new pod does not
    become ready stops by itself with the old pods still serving.
    """
    sent(namespace, deployment, lambda _now, _api: _patch(grant().granted_at))
    return f"Restarted {deployment} in {namespace}."


def _patch(at: datetime) -> JsonObject:
    return {"spec": {"template": {"metadata": {"annotations": {RESTARTED: _stamp(at)}}}}}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _restarted(now: JsonObject) -> str:
    return text(now, "spec", "template", "metadata", "annotations", RESTARTED)

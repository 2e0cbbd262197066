"""Put a deployment back on an earlier revision's pod template."""

from typing import Annotated

from pydantic import Field

from tools.acting import grant
from tools.canonical import digest
from tools.contract import Call, JsonObject, Preview, Risk, Settlement, Stale, ToolError
from tools.declare import KubeName, changes
from tools.kube.changing import seen, sent, settled, tried
from tools.kube.client import Reader, reader
from tools.kube.fields import flag, part, some
from tools.kube.impact import rolling
from tools.kube.revisions import Revision, bare, good, revisions, short

Number = Annotated[int, Field(ge=0, le=2**31, description="the revision to go back to; 0 = the last good one")]


def preview_rollback(namespace: KubeName, deployment: KubeName, revision: Number = 0) -> Preview:
    """Say what `kube_rollback` would do.

    Raises:
        ToolError: When there is nothing to go back to, or the rollout is paused.
    """
    api = reader()
    now = api.one("deployments", namespace, deployment)
    if flag(now, "spec", "paused"):
        raise ToolError(f"The rollout of {deployment} is paused; resume it before rolling back.")
    current, target = _target(api, now, revision)
    back = {"namespace": namespace, "deployment": deployment, "revision": current.number}
    return Preview(
        summary=f"Roll deployment {deployment} in {namespace} back from revision {current.number} "
        f"({some(map(short, current.images))}) to {target.number} ({some(map(short, target.images))}).",
        diff=tried(now, _patch(now, target)),
        blast_radius=rolling(api, now),
        way_back=f"Roll forward again to revision {current.number}.",
        observed={**seen(api, now), "to_revision": target.number, "to_template": digest(target.template)},
        undo=Call("kube_rollback", dict(back)),
    )


def settle_rollback(namespace: KubeName, deployment: KubeName, revision: Number = 0) -> Settlement:
    """Read back whether this grant put the approved template in place."""
    del revision  # the approval says which one it came to
    wanted = grant().proposal.preview.observed.get("to_template")
    return settled(namespace, deployment, lambda now: digest(bare(part(now, "spec", "template"))) == wanted)


@changes(
    risk=Risk.MEDIUM,
    needs=(
        "apps/deployments:get",
        "apps/deployments:list",
        "apps/deployments:patch",
        "core/services:list",
        "policy/poddisruptionbudgets:list",
        "apps/replicasets:list",
    ),
    preview=preview_rollback,
    settle=settle_rollback,
)
def kube_rollback(namespace: KubeName, deployment: KubeName, revision: Number = 0) -> str:
    """Roll a deployment back to an earlier revision, as `kubectl rollout undo` does.

    Medium risk: it runs code that ran before and can be rolled forward again, but it takes out whatever the newer
    revision brought, and data written by newer code may not suit the older.
    """
    del revision  # the approval says which one it came to
    sent(namespace, deployment, _approved)
    return f"Rolled {deployment} in {namespace} back to revision {grant().proposal.preview.observed['to_revision']}."


def merge_patch(before: object, after: object) -> object:
    """Return the RFC 7386 merge patch that makes `after` of `before`; lists are replaced whole."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    gone = dict.fromkeys(before.keys() - after.keys())
    kept = {key: merge_patch(before.get(key), one) for key, one in after.items() if before.get(key) != one}
    return {**gone, **kept}


def _approved(now: JsonObject, api: Reader) -> JsonObject:
    observed = grant().proposal.preview.observed
    for one in revisions(now, api.every("replicasets", str(part(now, "metadata")["namespace"]))):
        if one.number == observed["to_revision"] and digest(one.template) == observed["to_template"]:
            return _patch(now, one)
    raise Stale(f"Revision {observed['to_revision']} is no longer there as it was shown.")


def _patch(now: JsonObject, target: Revision) -> JsonObject:
    return {"spec": {"template": merge_patch(bare(part(now, "spec", "template")), target.template)}}


def _target(api: Reader, now: JsonObject, wanted: int) -> tuple[Revision, Revision]:
    history = revisions(now, api.every("replicasets", str(part(now, "metadata").get("namespace", ""))))
    name = str(part(now, "metadata").get("name"))
    numbers = some((str(one.number) for one in history), 10) or "none"
    target = good(history) if wanted == 0 else next((one for one in history if one.number == wanted), None)
    if target is None:
        raise ToolError(f"{name} has no revision {wanted or 'to go back to'}; its history has {numbers}.")
    if target is history[0]:
        raise ToolError(f"{name} is on revision {target.number} already; its history has {numbers}.")
    return history[0], target

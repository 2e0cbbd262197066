"""What the three changes share: try it out, send it once against what was seen, and read back whether it was ours."""

import time
from collections.abc import Callable

from tools.acting import grant
from tools.contract import JsonObject, Settled, Settlement, Stale, ToolError
from tools.kube.client import Reader, Writer, reader, rehearsal, writer
from tools.kube.fields import name_of, namespace_of, number, part, text
from tools.kube.revisions import REVISION, images, unified

ACTION = "infra.dev/action-id"
"""Annotation that says which approval made the last change of ours; written in the same patch as the change."""
TRIES = 4
SETTLE_SECONDS = 10.0
LOOK_SECONDS = 0.5


def seen(api: Reader, deployment: JsonObject) -> JsonObject:
    """Return the facts a decision about a deployment rests on.

    `generation` stands for resourceVersion: it counts changes of the spec by anybody, while resourceVersion also moves
    whenever a pod becomes ready or crashes, and an approval for a crash-looping deployment would never be fresh. The
    patch itself carries the resourceVersion read right before it, after the generation was compared again.
    """
    return {
        "cluster": api.cluster,
        "uid": text(deployment, "metadata", "uid"),
        "generation": number(deployment, "metadata", "generation"),
        "replicas": number(deployment, "spec", "replicas", default=1),
        "revision": text(deployment, "metadata", "annotations", REVISION),
        "images": list(images(part(deployment, "spec", "template"))),
    }


def tried(deployment: JsonObject, change: JsonObject) -> str:
    """Return the diff of what the server says the change would come to.

    Raises:
        ToolError: When the server would refuse it, or it would change nothing.
    """
    there = namespace_of(deployment), name_of(deployment)
    after = rehearsal().patched(
        "deployments", *there, {**change, "metadata": {"uid": text(deployment, "metadata", "uid")}}
    )
    diff = unified(_essence(deployment), _essence(after))
    if not diff:
        raise ToolError(f"{there[1]} is like that already, so there is nothing to change.")
    return diff


def sent(namespace: str, deployment: str, change: Callable[[JsonObject, Writer], JsonObject]) -> JsonObject:
    """Send a change of a deployment, once, if the deployment is still what the approval saw.

    A 409 says that nothing was done. When only the status moved in between, the facts are compared again and the patch
    is sent with the new resourceVersion; anything else ends it.

    Raises:
        Stale: The deployment is not what was approved.
        Unknown: It may or may not have happened.
        ToolError: The server refused.
    """
    api = writer()
    moved = Stale(f"{deployment} kept changing, so nothing was done; ask again.")
    for _ in range(TRIES):
        now = api.one("deployments", namespace, deployment)
        _unmoved(seen(api, now), deployment)
        try:
            return api.patch("deployments", namespace, deployment, _bound(now, change(now, api), grant().proposal.id))
        except Stale as error:
            moved = error
    raise moved


def settled(namespace: str, deployment: str, holds: Callable[[JsonObject], bool]) -> Settlement:
    """Read back whether this very grant took effect, waiting a little for the rollout to show.

    Args:
        namespace: The deployment's namespace.
        deployment: Its name.
        holds: Tells whether the deployment's spec is what the change asked for.
    """
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            now = reader().one("deployments", namespace, deployment)
        except ToolError as error:
            return Settlement(Settled.UNKNOWN, f"{deployment} could not be read back: {error}")
        ours = text(now, "metadata", "annotations", ACTION) == grant().proposal.id
        if (ours and rolled_out(now)) or time.monotonic() > until:
            return _verdict(now, ours=ours, holds=holds(now))
        time.sleep(LOOK_SECONDS)


def rolled_out(deployment: JsonObject) -> bool:
    """Tell whether every pod is of the current template and available (what `kubectl rollout status` waits for)."""
    wanted = number(deployment, "spec", "replicas", default=1)
    status, generation = part(deployment, "status"), number(deployment, "metadata", "generation")
    return (
        # A status that does not say which generation it is about is taken at its word.
        number(status, "observedGeneration", default=generation) >= generation
        and number(status, "updatedReplicas") == wanted
        and number(status, "replicas") == wanted
        and number(status, "availableReplicas") == wanted
    )


def progress(deployment: JsonObject) -> str:
    """Say how far the rollout is."""
    wanted = number(deployment, "spec", "replicas", default=1)
    ready, updated = (number(deployment, "status", one) for one in ("readyReplicas", "updatedReplicas"))
    return f"{ready} of {wanted} pods ready, {updated} of {wanted} on the current template"


def _verdict(now: JsonObject, *, ours: bool, holds: bool) -> Settlement:
    name = name_of(now)
    if ours and holds:
        return Settlement(Settled.DONE, f"{name} carries this action's id: {progress(now)}.")
    if ours:
        return Settlement(
            Settled.DONE, f"{name} carries this action's id and was changed again since: {progress(now)}."
        )
    approved = part({"observed": grant().proposal.preview.observed}, "observed")
    if number(now, "metadata", "generation") == number(approved, "generation"):
        return Settlement(Settled.NOT_DONE, f"The specification of {name} has not changed since the preview.")
    return Settlement(Settled.UNKNOWN, f"{name} was changed, but not visibly by this action: {progress(now)}.")


def _unmoved(now: JsonObject, deployment: str) -> None:
    approved = grant().proposal.preview.observed
    for fact, value in now.items():
        if approved.get(fact) != value:
            raise Stale(f"The {fact} of {deployment} was {approved.get(fact)} when it was shown and is {value} now.")


def _bound(now: JsonObject, change: JsonObject, action: str) -> JsonObject:
    """Return a merge patch that the server takes only for exactly this object as it is."""
    meta = {
        "uid": text(now, "metadata", "uid"),
        "resourceVersion": text(now, "metadata", "resourceVersion"),
        "annotations": {ACTION: action},
    }
    return {**change, "metadata": meta}


def _essence(deployment: JsonObject) -> JsonObject:
    """Return what people decide on: the spec, without bookkeeping."""
    return {"spec": part(deployment, "spec")}

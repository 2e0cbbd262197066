"""Volume claims: which are not bound, why, and whose pods wait for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Event, Everywhere, about, every_event
from tools.kube.fields import ago, created, first, name_of, namespace_of, parts, plural, some, subject, text
from tools.kube.owners import scene

FINDINGS = {
    "claim_class_missing": "A volume claim names a storage class that does not exist.",
    "claim_pending": "A volume claim is not bound, so the pods that mount it cannot start.",
    "claim_lost": "A volume claim has lost its volume.",
    "claim_missing": "Pods mount a volume claim that does not exist.",
    "claim_waits": "A volume claim waits for its first pod, as its storage class asks.",
    "claims_bound": "Every volume claim is bound.",
}
ADVICE = "Create the storage class or correct its name, or give the claim a volume that fits its size, mode and zone."


@reads(
    needs=(
        "core/persistentvolumeclaims:list",
        "storage.k8s.io/storageclasses:list",
        "core/pods:list",
        "core/events:list",
    )
)
def kube_volumes(namespace: Everywhere = "") -> Observation:
    """Look at volume claims: bound or pending, their storage class, what the provisioner says, and who waits."""
    api, now = reader(), datetime.now(UTC)
    claims, classes = api.every("persistentvolumeclaims", namespace), api.any("storageclasses")
    pods, events = api.any("pods", namespace), every_event(api, namespace)
    rows = [_row(one, now) for one in claims]
    found = analyze(claims, classes, pods, events)
    return Observation("\n".join([*(rows or ["No volume claim."]), *api.unseen]), found)


def analyze(
    claims: Sequence[JsonObject], classes: Sequence[JsonObject], pods: Sequence[JsonObject], events: Sequence[Event]
) -> tuple[Finding, ...]:
    """Return the claims that hold pods up, or that all are bound."""
    found = [each for one in claims if (each := _standing(one, classes, pods, events))]
    known = {(namespace_of(one), name_of(one)) for one in claims}
    wanted = {(namespace_of(pod), claim) for pod in pods if not _ended(pod) for claim in _mounted(pod)}
    found += [_absent(namespace, name, pods) for namespace, name in sorted(wanted - known)]
    if found or not claims:
        return tuple(found)
    said = f"{plural(len(claims), 'volume claim')} bound."
    return (Finding("claims_bound", "cluster", said, "status.phase", 0.6, Role.HEALTHY),)


def _standing(
    claim: JsonObject, classes: Sequence[JsonObject], pods: Sequence[JsonObject], events: Sequence[Event]
) -> Finding | None:
    phase, kind = text(claim, "status", "phase"), text(claim, "spec", "storageClassName")
    if phase == "Lost":
        return _finding("claim_lost", claim, "has lost its volume", pods)
    if phase not in {"Pending", ""}:
        return None
    names = [name_of(one) for one in classes]
    if kind and names and kind not in names:
        says = f"names storage class {kind}, which does not exist (there is {some(names)}), so it is never bound"
        return _finding("claim_class_missing", claim, says, pods)
    told = about(events, "PersistentVolumeClaim", name_of(claim))
    failed = next((one for one in told if one.reason in {"ProvisioningFailed", "FailedBinding"}), None)
    if failed is None and not _waiting(claim, pods):
        said = f"Claim {name_of(claim)} waits for its first pod."
        return Finding("claim_waits", subject("claim", claim), said, "status.phase", 0.5, Role.CONTEXT)
    why = f": {first(failed.message, 200)}" if failed else ", and nothing says why"
    return _finding("claim_pending", claim, f"is Pending (not bound){why}", pods)


def _finding(code: str, claim: JsonObject, says: str, pods: Sequence[JsonObject]) -> Finding:
    waiting = _waiting(claim, pods)
    hurt = f"; {plural(len(waiting), 'pod')} that mount it cannot start" if waiting else ""
    said = f"PersistentVolumeClaim {name_of(claim)} {says}{hurt}."
    where, sure = subject("claim", claim), 0.9 if waiting else 0.5
    return Finding(code, where, said, "status.phase", sure, Role.CAUSE, created(claim), _look(waiting), advice=ADVICE)


def _absent(namespace: str, name: str, pods: Sequence[JsonObject]) -> Finding:
    waiting = [pod for pod in pods if namespace_of(pod) == namespace and name in _mounted(pod)]
    said = f"Pods mount PersistentVolumeClaim {name}, which does not exist in {namespace}."
    where, advice = f"claim/{namespace}/{name}", "Create the claim, or correct its name in the pod's volumes."
    return Finding("claim_missing", where, said, "spec.volumes", 0.9, Role.CAUSE, None, _look(waiting), advice=advice)


def _waiting(claim: JsonObject, pods: Sequence[JsonObject]) -> list[JsonObject]:
    here, name = namespace_of(claim), name_of(claim)
    held = [pod for pod in pods if namespace_of(pod) == here and name in _mounted(pod)]
    return [pod for pod in held if text(pod, "status", "phase") == "Pending"]


def _mounted(pod: JsonObject) -> set[str]:
    return {text(one, "persistentVolumeClaim", "claimName") for one in parts(pod, "spec", "volumes")} - {""}


def _ended(pod: JsonObject) -> bool:
    return text(pod, "status", "phase") in {"Succeeded", "Failed"}


def _look(pods: Sequence[JsonObject]) -> tuple[Call, ...]:
    owners = {one.subject: one for one in map(scene().owner, pods)}
    return tuple(Call("kube_pods", {"namespace": one.namespace, "workload": one.name}) for one in owners.values())[:4]


def _row(one: JsonObject, now: datetime) -> str:
    kind, size = text(one, "spec", "storageClassName"), text(one, "spec", "resources", "requests", "storage")
    state = text(one, "status", "phase") or "Pending"
    return f"{namespace_of(one)}/{name_of(one)} {state}, {size}, class {kind or 'default'}, {ago(created(one), now)}"

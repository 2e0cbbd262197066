"""What a deployment's status says about its rollout."""

from __future__ import annotations

from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition, seconds, stamp, with_condition

_COUNTS = ("updatedReplicas", "readyReplicas", "availableReplicas", "replicas")


def deployment_status(deployment: Object, counts: Object, at: float) -> Object:
    """Return the status for counted pods.

    Args:
        deployment: With the status it had.
        counts: replicas, updated, ready, least (available replicas wanted), name (of the new ReplicaSet), failure.
        at: Seconds since the epoch.
    """
    old = deployment.get("status") or {}
    desired = int(deployment["spec"].get("replicas", 1))
    numbers = {
        "observedGeneration": deployment["metadata"].get("generation", 1),
        "replicas": counts["replicas"],
        "updatedReplicas": counts["updated"],
        "readyReplicas": counts["ready"],
        "availableReplicas": counts["ready"],
        "unavailableReplicas": max(0, max(desired, counts["replicas"]) - counts["ready"]),
    }
    conditions = list(old.get("conditions") or [])
    for new in (_available(counts), _progressing(deployment, counts, numbers, at)):
        conditions = _set(conditions, new, at)
    conditions = [one for one in conditions if one["type"] != "ReplicaFailure"]
    failure = [counts["failure"]] if counts["failure"] else []
    kept = {key: value for key, value in numbers.items() if value or key in {"observedGeneration", "updatedReplicas"}}
    return {**kept, "conditions": conditions + failure}


def is_complete(deployment: Object) -> bool:
    """Tell whether every replica is new, ready and seen."""
    status = deployment.get("status") or {}
    desired = int(deployment["spec"].get("replicas", 1))
    same = all(int(status.get(key) or 0) == desired for key in _COUNTS)
    return same and int(status.get("observedGeneration") or 0) >= int(deployment["metadata"].get("generation", 1))


def _available(counts: Object) -> Object:
    if counts["ready"] >= counts["least"]:
        message = "Deployment has minimum availability."
        return {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "message": message}
    message = "Deployment does not have minimum availability."
    return {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable", "message": message}


def _progressing(deployment: Object, counts: Object, numbers: Object, at: float) -> Object:
    old = condition(deployment, "Progressing")
    before = deployment.get("status") or {}
    moved = any(int(before.get(key) or 0) != numbers[key] for key in _COUNTS)
    moved = moved or before.get("observedGeneration") != numbers["observedGeneration"]
    if is_complete({**deployment, "status": numbers}):
        done = f'ReplicaSet "{counts["name"]}" has successfully progressed.'
        return {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable", "message": done}
    since = seconds(old.get("lastUpdateTime"))
    limit = float(deployment["spec"].get("progressDeadlineSeconds") or 600)
    is_late = old.get("reason") == "ProgressDeadlineExceeded" or (since is not None and at - since > limit)
    if is_late and not moved:
        late = f'ReplicaSet "{counts["name"]}" has timed out progressing.'
        return {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": late}
    going = f'ReplicaSet "{counts["name"]}" is progressing.'
    new = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "message": going}
    return new | ({"lastUpdateTime": stamp(at)} if moved else {})


def _set(conditions: list[Object], new: Object, at: float) -> list[Object]:
    old = next((one for one in conditions if one.get("type") == new["type"]), {})
    same = all(old.get(key) == new[key] for key in ("status", "reason"))
    updated = new.get("lastUpdateTime") or (old.get("lastUpdateTime") if same else None) or stamp(at)
    return with_condition(conditions, {**new, "lastUpdateTime": updated}, stamp(at))

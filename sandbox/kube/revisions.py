"""Revisions of a deployment: the ReplicaSet of a template, its number, and the sizes a rolling update may take."""

from __future__ import annotations

import math

from sandbox.kube.kinds import DEPLOYMENT, Object
from sandbox.kube.parts import HASH, REVISION, notes, owned_by, place, stamp, template_hash

DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
HISTORY = "deployment.kubernetes.io/revision-history"
_OWN = {"kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MOST}


def new_replica_set(deployment: Object, number: int, at: float, hash_: str = "") -> Object:
    """Return a ReplicaSet for the deployment's template, without pods."""
    template = deployment["spec"]["template"]
    hash_ = hash_ or template_hash(template)
    marked = {**((template.get("metadata") or {}).get("labels") or {}), HASH: hash_}
    selector = deployment["spec"].get("selector") or {}
    chosen = {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH: hash_}}
    meta = {**(template.get("metadata") or {}), "labels": marked}
    spec = {"replicas": 0, "selector": chosen, "template": {**template, "metadata": meta}}
    about = _about(deployment, number, at) | {"name": f"{place(deployment)[1]}-{hash_}", "labels": marked}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": about, "spec": spec, "status": {"replicas": 0}}


def _about(deployment: Object, number: int, at: float) -> Object:
    kept = {key: value for key, value in notes(deployment).items() if key not in _OWN}
    return {
        "namespace": place(deployment)[0],
        "creationTimestamp": stamp(at),
        "generation": 1,
        "annotations": {**kept, REVISION: str(number), DESIRED: str(wanted(deployment))},
        "ownerReferences": [owned_by(DEPLOYMENT, deployment)],
    }


def revision(object_: Object) -> int:
    """Return the revision number in the annotations, 0 if there is none."""
    number = notes(object_).get(REVISION, "0")
    return int(number) if str(number).isdigit() else 0


def wanted(deployment: Object) -> int:
    """Return how many replicas are asked for; 1 if nothing is said."""
    replicas = deployment["spec"].get("replicas", 1)
    return 1 if replicas is None else int(replicas)


def size(replica_set: Object) -> int:
    """Return how many replicas a ReplicaSet has been asked for."""
    return int(replica_set["spec"].get("replicas") or 0)


def surge(deployment: Object) -> int:
    """Return how many pods a rolling update may add: 25 % rounded up unless the spec says otherwise."""
    return _share(deployment, "maxSurge", up=True)


def unavailable(deployment: Object) -> int:
    """Return how many pods a rolling update may miss: 25 % rounded down, and 1 where both would be 0."""
    count = _share(deployment, "maxUnavailable", up=False)
    return min(wanted(deployment), count if count or surge(deployment) else 1)


def _share(deployment: Object, key: str, *, up: bool) -> int:
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0
    value = (strategy.get("rollingUpdate") or {}).get(key, "25%")
    if isinstance(value, str) and value.endswith("%"):
        part = wanted(deployment) * int(value[:-1]) / 100
        return math.ceil(part) if up else math.floor(part)
    return int(value)

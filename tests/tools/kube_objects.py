"""Kubernetes objects as tests write them: short, in the API's own shape."""

from datetime import UTC, datetime, timedelta

from tools.contract import JsonObject
from tools.kube.revisions import HASH, REVISION

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    """Return the time so many minutes before NOW, as the API writes it."""
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def template(image: str = "acme/checkout:2.13.0", **container: object) -> JsonObject:
    """Return a pod template with one container."""
    spec = {"containers": [{"name": "app", "image": image, **container}]}
    return {"metadata": {"labels": {"app": "checkout"}}, "spec": spec}


def deployment(name: str = "checkout", pods: JsonObject | None = None, **spec: object) -> JsonObject:
    """Return a deployment of 3."""
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}", "generation": 1},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": name}}, "template": pods or template(), **spec},
    }


def replicaset(revision: int, pods: JsonObject, *, minutes: float, ready: int = 0, wanted: int = 0) -> JsonObject:
    """Return a ReplicaSet of checkout."""
    meta = {
        "name": f"checkout-{revision}",
        "namespace": "shop",
        "annotations": {REVISION: str(revision)},
        "creationTimestamp": at(minutes),
        "ownerReferences": [{"kind": "Deployment", "name": "checkout"}],
    }
    labeled = {"metadata": {"labels": {"app": "checkout", HASH: str(revision)}}, "spec": pods["spec"]}
    return {
        "metadata": meta,
        "spec": {"replicas": wanted, "template": labeled},
        "status": {"readyReplicas": ready, "replicas": wanted},
    }


def pod(name: str, revision: int, status: JsonObject | None = None, *, minutes: float = 30) -> JsonObject:
    """Return a ready pod of checkout, unless `status` says otherwise."""
    state: JsonObject = {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "app", "ready": True, "state": {"running": {"startedAt": at(minutes)}}}],
    }
    meta = {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "creationTimestamp": at(minutes),
        "ownerReferences": [{"kind": "ReplicaSet", "name": f"checkout-{revision}"}],
    }
    return {"metadata": meta, "spec": {"nodeName": "node-1"}, "status": {**state, **(status or {})}}


def unready(*containers: JsonObject, phase: str = "Running") -> JsonObject:
    """Return the status of a pod that is not ready."""
    return {
        "phase": phase,
        "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": list(containers),
    }


def crashing(*, code: int = 1, reason: str = "Error", count: int = 6, said: str = "") -> JsonObject:
    """Return the status of a pod that crash-loops."""
    ended = {"exitCode": code, "reason": reason, "startedAt": at(2), "finishedAt": at(1), "message": said}
    waits = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}
    return unready({"name": "app", "restartCount": count, "state": waits, "lastState": {"terminated": ended}})


def waiting(reason: str, message: str = "", image: str = "acme/checkout:2.14.0") -> JsonObject:
    """Return the status of a pod whose container waits."""
    one: JsonObject = {"name": "app", "image": image, "state": {"waiting": {"reason": reason, "message": message}}}
    return unready(one, phase="Pending")


def event(name: str, reason: str, message: str, *, minutes: float = 1, kind: str = "Pod", count: int = 1) -> JsonObject:
    """Return a warning."""
    return {
        "involvedObject": {"kind": kind, "name": name, "namespace": "shop"},
        "metadata": {"namespace": "shop"},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": count,
        "firstTimestamp": at(minutes + 10),
        "lastTimestamp": at(minutes),
    }

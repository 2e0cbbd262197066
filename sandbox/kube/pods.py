"""Pods: how one is made from a template, and the statuses a kubelet reports for it."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition, containers, digest, labels, stamp, with_condition

CONDITIONS = ("PodScheduled", "Initialized", "PodReadyToStartContainers", "ContainersReady", "Ready")


def make_pod(template: Object, namespace: str, name: str, owner: Object | None, at: float) -> Object:
    """Return a new pod from a pod template, not yet scheduled."""
    meta = template.get("metadata") or {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "generateName": name.rsplit("-", 1)[0] + "-",
            "namespace": namespace,
            "uid": str(uuid.uuid4()),
            "creationTimestamp": stamp(at),
            "labels": dict(meta.get("labels") or {}),
            "annotations": dict(meta.get("annotations") or {}),
            "ownerReferences": [owner] if owner else [],
        },
        "spec": _pod_spec(template.get("spec") or {}),
        "status": {"phase": "Pending", "qosClass": quality(template.get("spec") or {}), "conditions": []},
    }


def _pod_spec(spec: Object) -> Object:
    defaults = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30}
    account = spec.get("serviceAccountName", "default")
    return {**defaults, "serviceAccountName": account, "schedulerName": "default-scheduler", **copy.deepcopy(spec)}


def quality(spec: Object) -> str:
    """Return the quality-of-service class of a pod's resources."""
    resources = [one.get("resources") or {} for one in spec.get("containers") or []]
    if not any(one.get("requests") or one.get("limits") for one in resources):
        return "BestEffort"
    limits = [one.get("limits") or {} for one in resources]
    whole = all(set(one) >= {"cpu", "memory"} for one in limits)
    equal = all(one.get("requests", one["limits"]) == one["limits"] for one in resources if one.get("limits"))
    return "Guaranteed" if whole and equal else "Burstable"


def is_ready(pod: Object) -> bool:
    """Tell whether a pod serves."""
    return condition(pod, "Ready").get("status") == "True" and "deletionTimestamp" not in pod["metadata"]


def is_active(pod: Object) -> bool:
    """Tell whether a pod counts as a replica: not finished and not on its way out."""
    return (
        pod.get("status", {}).get("phase") not in {"Succeeded", "Failed"} and "deletionTimestamp" not in pod["metadata"]
    )


def with_states(pod: Object, states: dict[str, Object], at: float, *, scheduled: bool = True) -> Object:
    """Return a pod with container states set, and phase and conditions as they follow.

    Args:
        pod: The pod.
        states: By container: any of `state`, `lastState`, `ready`, `restartCount`.
        at: When, seconds since the epoch.
        scheduled: Whether it has a node.
    """
    status = dict(pod.get("status") or {})
    known = {one["name"]: one for one in status.get("containerStatuses") or []}
    listed = [
        _container_status(one, known.get(one["name"], {}) | states.get(one["name"], {}), pod) for one in containers(pod)
    ]
    ready = bool(listed) and all(one["ready"] for one in listed)
    status |= {"phase": _phase(listed, scheduled=scheduled)}
    if scheduled:
        status |= {"containerStatuses": listed}
        status.setdefault("startTime", stamp(at))
        status |= addresses(pod)
    status["conditions"] = _conditions(status.get("conditions") or [], listed, at, scheduled=scheduled, ready=ready)
    return {**pod, "metadata": dict(pod["metadata"]), "status": status}


def addresses(pod: Object) -> Object:
    """Return the addresses of a scheduled pod: made from its uid, so they stay."""
    number = int.from_bytes(digest(pod["metadata"].get("uid", "")).encode()[:2], "big")
    address = (pod.get("status") or {}).get("podIP") or f"10.0.{number // 250 % 250}.{number % 250 + 2}"
    host = (pod.get("status") or {}).get("hostIP") or "10.0.1.11"
    return {"podIP": address, "podIPs": [{"ip": address}], "hostIP": host}


def _container_status(container: Object, known: Object, pod: Object) -> Object:
    started = "running" in (known.get("state") or {})
    image = str(container.get("image", ""))
    made = digest([pod["metadata"].get("uid"), container["name"], known.get("restartCount", 0)])
    return {
        "name": container["name"],
        "image": image,
        "imageID": f"{image.rsplit(':', 1)[0]}@sha256:{digest(image)}" if started else known.get("imageID", ""),
        "containerID": f"containerd://{made}" if started else known.get("containerID", ""),
        "ready": bool(known.get("ready", False)),
        "started": started,
        "restartCount": int(known.get("restartCount", 0)),
        "state": known.get("state") or {"waiting": {"reason": "ContainerCreating"}},
        "lastState": known.get("lastState") or {},
    }


def _phase(statuses: list[Object], *, scheduled: bool) -> str:
    begun = [one for one in statuses if "running" in one["state"] or one["lastState"] or "terminated" in one["state"]]
    return "Running" if scheduled and begun else "Pending"


def _conditions(old: list[Object], statuses: list[Object], at: float, *, scheduled: bool, ready: bool) -> list[Object]:
    unready = [one["name"] for one in statuses if not one["ready"]]
    message = f"containers with unready status: [{' '.join(unready)}]"
    truth: dict[str, Any] = {"PodScheduled": scheduled, "ContainersReady": ready, "Ready": ready}
    conditions = [one for one in old if one.get("type") in CONDITIONS]
    for type_ in CONDITIONS:
        holds = truth.get(type_, scheduled)
        new: Object = {"type": type_, "status": "True" if holds else "False", "lastProbeTime": None}
        if not holds and type_ in {"ContainersReady", "Ready"} and scheduled:
            new |= {"reason": "ContainersNotReady", "message": message}
        if scheduled or type_ == "PodScheduled":
            conditions = with_condition(conditions, new, stamp(at))
    return conditions


def fits_labels(pod: Object, wanted: dict[str, str]) -> bool:
    """Tell whether a pod has all the labels of a service's selector."""
    return bool(wanted) and wanted.items() <= labels(pod).items()

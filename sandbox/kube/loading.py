"""Put a world's objects into the store as written, completed by what every object of the API has."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from sandbox.kube.events import as_core
from sandbox.kube.kinds import (
    LEASE,
    NAMESPACE,
    NODE,
    POD,
    Kind,
    Object,
    Registry,
)
from sandbox.kube.parts import stamp
from sandbox.kube.store import Store
from sandbox.kube.tidying import named_containers, tidied
from sandbox.world import World

DAY = 86400.0
_CAPACITY = {"cpu": "8", "memory": "32Gi", "pods": "110", "ephemeral-storage": "100Gi"}
_NODE_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def load(world: World, registry: Registry, store: Store) -> None:
    """Put every object of a world into a store, times moved to now, with the namespaces and nodes they need."""
    begins = world.begins.timestamp()
    for written in world.objects:
        object_ = tidied(world.shifted(written))
        kind = registry.of(object_)
        store.put(kind, complete(kind, object_, begins - DAY))
    if not store.all(NODE):
        for name in sorted(_nodes_named(store)) or [f"ip-10-0-1-{number}.ec2.internal" for number in (11, 12, 13)]:
            store.put(NODE, complete(NODE, _node(name, world, begins), begins - 30 * DAY))
            store.put(LEASE, complete(LEASE, _lease(name, begins), begins - 30 * DAY))
    for namespace in sorted(_namespaces(store) | {"default", "kube-system"}):
        if not store.get(NAMESPACE, "", namespace):
            store.put(NAMESPACE, complete(NAMESPACE, _namespace(namespace), begins - 90 * DAY))


def complete(kind: Kind, object_: Object, at: float) -> Object:
    """Return an object with what it leaves out: version, kind, namespace, uid, creation time, generation."""
    object_ = _converted(kind, copy.deepcopy(object_))
    meta = object_["metadata"]
    object_ |= {"apiVersion": kind.api_version, "kind": kind.name}
    if kind.namespaced:
        meta.setdefault("namespace", "default")
    else:
        meta.pop("namespace", None)
    meta.setdefault(
        "uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind.resource}/{meta.get('namespace')}/{meta['name']}"))
    )
    meta["creationTimestamp"] = meta.get("creationTimestamp") or _seen(object_) or stamp(at)
    meta.pop("resourceVersion", None)
    if "spec" in object_ and kind is not POD:
        meta.setdefault("generation", (object_.get("status") or {}).get("observedGeneration") or 1)
    return object_


def _converted(kind: Kind, object_: Object) -> Object:
    """Return an object as the API would have stored it."""
    match kind.name:
        case "Event":
            object_ = as_core(object_)
        case "Secret":
            object_ = {key: value for key, value in object_.items() if key not in {"data", "stringData"}}
        case "HorizontalPodAutoscaler" if "metrics" not in (object_.get("spec") or {"metrics": []}):
            object_ = _second_version(object_)
        case "Deployment":
            object_ = _defaulted(object_)
        case "Pod":
            object_ = {**object_, "spec": named_containers(object_.get("spec") or {}, "main")}
        case "ReplicaSet":
            object_ = _with_template(object_)
    return object_


def _defaulted(deployment: Object) -> Object:
    """Give a deployment the defaults the API server would; without a template there is nothing to run."""
    spec = deployment.setdefault("spec", {})
    template = spec.setdefault("template", {})
    marked = (template.get("metadata") or {}).get("labels") or {"app": deployment["metadata"]["name"]}
    template["spec"] = named_containers(template.get("spec") or {}, deployment["metadata"]["name"])
    template["metadata"] = {**(template.get("metadata") or {}), "labels": marked}
    spec.setdefault("replicas", (deployment.get("status") or {}).get("replicas", 1))
    spec.setdefault("selector", {"matchLabels": marked})
    spec.setdefault("progressDeadlineSeconds", 600)
    spec.setdefault("revisionHistoryLimit", 10)
    default = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    spec.setdefault("strategy", default)
    return deployment


def _with_template(replica_set: Object) -> Object:
    """Give a ReplicaSet of which only the numbers were written a template to make pods from."""
    spec = replica_set.get("spec") or {}
    template = spec.get("template") or {}
    named = named_containers(template.get("spec") or {}, replica_set["metadata"]["name"].rpartition("-")[0] or "main")
    return {**replica_set, "spec": {**spec, "template": {**template, "spec": named}}}


def _second_version(autoscaler: Object) -> Object:
    """Say what an autoscaling/v1 autoscaler says in the words of v2."""
    spec = dict(autoscaler["spec"])
    status = dict(autoscaler.get("status") or {})
    target = spec.pop("targetCPUUtilizationPercentage", None)
    current = status.pop("currentCPUUtilizationPercentage", None)
    if target is not None:
        spec["metrics"] = [_cpu("target", {"type": "Utilization", "averageUtilization": target})]
    if current is not None:
        status["currentMetrics"] = [_cpu("current", {"averageUtilization": current})]
    return {**autoscaler, "spec": spec, "status": status}


def _cpu(key: str, value: Any) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", key: value}}


def _seen(object_: Object) -> str:
    """Return when an object must have existed, by its own words: an event's first time, a pod's start."""
    found = object_.get("firstTimestamp") or object_.get("eventTime") or (object_.get("status") or {}).get("startTime")
    return str(found or "")


def _namespaces(store: Store) -> set[str]:
    return {str(one["metadata"].get("namespace")) for kind in store.kinds() for one in store.all(kind)} - {"None"}


def _nodes_named(store: Store) -> set[str]:
    return {str(pod["spec"]["nodeName"]) for pod in store.all(POD) if (pod.get("spec") or {}).get("nodeName")}


def _namespace(name: str) -> Object:
    labels = {"kubernetes.io/metadata.name": name}
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def _lease(name: str, begins: float) -> Object:
    renewed = stamp(begins).replace("Z", ".000000Z")
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": renewed}
    return {"metadata": {"name": name, "namespace": "kube-node-lease"}, "spec": spec}


def _node(name: str, world: World, begins: float) -> Object:
    zone = f"{world.region}{'abc'[sum(name.encode()) % 3]}"
    times = {"lastHeartbeatTime": stamp(begins), "lastTransitionTime": stamp(begins - 30 * DAY)}
    keys = ("type", "status", "reason", "message")
    conditions = [dict(zip(keys, words, strict=True)) | times for words in _NODE_CONDITIONS]
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "topology.kubernetes.io/zone": zone}
    addresses = [{"type": "InternalIP", "address": "10.0.1.11"}, {"type": "Hostname", "address": name}]
    return {
        "metadata": {"name": name, "labels": labels | {"node.kubernetes.io/instance-type": "m6i.2xlarge"}},
        "spec": {"providerID": f"aws:///{zone}/i-{uuid.uuid5(uuid.NAMESPACE_DNS, name).hex[:17]}"},
        "status": {
            "capacity": _CAPACITY,
            "allocatable": {**_CAPACITY, "cpu": "7910m", "memory": "31Gi"},
            "conditions": conditions,
            "addresses": addresses,
            "nodeInfo": _NODE_INFO,
        },
    }


_NODE_INFO = {
    "kubeletVersion": "v1.32.3-eks-473151a",
    "kubeProxyVersion": "v1.32.3-eks-473151a",
    "osImage": "Amazon Linux 2023",
    "kernelVersion": "6.1.134-150.224.amzn2023.x86_64",
    "containerRuntimeVersion": "containerd://1.7.27",
    "operatingSystem": "linux",
    "architecture": "amd64",
    "machineID": "",
    "systemUUID": "",
    "bootID": "",
}

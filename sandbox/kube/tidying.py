"""Bring what people write by hand into the shape the API guarantees, so that nothing else needs to ask."""

from __future__ import annotations

from typing import Any

from sandbox.kube.kinds import Object
from sandbox.kube.parts import pruned

_NEEDED = {
    "conditions": "type",
    "containerStatuses": "name",
    "initContainerStatuses": "name",
    "env": "name",
    "ownerReferences": "uid",
}
"""What an element of a list must have to mean anything; others are left out."""


def tidied(object_: Object) -> Object:
    """Return an object without nulls, its lists without elements that say nothing, its containers with names."""
    tidy: Object = _tidy(pruned(object_))
    spec = tidy.get("spec")
    if tidy.get("kind") == "Service" and isinstance(spec, dict):
        spec["ports"] = [port for port in spec.get("ports") or [] if isinstance(port.get("port"), int)]
    return tidy


def named_containers(pod_spec: Object, name: str) -> Object:
    """Return a pod's spec whose containers all have a name and an image; without any there is one."""
    written = pod_spec.get("containers") or [{}]
    return {**pod_spec, "containers": [_container(one, name, index) for index, one in enumerate(written)]}


def _container(container: Object, name: str, index: int) -> Object:
    ports = [port for port in container.get("ports") or [] if isinstance(port.get("containerPort"), int)]
    named = {"name": name if index == 0 else f"{name}-{index}", "image": "unknown", **container}
    return {**named, "ports": ports} if "ports" in container else named


def _tidy(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        needed = _NEEDED.get(key)
        return [_tidy(item) for item in value if needed is None or (isinstance(item, dict) and item.get(needed))]
    if not isinstance(value, dict):
        return value
    return {name: _tidy(item, name) for name, item in value.items()}

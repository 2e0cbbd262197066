"""The parts all Kubernetes objects share: times, owners, conditions, templates and their hashes."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime
from typing import Any

from sandbox.kube.kinds import Kind, Object

SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""The letters Kubernetes makes names of (k8s.io/apimachinery/pkg/util/rand): no words come out."""

REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
EPOCH = "1970-01-01T00:00:00Z"


def stamp(seconds: float) -> str:
    """Return a time as the API writes it, whole seconds in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: object) -> float | None:
    """Return a time of the API as seconds since the epoch, None if it is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def born(object_: Object) -> float:
    """Return when an object was created, seconds since the epoch."""
    return seconds(object_["metadata"].get("creationTimestamp")) or 0.0


def place(object_: Object) -> tuple[str, str]:
    """Return namespace and name."""
    return object_["metadata"].get("namespace", ""), object_["metadata"]["name"]


def labels(object_: Object) -> dict[str, str]:
    """Return the labels."""
    return object_["metadata"].get("labels") or {}


def notes(object_: Object) -> dict[str, str]:
    """Return the annotations."""
    return object_["metadata"].get("annotations") or {}


def owner(object_: Object) -> Object:
    """Return the reference to the controller of an object, empty if it has none."""
    references = object_["metadata"].get("ownerReferences") or []
    return next((ref for ref in references if ref.get("controller")), references[0] if references else {})


def owned_by(kind: Kind, object_: Object) -> Object:
    """Return a reference that makes an object the controller of another."""
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "name": object_["metadata"]["name"],
        "uid": object_["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def condition(object_: Object, type_: str) -> Object:
    """Return a condition of an object's status, empty if it has not been set."""
    conditions = (object_.get("status") or {}).get("conditions") or []
    return next((one for one in conditions if one.get("type") == type_), {})


def with_condition(conditions: list[Object], new: Object, now: str) -> list[Object]:
    """Return conditions with one set; its transition time moves only when its status does."""
    old = next((one for one in conditions if one.get("type") == new["type"]), {})
    same = old.get("status") == new["status"]
    new = new | {"lastTransitionTime": old.get("lastTransitionTime", now) if same else now}
    return [one for one in conditions if one.get("type") != new["type"]] + [new]


def containers(object_: Object) -> list[Object]:
    """Return the containers of a pod, or of the template of a workload."""
    spec = object_.get("spec") or {}
    spec = (spec.get("template") or {}).get("spec") or {} if "template" in spec else spec
    found: list[Object] = spec.get("containers") or []
    return found


def digest(value: Any) -> str:
    """Return a short stable hash of JSON data in safe letters, as long as a pod template hash."""
    number = int.from_bytes(hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).digest(), "big")
    return _letters(number, 10)


def same_template(one: Object, other: Object) -> bool:
    """Tell whether two pod templates are equal but for the hash label, as the deployment controller compares."""
    return bool(_without_hash(one) == _without_hash(other))


def template_hash(template: Object) -> str:
    """Return the hash of a pod template, its own hash label left out."""
    return digest(_without_hash(template))


def program(pod_spec: Object) -> str:
    """Return a hash of what a pod runs: images, commands, environment and mounts, whatever its labels are."""
    keys = ("name", "image", "command", "args", "env", "envFrom", "resources", "volumeMounts", "readinessProbe")
    kept = [{key: one.get(key) for key in keys if one.get(key)} for one in pod_spec.get("containers") or []]
    for one in kept:
        one["volumeMounts"] = [m for m in one.get("volumeMounts", []) if "kube-api-access" not in m.get("name", "")]
    return digest(kept)


def random_name(chance: random.Random, prefix: str, length: int = 5) -> str:
    """Return a name with a random ending."""
    return f"{prefix}-{''.join(chance.choices(SAFE, k=length))}"


def _letters(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, rest = divmod(number, len(SAFE))
        found += SAFE[rest]
    return found


def _without_hash(template: Object) -> Any:
    meta = template.get("metadata") or {}
    kept = {key: value for key, value in (meta.get("labels") or {}).items() if key != HASH}
    return plain({"labels": kept, "annotations": meta.get("annotations"), "spec": template.get("spec")})


_DEFAULTS = {
    "dnsPolicy": "ClusterFirst",
    "failureThreshold": 3,
    "imagePullPolicy": "IfNotPresent",
    "periodSeconds": 10,
    "protocol": "TCP",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "scheme": "HTTP",
    "successThreshold": 1,
    "terminationGracePeriodSeconds": 30,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "timeoutSeconds": 1,
}
"""What the API server fills in by itself (v1.32 pod spec), so that written out or left out is the same."""


def plain(value: Any) -> Any:
    """Return JSON data without what is empty or a default: two ways to write the same come out equal."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: plain(item) for key, item in value.items() if _DEFAULTS.get(key) != item}
    return {key: item for key, item in found.items() if item not in (None, {}, [])}


def pruned(value: Any) -> Any:
    """Return JSON data without nulls, which the API server does not keep."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    return [pruned(item) for item in value] if isinstance(value, list) else value

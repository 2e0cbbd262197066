"""The scale subresource: the replicas of a workload, and nothing else, as autoscaling/v1 Scale."""

from __future__ import annotations

from sandbox.kube.kinds import Kind, Object
from sandbox.kube.refusals import invalid
from sandbox.kube.validation import check_shape


def scale_of(workload: Object) -> Object:
    """Return a workload's scale."""
    meta = workload["metadata"]
    kept = {
        key: meta[key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp") if key in meta
    }
    wanted = ((workload["spec"].get("selector") or {}).get("matchLabels")) or {}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": kept,
        "spec": {"replicas": workload["spec"].get("replicas", 1)},
        "status": {
            "replicas": (workload.get("status") or {}).get("replicas", 0),
            "selector": ",".join(f"{key}={value}" for key, value in sorted(wanted.items())),
        },
    }


def scaled(kind: Kind, workload: Object, scale: Object) -> Object:
    """Return a workload with a scale's replicas.

    Raises:
        Refusal: The replicas are negative, or no number.
    """
    check_shape(kind, {"metadata": {}, "spec": scale.get("spec") or {}})
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if replicas < 0:
        sentence = f"Invalid value: {replicas}: must be greater than or equal to 0"
        scale_kind = Kind("autoscaling", "v1", "Scale", kind.plural)
        raise invalid(scale_kind, workload["metadata"]["name"], [("spec.replicas", sentence)])
    meta = dict(workload["metadata"])
    if replicas != workload["spec"].get("replicas", 1):
        meta["generation"] = int(meta.get("generation", 1)) + 1
    return {**workload, "metadata": meta, "spec": {**workload["spec"], "replicas": replicas}}

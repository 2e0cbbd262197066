"""Where each kind of object lives in the Kubernetes API."""

from tools.contract import JsonObject
from tools.kube.fields import namespace_of
from tools.scope import require, sees

PATHS = (
    dict.fromkeys(
        (
            *("pods", "services", "events", "nodes", "resourcequotas", "limitranges"),
            *("persistentvolumeclaims", "configmaps"),
        ),
        "/api/v1",
    )
    | dict.fromkeys(("deployments", "replicasets", "statefulsets", "daemonsets"), "/apis/apps/v1")
    | dict.fromkeys(("jobs", "cronjobs"), "/apis/batch/v1")
    | dict.fromkeys(("ingresses", "networkpolicies"), "/apis/networking.k8s.io/v1")
    | {"httproutes": "/apis/gateway.networking.k8s.io/v1", "certificates": "/apis/cert-manager.io/v1"}
    | {"storageclasses": "/apis/storage.k8s.io/v1"}
    | {"horizontalpodautoscalers": "/apis/autoscaling/v2", "poddisruptionbudgets": "/apis/policy/v1"}
)
"""Root of each kind, by its plural name."""
CLUSTERWIDE = frozenset({"nodes", "storageclasses"})
"""Kinds that belong to no namespace, so to everybody."""


def path_of(kind: str, namespace: str, name: str = "") -> str:
    """Return the path of a kind's objects, or of one of them.

    Raises:
        OutOfScope: The run may not see that namespace.
    """
    where = f"/namespaces/{namespace}" if namespace and kind not in CLUSTERWIDE else ""
    if where:
        require("namespaces", namespace)
    return f"{PATHS[kind]}{where}/{kind}" + (f"/{name}" if name else "")


def in_scope(kind: str, one: JsonObject) -> bool:
    """Tell whether the run may see an object."""
    return kind in CLUSTERWIDE or sees("namespaces", namespace_of(one))

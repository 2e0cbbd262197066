"""Where each kind of object lives in the Kubernetes API."""

PATHS = (
    dict.fromkeys(("pods", "services", "events", "nodes", "resourcequotas", "limitranges"), "/api/v1")
    | dict.fromkeys(("deployments", "replicasets", "statefulsets", "daemonsets"), "/apis/apps/v1")
    | {"horizontalpodautoscalers": "/apis/autoscaling/v2", "poddisruptionbudgets": "/apis/policy/v1"}
)
"""Root of each kind, by its plural name."""


def path_of(kind: str, namespace: str, name: str = "") -> str:
    """Return the path of a kind's objects, or of one of them."""
    where = f"/namespaces/{namespace}" if namespace and kind != "nodes" else ""
    return f"{PATHS[kind]}{where}/{kind}" + (f"/{name}" if name else "")

"""Which kinds of object the cluster serves, and by which names kubectl knows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object as JSON; its depths are the API's business, hence Any."""

EVERYTHING = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ_ONLY = ("get", "list", "watch")


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        group: API group, empty for the core.
        version: The one version served.
        name: As in `kind:`.
        plural: As in URLs.
        namespaced: Whether its objects live in a namespace.
        short: Abbreviations kubectl takes.
        subresources: Such as `scale`; every kind with a status also has `status`.
        verbs: What may be done to it.
        categories: Such as `all`.
    """

    group: str
    version: str
    name: str
    plural: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = EVERYTHING
    categories: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """As in `apiVersion:`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """As error messages name it, such as `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _kind(group: str, version: str, name: str, plural: str, short: str = "", **more: Any) -> Kind:
    return Kind(group, version, name, plural, short=tuple(short.split()), **more)


_ALL = ("all",)
_STATUS = ("status",)
_SCALED = ("status", "scale")
ADMISSION = "admissionregistration.k8s.io"

POD = _kind("", "v1", "Pod", "pods", "po", subresources=("status", "log"), categories=_ALL)
SERVICE = _kind("", "v1", "Service", "services", "svc", subresources=_STATUS, categories=_ALL)
ENDPOINTS = _kind("", "v1", "Endpoints", "endpoints", "ep")
EVENT = _kind("", "v1", "Event", "events", "ev")
NODE = _kind("", "v1", "Node", "nodes", "no", namespaced=False, subresources=_STATUS)
NAMESPACE = _kind("", "v1", "Namespace", "namespaces", "ns", namespaced=False, subresources=_STATUS)
QUOTA = _kind("", "v1", "ResourceQuota", "resourcequotas", "quota", subresources=_STATUS)
SECRET = _kind("", "v1", "Secret", "secrets")
DEPLOYMENT = _kind("apps", "v1", "Deployment", "deployments", "deploy", subresources=_SCALED, categories=_ALL)
JOB = _kind("batch", "v1", "Job", "jobs", subresources=_STATUS, categories=_ALL)
REPLICA_SET = _kind("apps", "v1", "ReplicaSet", "replicasets", "rs", subresources=_SCALED, categories=_ALL)
STATEFUL_SET = _kind("apps", "v1", "StatefulSet", "statefulsets", "sts", subresources=_SCALED, categories=_ALL)
DAEMON_SET = _kind("apps", "v1", "DaemonSet", "daemonsets", "ds", subresources=_STATUS, categories=_ALL)
AUTOSCALER = _kind(
    "autoscaling",
    "v2",
    "HorizontalPodAutoscaler",
    "horizontalpodautoscalers",
    "hpa",
    subresources=_STATUS,
    categories=_ALL,
)
LEASE = _kind("coordination.k8s.io", "v1", "Lease", "leases")
SLICE = _kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices")
NEW_EVENT = _kind("events.k8s.io", "v1", "Event", "events", verbs=READ_ONLY)

KINDS: tuple[Kind, ...] = (
    POD,
    SERVICE,
    ENDPOINTS,
    EVENT,
    NODE,
    NAMESPACE,
    QUOTA,
    SECRET,
    _kind("", "v1", "ConfigMap", "configmaps", "cm"),
    _kind("", "v1", "LimitRange", "limitranges", "limits"),
    _kind("", "v1", "PersistentVolume", "persistentvolumes", "pv", namespaced=False, subresources=_STATUS),
    _kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", subresources=_STATUS),
    _kind("", "v1", "ServiceAccount", "serviceaccounts", "sa"),
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    _kind("apps", "v1", "ControllerRevision", "controllerrevisions"),
    JOB,
    _kind("batch", "v1", "CronJob", "cronjobs", "cj", subresources=_STATUS, categories=_ALL),
    AUTOSCALER,
    _kind("networking.k8s.io", "v1", "Ingress", "ingresses", "ing", subresources=_STATUS),
    _kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "netpol"),
    _kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", namespaced=False),
    _kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", subresources=_STATUS),
    SLICE,
    NEW_EVENT,
    _kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", "sc", namespaced=False),
    _kind("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", namespaced=False),
    _kind("storage.k8s.io", "v1", "CSINode", "csinodes", namespaced=False),
    LEASE,
    _kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", namespaced=False),
    _kind("rbac.authorization.k8s.io", "v1", "Role", "roles"),
    _kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
    _kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", namespaced=False),
    _kind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    _kind(ADMISSION, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", namespaced=False),
    _kind(ADMISSION, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", namespaced=False),
)

POD_METRICS = _kind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", verbs=("get", "list"))
NODE_METRICS = _kind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", namespaced=False, verbs=("get", "list"))

_OLDER = {"HorizontalPodAutoscaler": AUTOSCALER, "Event": EVENT, "CronJob": None, "EndpointSlice": SLICE}


@dataclass
class Registry:
    """The kinds one cluster serves: the built-in ones, and those its world's objects bring along."""

    kinds: list[Kind] = field(default_factory=lambda: list(KINDS))

    def of(self, object_: Object) -> Kind:
        """Return the kind of an object, registering a custom kind when it is the first of it."""
        group, _, version = str(object_.get("apiVersion") or "v1").rpartition("/")
        name = str(object_["kind"])
        known = next((kind for kind in self.kinds if kind.name == name and kind.group == group), None)
        known = known or (_OLDER.get(name) if group in {"", "autoscaling", "events.k8s.io"} else None)
        return known or self.add(_extra(group, version, name, object_))

    def add(self, kind: Kind) -> Kind:
        """Serve one more kind."""
        self.kinds.append(kind)
        return kind

    def find(self, group: str, version: str, plural: str) -> Kind | None:
        """Return the kind behind a URL."""
        for kind in self.kinds:
            if (kind.group, kind.version, kind.plural) == (group, version, plural):
                return kind
        return None

    def groups(self) -> dict[tuple[str, str], list[Kind]]:
        """Return the kinds by (group, version)."""
        found: dict[tuple[str, str], list[Kind]] = {}
        for kind in self.kinds:
            found.setdefault((kind.group, kind.version), []).append(kind)
        return found


def _extra(group: str, version: str, name: str, object_: Object) -> Kind:
    for kind in (POD_METRICS, NODE_METRICS):
        if (kind.group, kind.name) == (group, name):
            return kind
    namespaced = "namespace" in (object_.get("metadata") or {})
    return Kind(group, version, name, plural_of(name), namespaced=namespaced, subresources=_STATUS)


def plural_of(name: str) -> str:
    """Return the plural a kind's name most likely has in URLs."""
    lower = name.lower()
    if lower.endswith("y"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith(("s", "x", "ch")) else f"{lower}s"


def kind_names(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """Return kinds by every name a file or a person may use: Kind, plural, singular, abbreviation."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        for name in (kind.plural, kind.name.lower(), kind.name, *kind.short):
            found.setdefault(name, kind)
    return found

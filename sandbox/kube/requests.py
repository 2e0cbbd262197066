"""One request to the API, taken apart, and what every verb needs of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox.kube.access import USER
from sandbox.kube.cluster import Cluster, Write
from sandbox.kube.events import as_new
from sandbox.kube.kinds import EVENT, NEW_EVENT, Kind, Object
from sandbox.kube.parts import pruned
from sandbox.kube.patches import read_patch
from sandbox.kube.refusals import bad_request, method_not_allowed, not_found

Answer: TypeAlias = tuple[int, Object]


@dataclass(frozen=True)
class Request:
    """One request, taken apart."""

    verb: str
    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/json"
    agent: str = ""
    user: str = USER
    groups: tuple[str, ...] = ()

    @property
    def dry(self) -> bool:
        """Whether nothing may be persisted."""
        return self.query.get("dryRun") == "All"

    @property
    def resource(self) -> str:
        """Resource with subresource."""
        return f"{self.kind.plural}/{self.subresource}" if self.subresource else self.kind.plural


def existing(cluster: Cluster, request: Request) -> Object:
    """Return the object a request names.

    Raises:
        Refusal: There is none.
    """
    stored = EVENT if request.kind is NEW_EVENT else request.kind
    object_ = cluster.store.get(stored, request.namespace, request.name)
    if object_ is None:
        raise not_found(request.kind, request.name)
    if request.subresource == "scale" and "scale" not in request.kind.subresources:
        raise method_not_allowed()
    return object_


def viewed(kind: Kind, object_: Object) -> Object:
    """Return an object in the words of the API group it was asked in."""
    return as_new(object_) if kind is NEW_EVENT else object_


def body_of(request: Request) -> Object:
    """Return the object in a request's body.

    Raises:
        Refusal: There is none.
    """
    body = pruned(read_patch(request.body))
    if not isinstance(body, dict):
        raise bad_request("the body of the request is not an object")
    return body


def log(cluster: Cluster, request: Request, body: Any) -> None:
    """Note an effect: an accepted change that is no dry run."""
    name = request.name or str((body or {}).get("metadata", {}).get("name", ""))
    at, what = cluster.clock.time(), request.resource
    write = Write(at, request.verb, what, request.namespace, name, body, request.agent, request.user, request.groups)
    cluster.writes.append(write)

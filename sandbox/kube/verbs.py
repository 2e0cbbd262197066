"""What may be done to objects: get, list, create, update, patch and delete, with every precondition of the API."""

from __future__ import annotations

import base64
import copy
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox.kube.cluster import Cluster, Write
from sandbox.kube.events import as_new
from sandbox.kube.kinds import DEPLOYMENT, EVENT, NEW_EVENT, POD, Kind, Object
from sandbox.kube.loading import complete
from sandbox.kube.ownership import with_manager
from sandbox.kube.parts import digest, owner, place, pruned, stamp
from sandbox.kube.patches import patched, read_patch
from sandbox.kube.refusals import (
    already_exists,
    bad_request,
    conflict,
    gone,
    method_not_allowed,
    not_found,
)
from sandbox.kube.scales import scale_of, scaled
from sandbox.kube.selectors import by_fields, by_labels
from sandbox.kube.validation import check, check_shape

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

    @property
    def dry(self) -> bool:
        """Whether nothing may be persisted."""
        return self.query.get("dryRun") == "All"

    @property
    def resource(self) -> str:
        """Resource with subresource."""
        return f"{self.kind.plural}/{self.subresource}" if self.subresource else self.kind.plural


def get(cluster: Cluster, request: Request) -> Answer:
    """Return one object."""
    object_ = _existing(cluster, request)
    return 200, scale_of(object_) if request.subresource == "scale" else _viewed(request.kind, object_)


def selected(request: Request) -> Callable[[Object], bool]:
    """Return the test of a request's selectors."""
    by_label = by_labels(request.query.get("labelSelector", ""))
    by_field = by_fields(request.query.get("fieldSelector", ""))
    return lambda object_: by_label(object_) and by_field(object_)


def list_(cluster: Cluster, request: Request) -> Answer:
    """Return a page of objects."""
    stored = EVENT if request.kind is NEW_EVENT else request.kind
    version = cluster.store.version
    start = 0
    if token := request.query.get("continue"):
        version, start = _place_in_list(token)
    found = [one for one in cluster.store.all(stored, request.namespace) if selected(request)(one)]
    limit = int(request.query.get("limit") or 0) or len(found)
    meta: Object = {"resourceVersion": str(version)}
    if start + limit < len(found):
        meta["continue"] = base64.urlsafe_b64encode(json.dumps([version, start + limit]).encode()).decode()
        meta["remainingItemCount"] = len(found) - start - limit
    items = [_viewed(request.kind, one) for one in found[start : start + limit]]
    listed = {"kind": f"{request.kind.name}List", "apiVersion": request.kind.api_version, "metadata": meta}
    return 200, {**listed, "items": items}


def create(cluster: Cluster, request: Request) -> Answer:
    """Create an object."""
    object_ = _body(request)
    meta = object_.setdefault("metadata", {})
    check_shape(request.kind, object_)
    if request.kind.namespaced:
        _same_namespace(request, meta)
    if not meta.get("name") and meta.get("generateName"):
        meta["name"] = meta["generateName"] + secrets.token_hex(3)[:5]
    if cluster.store.get(request.kind, meta.get("namespace", ""), str(meta.get("name"))):
        raise already_exists(request.kind, str(meta.get("name")))
    meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": stamp(cluster.clock.time())}
    object_ = complete(request.kind, object_, cluster.clock.time())
    check(request.kind, object_, None)
    object_ = with_manager(None, object_, request.query.get("fieldManager") or request.agent, "", cluster.clock.time())
    return 201, _persist(cluster, request, object_)


def update(cluster: Cluster, request: Request) -> Answer:
    """Replace an object, or its scale or status."""
    return _change(cluster, request, _existing(cluster, request), lambda _: _body(request))


def patch(cluster: Cluster, request: Request) -> Answer:
    """Patch an object, or its scale or status; server-side apply creates what is not there."""
    old = cluster.store.get(request.kind, request.namespace, request.name)
    if old is None and request.content_type == "application/apply-patch+yaml" and not request.subresource:
        body = json.dumps(read_patch(request.body)).encode()
        return create(cluster, Request(**{**request.__dict__, "verb": "create", "body": body}))
    change = read_patch(request.body)
    return _change(
        cluster, request, _existing(cluster, request), lambda now: patched(now, change, request.content_type)
    )


def delete(cluster: Cluster, request: Request) -> Answer:
    """Delete an object and, unless told to orphan them, what it owns."""
    old = _existing(cluster, request)
    options = _body(request) if request.body else {}
    wanted = options.get("preconditions") or {}
    for key in ("uid", "resourceVersion"):
        if wanted.get(key) and wanted[key] != old["metadata"][key]:
            have = old["metadata"][key]
            raise conflict(
                request.kind, request.name, f"the {key} in the precondition ({wanted[key]}) does not match ({have})"
            )
    if request.dry or options.get("dryRun"):
        return 200, old
    _log(cluster, request, options)
    policy = options.get("propagationPolicy") or request.query.get("propagationPolicy") or "Background"
    grace = options.get("gracePeriodSeconds", request.query.get("gracePeriodSeconds"))
    remove(cluster, request.kind, old, None if grace is None else int(grace), orphan=policy == "Orphan")
    if request.kind is POD:
        return 200, cluster.store.get(POD, *place(old)) or old
    details = {
        "name": request.name,
        "group": request.kind.group,
        "kind": request.kind.plural,
        "uid": old["metadata"]["uid"],
    }
    return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def delete_collection(cluster: Cluster, request: Request) -> Answer:
    """Delete all objects the selectors choose."""
    code, listed = list_(cluster, request)
    for object_ in listed["items"]:
        delete(cluster, Request(**{**request.__dict__, "name": object_["metadata"]["name"], "verb": "delete"}))
    return code, listed


def remove(cluster: Cluster, kind: Kind, object_: Object, grace: int | None = None, *, orphan: bool = False) -> None:
    """Take an object out, pods gracefully, with everything it owns."""
    now = cluster.clock.time()
    cluster.touched(kind, object_)
    if kind is POD:
        if "deletionTimestamp" not in object_["metadata"]:
            cluster.replicas.quotas.count(object_, -1)
        cluster.kubelet.stop(object_, now, grace)
        return
    cluster.store.remove(kind, *place(object_))
    for child_kind in () if orphan else cluster.store.kinds():
        for child in cluster.store.all(child_kind, place(object_)[0]):
            if owner(child).get("uid") == object_["metadata"]["uid"]:
                remove(cluster, child_kind, child)


def _change(cluster: Cluster, request: Request, old: Object, new_from: Callable[[Object], Object]) -> Answer:
    """Check preconditions and rules, then store what `new_from` makes of the old."""
    part = request.subresource
    new = copy.deepcopy(new_from(scale_of(old) if part == "scale" else old))
    _check_preconditions(request, old, new)
    now = cluster.clock.time()
    if part == "scale":
        replaced = scaled(request.kind, old, new)
    elif part == "status":
        replaced = {**old, "metadata": dict(old["metadata"]), "status": new.get("status", {})}
    else:
        check_shape(request.kind, new)
        replaced = _kept(request.kind, old, new)
        check(request.kind, replaced, old)
    manager = request.query.get("fieldManager") or request.agent
    replaced = with_manager(old, replaced, manager, part, now)
    stored = _persist(cluster, request, replaced)
    return 200, scale_of(stored) if part == "scale" else stored


def _check_preconditions(request: Request, old: Object, new: Object) -> None:
    meta = new.get("metadata") or {}
    have = old["metadata"]
    if meta.get("uid") and meta["uid"] != have["uid"]:
        why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {have['uid']}"
        raise conflict(request.kind, request.name, why)
    if meta.get("resourceVersion") and meta["resourceVersion"] != have["resourceVersion"]:
        raise conflict(request.kind, request.name)
    if meta.get("name", request.name) != request.name:
        raise bad_request(
            f"the name of the object ({meta['name']}) does not match the name on the URL ({request.name})"
        )


def _kept(kind: Kind, old: Object, new: Object) -> Object:
    """Return the new object with what a client cannot set: identity, times, status, generation."""
    meta = {**new["metadata"]}
    for key in ("uid", "creationTimestamp", "namespace", "name", "generation", "deletionTimestamp", "resourceVersion"):
        if key in old["metadata"]:
            meta[key] = old["metadata"][key]
    if not meta.get("annotations"):
        meta.pop("annotations", None)
    kept = {**pruned(new), "apiVersion": kind.api_version, "kind": kind.name, "metadata": meta}
    if "status" in old:
        kept["status"] = old["status"]
    if digest(old.get("spec")) != digest(new.get("spec")) and "generation" in meta:
        meta["generation"] = int(meta["generation"]) + 1
    return kept


def _persist(cluster: Cluster, request: Request, object_: Object) -> Object:
    if request.dry:
        return {**object_, "metadata": {"resourceVersion": "", **object_["metadata"]}}
    before = cluster.store.get(request.kind, *place(object_))
    stored = cluster.store.put(request.kind, object_)
    _log(cluster, request, read_patch(request.body))
    if request.kind is not DEPLOYMENT or before is None or digest(before["spec"]) != digest(stored["spec"]):
        cluster.touched(request.kind, stored)
    return stored


def _log(cluster: Cluster, request: Request, body: Any) -> None:
    name = request.name or str((body or {}).get("metadata", {}).get("name", ""))
    write = Write(cluster.clock.time(), request.verb, request.resource, request.namespace, name, body, request.agent)
    cluster.writes.append(write)


def _existing(cluster: Cluster, request: Request) -> Object:
    stored = EVENT if request.kind is NEW_EVENT else request.kind
    object_ = cluster.store.get(stored, request.namespace, request.name)
    if object_ is None:
        raise not_found(request.kind, request.name)
    if request.subresource == "scale" and "scale" not in request.kind.subresources:
        raise method_not_allowed()
    return object_


def _viewed(kind: Kind, object_: Object) -> Object:
    return as_new(object_) if kind is NEW_EVENT else object_


def _body(request: Request) -> Object:
    body = pruned(read_patch(request.body))
    if not isinstance(body, dict):
        raise bad_request("the body of the request is not an object")
    return body


def _same_namespace(request: Request, meta: Object) -> None:
    if meta.setdefault("namespace", request.namespace) != request.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")


def _place_in_list(token: str) -> tuple[int, int]:
    try:
        version, start = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise gone(0) from error
    return int(version), int(start)

"""The verbs that set: create, update and patch, with every precondition of the API."""

from __future__ import annotations

import copy
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace

from sandbox.kube.cluster import Cluster
from sandbox.kube.kinds import DEPLOYMENT, Kind, Object
from sandbox.kube.loading import complete
from sandbox.kube.ownership import with_manager
from sandbox.kube.parts import digest, place, pruned, stamp
from sandbox.kube.patches import patched, read_patch
from sandbox.kube.refusals import already_exists, bad_request, conflict
from sandbox.kube.requests import Answer, Request, body_of, existing, log
from sandbox.kube.scales import scale_of, scaled
from sandbox.kube.validation import check, check_shape


def create(cluster: Cluster, request: Request) -> Answer:
    """Create an object."""
    object_ = body_of(request)
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
    return _change(cluster, request, existing(cluster, request), lambda _: body_of(request))


def patch(cluster: Cluster, request: Request) -> Answer:
    """Patch an object, or its scale or status; server-side apply creates what is not there."""
    old = cluster.store.get(request.kind, request.namespace, request.name)
    if old is None and request.content_type == "application/apply-patch+yaml" and not request.subresource:
        body = json.dumps(read_patch(request.body)).encode()
        return create(cluster, replace(request, verb="create", body=body))
    change = read_patch(request.body)
    return _change(cluster, request, existing(cluster, request), lambda now: patched(now, change, request.content_type))


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
    log(cluster, request, read_patch(request.body))
    if request.kind is not DEPLOYMENT or before is None or digest(before["spec"]) != digest(stored["spec"]):
        cluster.touched(request.kind, stored)
    return stored


def _same_namespace(request: Request, meta: Object) -> None:
    if meta.setdefault("namespace", request.namespace) != request.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")

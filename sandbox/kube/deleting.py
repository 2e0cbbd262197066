"""The verb that removes: delete, with its preconditions, and all that an object owns."""

from __future__ import annotations

from dataclasses import replace

from sandbox.kube.cluster import Cluster
from sandbox.kube.kinds import POD, Kind, Object
from sandbox.kube.parts import place
from sandbox.kube.reading import list_
from sandbox.kube.refusals import conflict
from sandbox.kube.requests import Answer, Request, body_of, existing, log


def delete(cluster: Cluster, request: Request) -> Answer:
    """Delete an object and, unless told to orphan them, what it owns."""
    old = existing(cluster, request)
    options = body_of(request) if request.body else {}
    _check_preconditions(request, old, options.get("preconditions") or {})
    if request.dry or options.get("dryRun"):
        return 200, old
    log(cluster, request, options)
    policy = options.get("propagationPolicy") or request.query.get("propagationPolicy")
    grace = options.get("gracePeriodSeconds", request.query.get("gracePeriodSeconds"))
    remove(cluster, request.kind, old, None if grace is None else int(grace), orphan=policy == "Orphan")
    if request.kind is POD:
        return 200, cluster.store.get(POD, *place(old)) or old
    details = {"name": request.name, "group": request.kind.group, "kind": request.kind.plural}
    details["uid"] = old["metadata"]["uid"]
    return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _check_preconditions(request: Request, old: Object, wanted: Object) -> None:
    for key in ("uid", "resourceVersion"):
        have = old["metadata"][key]
        if wanted.get(key) and wanted[key] != have:
            why = f"the {key} in the precondition ({wanted[key]}) does not match ({have})"
            raise conflict(request.kind, request.name, why)


def delete_collection(cluster: Cluster, request: Request) -> Answer:
    """Delete all objects the selectors choose."""
    code, listed = list_(cluster, request)
    for object_ in listed["items"]:
        delete(cluster, replace(request, name=object_["metadata"]["name"], verb="delete"))
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
        for child in cluster.store.owned(child_kind, object_["metadata"]["uid"]):
            remove(cluster, child_kind, child)

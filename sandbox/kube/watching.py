"""Watches: a stream of what happens to objects of a kind, with bookmarks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator

from aiohttp import web

from sandbox.kube.cluster import Cluster
from sandbox.kube.events import as_new
from sandbox.kube.kinds import EVENT, NEW_EVENT, Object
from sandbox.kube.reading import selected
from sandbox.kube.refusals import gone
from sandbox.kube.requests import Request
from sandbox.kube.store import Happening
from sandbox.kube.tables import as_table

PAUSE = 0.05
"""Seconds between looks."""
BOOKMARK = 10.0
"""Seconds between bookmarks; the real server sends one about every minute."""
LONGEST = 1800.0


async def watch(cluster: Cluster, http: web.Request, request: Request) -> web.StreamResponse:
    """Stream happenings until the client leaves or its timeoutSeconds have passed."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(http)
    accept = http.headers.get("Accept", "")
    with contextlib.suppress(ConnectionResetError):
        async for event in _events(cluster, request):
            await response.write(_line(request, event, accept, cluster))
        await response.write_eof()
    return response


async def _events(cluster: Cluster, request: Request) -> AsyncIterator[Object]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + min(float(request.query.get("timeoutSeconds") or LONGEST), LONGEST)
    bookmark = loop.time() + BOOKMARK
    version, events = _beginning(cluster, request)
    alive = True
    while alive and loop.time() < ends:
        for event in events:
            yield event
        await asyncio.sleep(PAUSE)
        version, events, alive = _next(cluster, request, version)
        if request.query.get("allowWatchBookmarks") == "true" and loop.time() > bookmark:
            bookmark = loop.time() + BOOKMARK
            events.append(_bookmark(request, version))
    for event in events:
        yield event


def _beginning(cluster: Cluster, request: Request) -> tuple[int, list[Object]]:
    """Return the version to go on from, and the present objects where the client asks to start with them."""
    given = request.query.get("resourceVersion") or "0"
    initial = request.query.get("sendInitialEvents") == "true"
    with cluster.lock:
        if given.isdigit() and int(given) and not initial:
            return int(given), []
        stored = EVENT if request.kind is NEW_EVENT else request.kind
        present = [one for one in cluster.store.all(stored, request.namespace) if _chosen(request)(one)]
        events = [{"type": "ADDED", "object": one} for one in present]
        if initial:
            events.append(_bookmark(request, cluster.store.version, last=True))
        return cluster.store.version, events


def _next(cluster: Cluster, request: Request, version: int) -> tuple[int, list[Object], bool]:
    stored = EVENT if request.kind is NEW_EVENT else request.kind
    with cluster.lock:
        happenings = cluster.store.since(version, stored)
        latest = cluster.store.version
    if happenings is None:
        return version, [{"type": "ERROR", "object": gone(version).status}], False
    return latest, list(_told(request, happenings)), True


def _told(request: Request, happenings: list[Happening]) -> Iterator[Object]:
    """Say what happened as somebody sees it who only sees the chosen objects."""
    chosen = _chosen(request)
    for one in happenings:
        now = one.type != "DELETED" and chosen(one.object)
        before = one.before is not None and chosen(one.before)
        if now:
            yield {"type": "MODIFIED" if before else "ADDED", "object": one.object}
        elif before:
            yield {"type": "DELETED", "object": one.object}


def _chosen(request: Request) -> Callable[[Object], bool]:
    chosen = selected(request)
    where = request.namespace
    name = request.name

    def test(object_: Object) -> bool:
        meta = object_["metadata"]
        return (not where or meta.get("namespace") == where) and (not name or meta["name"] == name) and chosen(object_)

    return test


def _bookmark(request: Request, version: int, *, last: bool = False) -> Object:
    meta: Object = {"resourceVersion": str(version), "creationTimestamp": None}
    if last:
        meta["annotations"] = {"k8s.io/initial-events-end": "true"}
    object_ = {"kind": request.kind.name, "apiVersion": request.kind.api_version, "metadata": meta}
    return {"type": "BOOKMARK", "object": object_}


def _line(request: Request, event: Object, accept: str, cluster: Cluster) -> bytes:
    object_ = event["object"]
    if event["type"] not in {"BOOKMARK", "ERROR"}:
        object_ = as_new(object_) if request.kind is NEW_EVENT else object_
        object_ = as_table(request, object_, accept, cluster.clock.time())
    return json.dumps({**event, "object": object_}).encode() + b"\n"

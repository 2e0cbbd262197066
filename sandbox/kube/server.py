"""The Kubernetes API over HTTP, as much of it as kubectl and client libraries use on workloads."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from sandbox.kube import deleting, reading, writing
from sandbox.kube.access import USER
from sandbox.kube.cluster import Asked, Cluster, Write
from sandbox.kube.discovery import discovered
from sandbox.kube.kinds import NAMESPACE, POD, Object
from sandbox.kube.refusals import Refusal, bad_request, forbidden, method_not_allowed, no_such_path, not_found
from sandbox.kube.requests import Answer, Request
from sandbox.kube.reviews import reviewed
from sandbox.kube.tables import as_table
from sandbox.kube.watching import watch

__all__ = ["Cluster", "Write", "make_app"]

TICK = 0.25
"""Seconds between looks at the clock while nobody asks."""

CLUSTER = web.AppKey("cluster", Cluster)

_VERBS: dict[str, Callable[[Cluster, Request], Answer]] = {
    "get": reading.get,
    "list": reading.list_,
    "create": writing.create,
    "update": writing.update,
    "patch": writing.patch,
    "delete": deleting.delete,
    "deletecollection": deleting.delete_collection,
}
READS = {"get", "list", "watch"}
_METHODS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


def make_app(cluster: Cluster) -> web.Application:
    """Return the application that serves a cluster."""
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app[CLUSTER] = cluster
    app.router.add_route("*", "/{path:.*}", _handle)
    app.cleanup_ctx.append(_ticking)
    return app


async def _ticking(app: web.Application) -> AsyncIterator[None]:
    async def tick() -> None:
        while True:
            app[CLUSTER].tick()
            await asyncio.sleep(TICK)

    task = asyncio.create_task(tick())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _handle(http: web.Request) -> web.StreamResponse:
    cluster = http.app[CLUSTER]
    accept = http.headers.get("Accept", "")
    try:
        if http.method == "GET" and (found := discovered(cluster.registry, http.path, accept)):
            return web.Response(body=json.dumps(found[0]).encode(), headers={"Content-Type": found[1]})
        if http.path in {"/healthz", "/livez", "/readyz"}:
            return web.Response(text="ok")
        body = await http.read()
        if http.method == "POST" and (review := reviewed(cluster.access, http.path, body)):
            return web.json_response(review, status=201)
        return await _answer(cluster, http, _parsed(cluster, http, body))
    except Refusal as refusal:
        return web.json_response(refusal.status, status=refusal.code)


async def _answer(cluster: Cluster, http: web.Request, request: Request) -> web.StreamResponse:
    with cluster.lock:
        cluster.tick()
        _check(cluster, request)
        if request.subresource == "log":
            return web.Response(text=_log(cluster, request))
        if request.verb != "watch":
            code, object_ = _VERBS[request.verb](cluster, request)
            accept = http.headers.get("Accept", "")
            return web.json_response(as_table(request, object_, accept, cluster.clock.time()), status=code)
    return await watch(cluster, http, request)


def _check(cluster: Cluster, request: Request) -> None:
    """Let a request pass that is allowed, whose resource takes the verb, and whose namespace exists if it creates.

    Raises:
        Refusal: It does not pass.
    """
    kind, where = request.kind, request.namespace
    cluster.access.check(request.verb, kind, where, request.name, request.subresource, user=request.user)
    if request.verb not in READS and not request.dry:
        cluster.access.rehearsed(kind, request.name, request.user)
    cluster.asked.append(Asked(request.user, request.verb, kind.group, request.resource, where))
    if request.subresource and request.subresource not in request.kind.subresources:
        raise no_such_path()
    if request.verb not in request.kind.verbs:
        raise method_not_allowed()
    if request.verb == "create" and request.kind.namespaced:
        known = cluster.store.get(NAMESPACE, "", request.namespace)
        if known is None:
            raise not_found(NAMESPACE, request.namespace)
        if "deletionTimestamp" in known["metadata"]:
            raise forbidden(request.kind, request.name, f"namespace {request.namespace} is being terminated")


def _log(cluster: Cluster, request: Request) -> str:
    pod = cluster.store.get(POD, request.namespace, request.name)
    if pod is None:
        raise not_found(POD, request.name)
    return cluster.logs.read(pod, request.query)


def _parsed(cluster: Cluster, http: web.Request, body: bytes) -> Request:
    """Take a request apart.

    Raises:
        Refusal: The path names nothing that is served.
    """
    group, version, namespace, rest = _path([part for part in http.path.split("/") if part])
    plural, name, subresource = (*rest, "", "")[:3]
    kind = cluster.registry.find(group, version, plural)
    if kind is None:
        raise no_such_path()
    query: dict[str, str] = dict(http.query)
    media = http.headers.get("Content-Type", "").split(";")[0].strip()
    verb = _verb(http.method, name, query)
    agent, (user, groups) = http.headers.get("User-Agent", ""), _acting(cluster, http)
    return Request(verb, kind, namespace, name, subresource, query, body, media, agent, user, groups)


def _acting(cluster: Cluster, http: web.Request) -> tuple[str, tuple[str, ...]]:
    """Return whom a request acts as: the bot's account, or whom it impersonates.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation

    Raises:
        Refusal: It may not impersonate, or names groups of nobody.
    """
    user, groups = http.headers.get("Impersonate-User", ""), tuple(http.headers.getall("Impersonate-Group", ()))
    if groups and not user:
        raise bad_request("requested [{Group}] without impersonating a user")
    if user:
        cluster.access.impersonates(user)
    return user or USER, groups


def _path(parts: list[str]) -> tuple[str, str, str, list[str]]:
    """Return group, version, namespace and what follows: plural, name, subresource."""
    match parts:
        case ["api", version, *rest]:
            group = ""
        case ["apis", group, version, *rest]:
            pass
        case _:
            raise no_such_path()
    match rest:
        case ["namespaces", namespace, plural, *below] if plural not in {"status", "finalize"}:
            rest = [plural, *below]
        case _:
            namespace = ""
    if not 0 < len(rest) <= len(("plural", "name", "subresource")):
        raise no_such_path()
    return group, version, namespace, rest


def _verb(method: str, name: str, query: Object) -> str:
    verb = _METHODS.get(method, "")
    if not name and verb == "get":
        return "watch" if query.get("watch") in {"true", "1"} else "list"
    if not name and verb == "delete":
        return "deletecollection"
    if bool(name) is (verb == "create"):
        raise method_not_allowed()
    return verb

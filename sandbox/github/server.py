"""GitHub's REST API over HTTP: who asks, what for, in pages and within a rate; the rest is in the rooms beside."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote, urlencode

from aiohttp import web

from sandbox.github.apps import INSTALLATION, app_token
from sandbox.github.checking import refresh
from sandbox.github.git import GitFailedError
from sandbox.github.refusals import GitHubError, bad_credentials, not_accessible, not_found
from sandbox.github.requests import Answer, Here
from sandbox.github.routes import ROUTES, Route
from sandbox.github.state import TOKEN, Asked, Hub, Json

HUB = web.AppKey("hub", Hub)
WORKER = web.AppKey("worker", ThreadPoolExecutor)
RATE = 5000
"""Requests an hour: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
PER_PAGE, MOST_PER_PAGE = 30, 100

log = logging.getLogger(__name__)


def make_app(hub: Hub) -> web.Application:
    """Serve a company's GitHub."""
    app = web.Application(client_max_size=32 * 1024 * 1024)
    app[HUB] = hub
    app.router.add_get("/_downloads/{name}", _download)
    app.router.add_route("*", "/{path:.*}", _serve)
    app.cleanup_ctx.append(_working)
    return app


async def _working(app: web.Application) -> AsyncIterator[None]:
    """Answer one request after another: git and the state beside it stay of one mind."""
    with ThreadPoolExecutor(1, thread_name_prefix="sandbox-github") as worker:
        app[WORKER] = worker
        yield


async def _download(request: web.Request) -> web.Response:
    """Hand out what a redirect led to; it takes no token, and knows none (a token here was leaked)."""
    hub = request.app[HUB]
    data, media, until = hub.downloads.get(request.match_info["name"], (b"", "", hub.clock.now()))
    if until <= hub.clock.now() or "Authorization" in request.headers:
        return web.Response(status=403)
    return web.Response(body=data, headers={"Content-Type": media})


async def _serve(request: web.Request) -> web.StreamResponse:
    hub, body = request.app[HUB], await request.read()
    fault = _fault(hub, request.method, request.path)
    if fault.isdigit():
        return web.json_response({"message": "Server Error"}, status=int(fault))
    answer = await asyncio.get_running_loop().run_in_executor(request.app[WORKER], _answered, hub, request, body)
    if fault == "drop" and request.transport:
        request.transport.abort()
    return _written(hub, request, answer)


def _fault(hub: Hub, method: str, path: str) -> str:
    for fault in hub.faults:
        if fault[0] == method and re.search(fault[1], path):
            hub.faults.remove(fault)
            return fault[2]
    return ""


def _answered(hub: Hub, request: web.Request, body: bytes) -> Answer:
    try:
        return _handled(hub, request, body)
    except GitHubError as error:
        return Answer(error.body, error.status)
    except GitFailedError:  # a path or name that git knows nothing of
        return Answer(not_found().body, 404)
    except Exception:
        log.exception("The sandbox failed in %s %s", request.method, request.path)
        return Answer({"message": "Server Error"}, 500)


def _handled(hub: Hub, request: web.Request, body: bytes) -> Answer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.method == "POST" and (found := INSTALLATION.fullmatch(request.path)):
        return app_token(hub, int(found["number"]), token)
    if scheme.lower() not in {"token", "bearer"} or token != TOKEN:
        raise bad_credentials()
    if request.path == "/rate_limit":
        return Answer({"resources": {"core": {"limit": RATE, "remaining": _remaining(hub)}}})
    if request.path == "/installation/repositories":
        return Answer({"repositories": [{"full_name": one.full_name} for one in hub.repositories.values()]})
    owner, name, below = _path(request.raw_path.partition("?")[0])
    route, parts = _route(request.method, below)
    hub.asked.append(Asked(request.method, request.path, route.permission))
    if route.permission in hub.denied:
        raise not_accessible()
    repository = hub.repository(owner, name)
    refresh(hub, repository)
    return route.handler(Here(hub, repository, parts, dict(request.query), _json(body), _accept(request.headers)))


def _path(path: str) -> tuple[str, str, str]:
    """Return owner, name and what follows, each part decoded by itself."""
    match path.strip("/").split("/", 3):
        case ["repos", owner, name]:
            return unquote(owner), unquote(name), ""
        case ["repos", owner, name, below]:
            return unquote(owner), unquote(name), unquote(below)
        case _:
            raise not_found()


def _route(method: str, below: str) -> tuple[Route, Mapping[str, str]]:
    for route in ROUTES:
        if route.method == method and (found := route.pattern.fullmatch(below)):
            return route, found.groupdict()
    raise not_found()


def _json(body: bytes) -> Json:
    if not body:
        return {}
    try:
        told = json.loads(body)
    except ValueError as error:
        raise GitHubError(400, "Problems parsing JSON") from error
    if not isinstance(told, dict):
        raise GitHubError(400, "Body should be a JSON object")
    return told


def _accept(headers: Mapping[str, str]) -> str:
    """Return `diff` of `application/vnd.github.v3.diff` and the like."""
    media = headers.get("Accept", "").split(",")[0].strip().removesuffix("+json")
    last = media.rpartition(".")[2]
    return last if last in {"diff", "patch", "raw"} else "json"


def _remaining(hub: Hub) -> int:
    return max(0, RATE - len(hub.asked))


def _written(hub: Hub, request: web.Request, answer: Answer) -> web.Response:
    headers = {
        **answer.headers,
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-GitHub-Request-Id": secrets.token_hex(8),
        "X-RateLimit-Limit": str(RATE),
        "X-RateLimit-Remaining": str(_remaining(hub)),
        "X-RateLimit-Reset": str(int(hub.clock.time()) // 3600 * 3600 + 3600),
        "X-RateLimit-Resource": "core",
    }
    if isinstance(answer.body, bytes):
        return web.Response(body=answer.body, status=answer.status, headers={**headers, "Content-Type": answer.media})
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    body, links = _page(request, answer, hub.url)
    return web.json_response(body, status=answer.status, headers={**headers, **links})


def _page(request: web.Request, answer: Answer, url: str) -> tuple[Any, dict[str, str]]:
    """Cut the page that was asked for, and link to the next and the last."""
    every = answer.body[answer.key] if answer.key else answer.body
    if not isinstance(every, list):
        return answer.body, {}
    size, number = _number(request, "per_page", PER_PAGE, MOST_PER_PAGE), _number(request, "page", 1, 10**6)
    last = max(1, -(-len(every) // size))
    cut = every[(number - 1) * size : number * size]
    there = {"next": number + 1, "last": last} if number < last else {"prev": number - 1} if number > 1 else {}
    links = [
        f'<{url}{request.path}?{urlencode({**request.query, "page": page})}>; rel="{name}"'
        for name, page in there.items()
    ]
    return {**answer.body, answer.key: cut} if answer.key else cut, {"Link": ", ".join(links)} if links else {}


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, "")
    return min(most, max(1, int(text))) if text.isdecimal() else default

"""Datadog's HTTP API, as much of it as reads: v1/query of a metric over tags, v1/monitor by pages.

https://docs.datadoghq.com/api/latest/metrics/, https://docs.datadoghq.com/api/latest/rate-limits/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Any

from aiohttp import web

from sandbox.world import World

API_KEY, APP_KEY = "sandbox-datadog-api", "sandbox-datadog-app"
LIMIT, PERIOD = 300, 3600
"""Requests that are answered in so many seconds."""
_QUERY = re.compile(r"(?P<how>avg|sum|min|max):(?P<metric>[\w.]+)\{(?P<scope>[^{}]+)\}( by \{(?P<by>[\w, ]+)\})?")
_HOW: dict[str, Callable[[list[float]], float]] = {"avg": fmean, "sum": sum, "min": min, "max": max}


class Datadog:
    """The series and monitors of a world."""

    def __init__(self, world: World) -> None:
        documents: dict[str, Any] = world.aws.get("datadog", {})
        by = int(world.shift.by.total_seconds() * 1000)
        self.series = [
            {**one, "pointlist": [[at + by, value] for at, value in one["pointlist"]]}
            for one in documents.get("series.json", {}).get("series", ())
        ]
        self.monitors: list[dict[str, Any]] = world.shifted(documents.get("monitors.json", []))
        self.asked: list[str] = []
        self.left = LIMIT


def make_app(datadog: Datadog) -> web.Application:
    """Return the HTTP API."""
    api = _Api(datadog)
    app = web.Application(middlewares=[api.guarded])
    app.router.add_get("/api/v1/query", api.query)
    app.router.add_get("/api/v1/monitor", api.monitors)
    return app


class _Api:
    def __init__(self, datadog: Datadog) -> None:
        self._there = datadog

    @web.middleware
    async def guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("DD-API-KEY") != API_KEY:
            return _refused(401, "Unauthorized")
        if request.headers.get("DD-APPLICATION-KEY") != APP_KEY:
            return _refused(403, "Forbidden")
        self._there.asked.append("datadog:read")
        if self._there.left == 0:
            said = f"Rate limit of {LIMIT} requests in {PERIOD} seconds reached. Please try again later."
            return _refused(429, said, self._limits())
        self._there.left -= 1
        try:
            return await handler(request)  # type: ignore[no-any-return] # aiohttp's handlers are not typed here
        except (KeyError, ValueError) as error:
            return _refused(400, str(error))

    async def query(self, request: web.Request) -> web.Response:
        start, end, text = int(request.query["from"]), int(request.query["to"]), request.query["query"]
        read = _QUERY.fullmatch(text)
        if read is None:
            raise ValueError(f"Error parsing query: unable to parse {text}: Rule 'scope_expr' didn't match")
        if end <= start:
            raise ValueError("The query's time range is empty: from is not before to")
        fit = [one for one in self._there.series if one["metric"] == read["metric"] and _in(one, read["scope"])]
        series = list(_grouped(fit, read, start * 1000, end * 1000))
        return web.json_response({"status": "ok", "query": text, "series": series}, headers=self._limits())

    async def monitors(self, request: web.Request) -> web.Response:
        page, size = int(request.query.get("page", "0")), int(request.query.get("page_size", "100"))
        shown = self._there.monitors[page * size : (page + 1) * size]
        return web.json_response(shown, headers=self._limits())

    def _limits(self) -> dict[str, str]:
        told = {"Limit": LIMIT, "Period": PERIOD, "Remaining": self._there.left, "Reset": 42, "Name": "batch_query"}
        return {f"X-RateLimit-{name}": str(value) for name, value in told.items()}


def _in(series: dict[str, Any], scope: str) -> bool:
    wanted = {one.strip() for one in scope.split(",")} - {"*"}
    return wanted <= set(series["tag_set"])


def _grouped(fit: Sequence[dict[str, Any]], read: re.Match[str], start: int, end: int) -> Iterator[dict[str, Any]]:
    keys = [key.strip() for key in (read["by"] or "").split(",") if key.strip()]
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in fit:
        scope = ",".join(tag for tag in sorted(one["tag_set"]) if tag.partition(":")[0] in keys) or read["scope"]
        groups.setdefault(scope, []).append(one)
    for scope, members in groups.items():
        values: dict[int, list[float]] = {}
        for at, value in (point for one in members for point in one["pointlist"]):
            if start <= at <= end and value is not None:
                values.setdefault(at, []).append(value)
        points = [[at, float(_HOW[read["how"]](held))] for at, held in sorted(values.items())]
        yield {**members[0], "aggr": read["how"], "scope": scope, "pointlist": points, "length": len(points)}


def _refused(status: int, words: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"errors": [words]}, status=status, headers=headers)

"""Prometheus's HTTP API, as much of it as reads: query, query_range, series, alerts.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.prometheus.evaluating import Known, Labels, Series, Vector, evaluate
from sandbox.prometheus.promql import BadQueryError, Expression, Selector, parse
from sandbox.world import World

MOST_POINTS = 11_000
"""Of one series in an answer, as in Prometheus itself."""
TOKEN = "sandbox-prometheus"  # noqa: S105 - of the sandbox
_COUNTERS = ("_total", "_bucket", "_count", "_sum")


class Prometheus:
    """The series and alerts of a world; what was recorded goes on as it ended."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.clock = clock
        documents = world.aws.get("prometheus", {})
        self._series = [_read(one, world) for one in _results(documents.get("series.json"))]
        self.alerts = world.shifted(documents.get("alerts.json", []))
        self.asked: list[str] = []

    def series(self) -> Known:
        """Return all series up to now."""
        return Known([_until(one, self.clock.time()) for one in self._series])


def make_app(prometheus: Prometheus) -> web.Application:
    """Return the HTTP API."""
    api = _Api(prometheus)
    app = web.Application(middlewares=[api.guarded])
    app.router.add_route("*", "/api/v1/query", api.query)
    app.router.add_route("*", "/api/v1/query_range", api.query_range)
    app.router.add_route("*", "/api/v1/series", api.find)
    app.router.add_get("/api/v1/alerts", api.alerts)
    return app


class _Api:
    def __init__(self, prometheus: Prometheus) -> None:
        self._there = prometheus

    @web.middleware
    async def guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401, text="Unauthorized")
        self._there.asked.append("prometheus:read")
        try:
            return await handler(request)  # type: ignore[no-any-return] # aiohttp's handlers are not typed here
        except BadQueryError as error:
            return _refused(400, "bad_data", f'invalid parameter "query": {error}')
        except (KeyError, ValueError) as error:
            return _refused(400, "bad_data", f"invalid parameter: {error}")

    async def query(self, request: web.Request) -> web.Response:
        asked = {**request.query, **await request.post()}
        at = float(str(asked["time"])) if "time" in asked else self._there.clock.time()
        found = _vector(evaluate(parse(str(asked["query"])), self._there.series(), at))
        return _answer("vector", [{"metric": dict(key), "value": [at, _text(value)]} for key, value in found.items()])

    async def query_range(self, request: web.Request) -> web.Response:
        asked = {**request.query, **await request.post()}
        start, end, step = (float(str(asked[name])) for name in ("start", "end", "step"))
        if end < start or step <= 0:
            return _refused(400, "bad_data", 'invalid parameter "step" or "end"')
        if (end - start) / step > MOST_POINTS:
            return _refused(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries.")
        times = [start + number * step for number in range(int((end - start) / step) + 1)]
        return _answer("matrix", list(_matrix(parse(str(asked["query"])), self._there.series(), times)))

    async def find(self, request: web.Request) -> web.Response:
        wanted = [parse(text) for text in request.query.getall("match[]")]
        known = self._there.series()
        found = {tuple(sorted(one.labels.items())) for it in wanted for one in known.named(_selector(it))}
        most = int(request.query.get("limit", "0")) or len(found)
        return web.json_response({"status": "success", "data": [dict(one) for one in sorted(found)[:most]]})

    async def alerts(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "success", "data": {"alerts": self._there.alerts}})


def _matrix(expression: Expression, series: Known, times: list[float]) -> Iterator[dict[str, Any]]:
    rows: dict[Labels, list[list[object]]] = {}
    for at in times:
        for labels, value in _vector(evaluate(expression, series, at)).items():
            rows.setdefault(labels, []).append([at, _text(value)])
    yield from ({"metric": dict(labels), "values": values} for labels, values in rows.items())


def _selector(expression: Expression) -> Selector:
    if not isinstance(expression, Selector):
        raise BadQueryError("parse error: a series selector is expected")
    return expression


def _vector(found: Vector | float) -> Vector:
    return {(): found} if isinstance(found, float) else found


def _results(document: Any) -> list[dict[str, Any]]:
    return list(document["data"]["result"]) if isinstance(document, dict) else []


def _read(result: dict[str, Any], world: World) -> Series:
    by = world.shift.by.total_seconds()
    times = tuple(float(at) + by for at, _ in result["values"])
    return Series(result["metric"], times, tuple(float(value) for _, value in result["values"]))


def _until(series: Series, now: float) -> Series:
    """Return a series up to now: after its last sample it goes on as it ended, a counter as fast as it did."""
    step = series.times[-1] - series.times[-2]
    more = max(0, int((now - series.times[-1]) / step))
    grows = series.values[-1] - series.values[-2] if series.labels["__name__"].endswith(_COUNTERS) else 0.0
    times = (series.times[-1] + step * number for number in range(1, more + 1))
    values = (series.values[-1] + grows * number for number in range(1, more + 1))
    return Series(series.labels, (*series.times, *times), (*series.values, *values))


def _answer(kind: str, result: list[Any]) -> web.Response:
    return web.json_response({"status": "success", "data": {"resultType": kind, "result": result}})


def _refused(status: int, kind: str, words: str) -> web.Response:
    return web.json_response({"status": "error", "errorType": kind, "error": words}, status=status)


def _text(value: float) -> str:
    return "NaN" if math.isnan(value) else "+Inf" if value == math.inf else repr(value)

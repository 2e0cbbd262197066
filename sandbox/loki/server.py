"""Loki's HTTP API, as much of it as reads: query_range over streams, series; LogQL of selectors and line filters.

https://grafana.com/docs/loki/latest/query/log_queries/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from aiohttp import web

from sandbox.prometheus.promql import BadQueryError, Matcher, Selector, parse
from sandbox.world import World

TOKEN = "sandbox-loki"  # noqa: S105 - of the sandbox
MOST = 5000
"""Lines in an answer, as Loki is delivered."""
_FILTER = re.compile(r'\s*(?P<sign>\|=|!=|\|~|!~)\s*(?:`(?P<raw>[^`]*)`|"(?P<text>(?:[^"\\]|\\.)*)")')

Fits: TypeAlias = Callable[[str], bool]


class Loki:
    """The log streams of a world."""

    def __init__(self, world: World) -> None:
        document = world.aws.get("loki", {}).get("streams.json")
        results: list[Any] = document["data"]["result"] if isinstance(document, dict) else []
        by = int(world.shift.by.total_seconds()) * 1_000_000_000
        self.streams = [
            (one["stream"], [(int(at) + by, world.shifted(text)) for at, text in one["values"]]) for one in results
        ]
        self.asked: list[str] = []


def make_app(loki: Loki) -> web.Application:
    """Return the HTTP API."""
    api = _Api(loki)
    app = web.Application(middlewares=[api.guarded])
    app.router.add_get("/loki/api/v1/query_range", api.query_range)
    app.router.add_get("/loki/api/v1/series", api.find)
    return app


class _Api:
    def __init__(self, loki: Loki) -> None:
        self._there = loki

    @web.middleware
    async def guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401, text="Unauthorized")
        self._there.asked.append("loki:read")
        try:
            return await handler(request)  # type: ignore[no-any-return] # aiohttp's handlers are not typed here
        except (BadQueryError, KeyError, ValueError) as error:
            return web.Response(status=400, text=str(error))

    async def query_range(self, request: web.Request) -> web.Response:
        matchers, filters = _query(request.query["query"])
        start, end, most = (int(request.query[name]) for name in ("start", "end", "limit"))
        if most > MOST:
            raise ValueError(
                f"max entries limit per query exceeded, limit > max_entries_limit_per_query ({most} > {MOST})"
            )
        fit = [(labels, lines) for labels, lines in self._there.streams if all(one.fits(labels) for one in matchers)]
        inside = [(at, text, labels) for labels, lines in fit for at, text in lines if start <= at < end]
        kept = sorted((one for one in inside if all(each(one[1]) for each in filters)), key=lambda one: -one[0])[:most]
        return _answer(
            {
                "resultType": "streams",
                "result": [{"stream": labels, "values": [[str(at), text]]} for at, text, labels in kept],
            }
        )

    async def find(self, request: web.Request) -> web.Response:
        wanted = [_query(text)[0] for text in request.query.getall("match[]")]
        return _answer(
            [
                labels
                for labels, _ in self._there.streams
                if any(all(one.fits(labels) for one in each) for each in wanted)
            ]
        )


def _query(query: str) -> tuple[tuple[Matcher, ...], list[Fits]]:
    """Read a selector and the line filters after it; anything else is refused."""
    end = query.find("}") + 1
    selected = parse(query[:end])
    if not isinstance(selected, Selector):
        raise BadQueryError("parse error: a stream selector is expected")
    filters: list[Fits] = []
    while query[end:].strip():
        found = _FILTER.match(query, end)
        if found is None:
            raise BadQueryError(
                f"parse error at line 1, col {end + 1}: syntax error: unexpected {query[end:].strip()[:20]}"
            )
        filters.append(
            _filter(found["sign"], found["raw"] if found["raw"] is not None else re.sub(r"\\(.)", r"\1", found["text"]))
        )
        end = found.end()
    return selected.matchers, filters


def _filter(sign: str, text: str) -> Fits:
    if sign in {"|=", "!="}:
        return lambda line: (text in line) == (sign == "|=")
    pattern = re.compile(text)
    return lambda line: (pattern.search(line) is not None) == (sign == "|~")


def _answer(data: object) -> web.Response:
    return web.json_response({"status": "success", "data": data})

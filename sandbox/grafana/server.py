"""Grafana's HTTP API, as much of it as reads: alerts of its alertmanager, annotations by time and tags.

https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.world import World

TOKEN = "glsa_sandbox"  # noqa: S105 - of the sandbox
ALL = frozenset({"alert.instances:read", "annotations:read"})
"""What the service account may do: https://grafana.com/docs/grafana/latest/administration/service-accounts/"""


class Grafana:
    """The alerts and annotations of a world."""

    def __init__(self, world: World) -> None:
        documents: dict[str, Any] = world.aws.get("grafana", {})
        by = int(world.shift.by.total_seconds() * 1000)
        self.alerts: list[dict[str, Any]] = world.shifted(documents.get("alerts.json", []))
        self.annotations: list[dict[str, Any]] = [
            {**one, "time": one["time"] + by} for one in documents.get("annotations.json", ())
        ]
        self.asked: list[str] = []
        self.may = ALL
        self.busy = False


def make_app(grafana: Grafana) -> web.Application:
    """Return the HTTP API."""
    api = _Api(grafana)
    app = web.Application(middlewares=[api.guarded])
    app.router.add_get("/api/alertmanager/grafana/api/v2/alerts", api.alerts)
    app.router.add_get("/api/annotations", api.annotations)
    return app


class _Api:
    def __init__(self, grafana: Grafana) -> None:
        self._there = grafana

    @web.middleware
    async def guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _refused(401, "Invalid API key", messageId="api-key.invalid", statusCode=401, traceID="")
        self._there.asked.append("grafana:read")
        if self._there.busy:
            return web.json_response({"message": "Too many requests"}, status=429, headers={"Retry-After": "17"})
        try:
            return await handler(request)  # type: ignore[no-any-return] # aiohttp's handlers are not typed here
        except ValueError:
            return _refused(400, "bad request data")

    async def alerts(self, request: web.Request) -> web.Response:
        if "alert.instances:read" not in self._there.may:
            return _denied("alert.instances:read")
        wanted = {name: request.query.get(name, "true") == "true" for name in ("active", "silenced", "inhibited")}
        shown = [one for one in self._there.alerts if wanted[_state(one)]]
        return web.json_response(shown)

    async def annotations(self, request: web.Request) -> web.Response:
        if "annotations:read" not in self._there.may:
            return _denied("annotations:read")
        start, end, most = (int(request.query.get(name, rest)) for name, rest in _DEFAULTS.items())
        wanted, kind = set(request.query.getall("tags", [])), request.query.get("type", "")
        fit = [
            one
            for one in self._there.annotations
            if start <= one["time"] <= end and wanted <= set(one["tags"]) and _is(one, kind)
        ]
        return web.json_response(sorted(fit, key=lambda one: -one["time"])[:most])


_DEFAULTS = {"from": "0", "to": str(2**62), "limit": "100"}


def _state(alert: dict[str, Any]) -> str:
    status = alert["status"]
    return "silenced" if status["silencedBy"] else "inhibited" if status["inhibitedBy"] else "active"


def _is(annotation: dict[str, Any], kind: str) -> bool:
    return not kind or (kind == "alert") == bool(annotation.get("alertId"))


def _denied(permission: str) -> web.Response:
    said = f"You'll need additional permissions to perform this action. Permissions needed: {permission}"
    return _refused(403, said, title="Access denied", accessErrorId="ACE0000000001")


def _refused(status: int, words: str, **more: object) -> web.Response:
    return web.json_response({"message": words, **more}, status=status)

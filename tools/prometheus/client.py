"""Ask Prometheus: points of a query, the series there are, alerts; nothing else of its API.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.settings import settings
from tools.aws.windows import Window
from tools.contract import ToolError
from tools.sources import Source

MINUTE = 60
STEPS = (60, 300, 900, 3600, 21600)
POINTS = 720
"""Of a series in an answer: what a picture shows."""
SERIES = 500
"""Looked through for those that are a service's."""


@dataclass(frozen=True)
class Line:
    """A series of an answer: its labels, and its points (UTC), those that are no number left out."""

    labels: dict[str, str]
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True)
class Fired:
    """An alert that Prometheus has pending or firing."""

    name: str
    state: str
    labels: dict[str, str]
    summary: str
    since: datetime | None


def span(query: str, over: Window, step: int = 0) -> list[Line]:
    """Return the points of a query in a window; `step` is in seconds, 0 is what fits a picture.

    Raises:
        ToolError: Prometheus is not set, cannot be reached or refuses the query, in its own words.
    """
    seconds = (over.end - over.start).total_seconds()
    fit = next((each for each in STEPS if each >= max(step, MINUTE) and seconds / each <= POINTS), STEPS[-1])
    asked = {"query": query, "start": _time(over.start), "end": _time(over.end), "step": str(fit)}
    return [_line(one, one["values"]) for one in _data("query_range", list(asked.items()))["result"]]


def known(selectors: Sequence[str], over: Window) -> list[dict[str, str]]:
    """Return the labels of the series that selectors name, at most SERIES."""
    match = [("match[]", one) for one in selectors]
    when = [("start", _time(over.start)), ("end", _time(over.end)), ("limit", str(SERIES))]
    return [{str(name): str(value) for name, value in one.items()} for one in _data("series", [*match, *when])][:SERIES]


def alerts() -> list[Fired]:
    """Return the alerts that are pending or firing."""
    return [_fired(one) for one in _data("alerts", [])["alerts"]]


def _data(what: str, asked: list[tuple[str, str]]) -> Any:
    told = settings()
    answer = Source("Prometheus", told.prometheus_url, told.prometheus_token).ask(f"api/v1/{what}", asked)
    if not isinstance(answer, dict) or answer.get("status") != "success" or "data" not in answer:
        raise ToolError("What answers at PROMETHEUS_URL is no Prometheus: its answer has no data.")
    return answer["data"]


def _line(result: Any, values: Any) -> Line:
    points = ((datetime.fromtimestamp(float(at), UTC), float(value)) for at, value in values)
    return Line(dict(result["metric"]), tuple(point for point in points if math.isfinite(point[1])))


def _fired(alert: Any) -> Fired:
    labels, notes = dict(alert.get("labels", {})), dict(alert.get("annotations", {}))
    since = datetime.fromisoformat(alert["activeAt"]).astimezone(UTC) if alert.get("activeAt") else None
    summary = str(notes.get("summary") or notes.get("description") or notes.get("message") or "")
    return Fired(str(labels.get("alertname", "")), str(alert.get("state", "")), labels, summary, since)


def _time(at: datetime) -> str:
    return f"{at.timestamp():.3f}"

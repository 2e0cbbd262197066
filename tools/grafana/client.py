"""Ask Grafana: the alerts of its own alertmanager, and annotations; nothing else of its API.

https://grafana.com/docs/grafana/latest/developers/http_api/annotations/,
https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from config.settings import settings
from tools.aws.windows import Window
from tools.contract import ToolError
from tools.sources import Source

MOST = 200
"""Annotations in an answer; Grafana gives 100 unless it is asked for another number."""
BLIND = {"DatasourceNoData": "no data", "DatasourceError": "error"}
"""How Grafana calls an alert that says its rule cannot tell; the label `rulename` then says which rule.

https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/nodata-and-error-states/
"""
_MARKUP = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True)
class Fired:
    """An alert that fires and is neither silenced nor inhibited.

    Attributes:
        name: Of its rule.
        blind: Why its rule cannot tell, `no data` or `error`; empty where it can.
        labels: What it is about.
        summary: What the rule says of it.
        since: When it began (UTC).
    """

    name: str
    blind: str
    labels: dict[str, str]
    summary: str
    since: datetime | None


@dataclass(frozen=True)
class Note:
    """An annotation that somebody or something made: when (UTC), what it says, its tags by key, and who made it."""

    number: int
    at: datetime
    text: str
    tags: dict[str, str]
    who: str


def alerts() -> list[Fired]:
    """Return the alerts that fire.

    Raises:
        ToolError: Grafana is not set, cannot be reached or does not let the bot in.
    """
    asked = (("active", "true"), ("silenced", "false"), ("inhibited", "false"))
    return [_fired(one) for one in _listed("alertmanager/grafana/api/v2/alerts", asked)]


def notes(over: Window, tag: str = "") -> list[Note]:
    """Return the annotations of a window, the earliest first, at most MOST; those that alerts made are left out."""
    times = [("from", _milliseconds(over.start)), ("to", _milliseconds(over.end))]
    more = [("type", "annotation"), ("limit", str(MOST)), *([("tags", tag)] if tag else [])]
    return sorted((_note(one) for one in _listed("annotations", [*times, *more])), key=lambda one: one.at)


def _listed(what: str, asked: Iterable[tuple[str, str]]) -> list[Any]:
    told = settings()
    answer = Source("Grafana", told.grafana_url, told.grafana_token).ask(f"api/{what}", asked)
    if not isinstance(answer, list):
        raise ToolError("What answers at GRAFANA_URL is no Grafana: its answer is no list.")
    return answer


def _fired(alert: Any) -> Fired:
    labels, said = dict(alert.get("labels") or {}), dict(alert.get("annotations") or {})
    blind = BLIND.get(str(labels.get("alertname", "")), "")
    name = labels.get("rulename") if blind else labels.get("alertname")
    since = datetime.fromisoformat(alert["startsAt"]).astimezone(UTC) if alert.get("startsAt") else None
    summary = str(said.get("summary") or said.get("description") or said.get("message") or "")
    return Fired(str(name or "an alert without a name"), blind, labels, summary, since)


def _note(held: Any) -> Note:
    pairs = (str(one).partition(":") for one in held.get("tags") or ())
    text = unescape(_MARKUP.sub(" ", str(held.get("text") or "")))
    at = datetime.fromtimestamp(int(held["time"]) / 1000, UTC)
    return Note(int(held.get("id", 0)), at, text, {key: value for key, _, value in pairs}, str(held.get("login") or ""))


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))

"""Ask Datadog: the points of a metric query, and its monitors; nothing else of its API.

https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points,
https://docs.datadoghq.com/api/latest/monitors/#get-all-monitors
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from config.settings import settings
from tools.aws.windows import Window
from tools.contract import ToolError
from tools.sources import Source

PAGE, PAGES = 500, 4
"""Monitors in an answer, and answers that are read: 2,000 monitors."""
STATES = ("Alert", "Warn", "No Data")
"""Those that are not in order, worst first."""
EVERYWHERE = "*"
"""The scope of a mute that holds for the whole monitor."""


@dataclass(frozen=True)
class Line:
    """A series of an answer: the tags it is of, its unit, and its points (UTC), those without a value left out."""

    scope: str
    unit: str
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True)
class Monitor:
    """A monitor of Datadog's.

    Attributes:
        name: What people call it.
        number: Its id.
        state: `Alert`, `Warn`, `No Data`, `OK` …
        since: When it came to that state (UTC).
        message: What it says to those it notifies.
        tags: Its own, and those of its worst group, by key.
        groups: The groups that are not in order, worst first, such as `kube_deployment:checkout`.
        namespaces: Those of its tags and groups; an empty one if it names none.
        muted: Whether all of it is muted.
    """

    name: str
    number: int
    state: str
    since: datetime | None
    message: str
    tags: dict[str, str]
    groups: tuple[str, ...]
    namespaces: frozenset[str]
    muted: bool


def span(query: str, over: Window) -> list[Line]:
    """Return the points of a query in a window, as far apart as Datadog rolls them up.

    Raises:
        ToolError: Datadog is not set, cannot be reached or refuses the query, in its own words.
    """
    times = (("from", str(int(over.start.timestamp()))), ("to", str(int(over.end.timestamp()))))
    answer = _ask("query", (*times, ("query", query)))
    if not isinstance(answer, dict) or "series" not in answer:
        raise ToolError("What answers at DATADOG_URL is no Datadog: its answer has no series.")
    if answer.get("status") == "error":
        raise ToolError(f"Datadog refused the query: {str(answer.get('error') or 'it does not say why')[:300]}")
    return [_line(one) for one in answer["series"]]


def monitors() -> tuple[list[Monitor], bool]:
    """Return the monitors with the groups that are not in order, and whether these are all."""
    found: list[Monitor] = []
    for page in range(PAGES):
        asked = (("group_states", "alert,warn,no data"), ("page", str(page)), ("page_size", str(PAGE)))
        answer = _ask("monitor", asked)
        if not isinstance(answer, list):
            raise ToolError("What answers at DATADOG_URL is no Datadog: its answer has no monitors.")
        found += [_monitor(one) for one in answer]
        if len(answer) < PAGE:
            return found, True
    return found, False


def _ask(what: str, asked: Iterable[tuple[str, str]]) -> Any:
    told = settings()
    keys = (
        ("DD-API-KEY", told.datadog_api_key.get_secret_value()),
        ("DD-APPLICATION-KEY", told.datadog_app_key.get_secret_value()),
    )
    names = "DATADOG_API_KEY, DATADOG_APP_KEY (that they are this site's)"
    return Source("Datadog", told.datadog_url, SecretStr(""), keys, names).ask(f"api/v1/{what}", asked)


def _line(series: Any) -> Line:
    points = ((datetime.fromtimestamp(at / 1000, UTC), value) for at, value in series.get("pointlist", ()))
    unit = next((str(one.get("short_name") or one.get("name") or "") for one in series.get("unit") or () if one), "")
    return Line(
        str(series.get("scope", "")), unit, tuple((at, float(value)) for at, value in points if value is not None)
    )


def _monitor(held: Any) -> Monitor:
    groups, own = _groups(held), [str(one) for one in held.get("tags") or ()]
    every = map(_pair, itertools.chain(own, *(name.split(",") for name in groups)))
    return Monitor(
        name=str(held.get("name", "")),
        number=int(held.get("id", 0)),
        state=str(held.get("overall_state", "")),
        since=_when(held.get("overall_state_modified")),
        message=str(held.get("message") or ""),
        tags=dict(map(_pair, itertools.chain(own, *(name.split(",") for name in groups[:1])))),
        groups=groups,
        namespaces=frozenset(value for key, value in every if key == "kube_namespace") or frozenset({""}),
        muted=EVERYWHERE in ((held.get("options") or {}).get("silenced") or {}),
    )


def _groups(held: Any) -> tuple[str, ...]:
    groups = (held.get("state") or {}).get("groups") or {}
    bad = {name: one["status"] for name, one in groups.items() if one.get("status") in STATES and name != EVERYWHERE}
    return tuple(sorted(bad, key=lambda name: (STATES.index(bad[name]), name)))


def _pair(tag: str) -> tuple[str, str]:
    key, _, value = tag.partition(":")
    return key, value


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None

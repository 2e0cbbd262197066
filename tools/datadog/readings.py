"""A Datadog query that somebody asks for, within bounds, and the monitors that alert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import Field

from tools.aws.levels import level
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number, shortened, sparkline
from tools.contract import Call, Chart, Finding, Observation, Role, Series, ToolError
from tools.datadog.client import STATES, Line, Monitor, monitors, span
from tools.declare import Minutes, reads
from tools.scope import limited, sees

FINDINGS = {
    "monitor_alerting": "A monitor of Datadog's alerts and is not muted.",
    "monitors_quiet": "No monitor of Datadog's alerts.",
}
SHOWN, DRAWN = 20, 5
"""Series or monitors that are told, and series that are drawn; the text says when there were more."""
WORKLOADS = ("kube_deployment", "kube_stateful_set", "kube_daemon_set")
"""Tags by which Datadog's agent names a workload: https://docs.datadoghq.com/containers/kubernetes/tag/"""

Query: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="a Datadog metric query that somebody asked for, such as avg:system.cpu.user{env:prod} by {host}",
    ),
]


@reads(needs=("datadog:read",), source="datadog")
def datadog_metric(query: Query, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Run a Datadog metric query over the last minutes, or those around a time: at most 24 hours, 20 series told."""
    if limited():
        raise ToolError("A query of one's own could see past what may be seen here, so there is none here.")
    over = window(minutes, around)
    lines = [one for one in span(query, over) if one.points]
    head = f"{query} in Datadog, {clock(over.start)} to {clock(over.end)}: {len(lines)} series"
    if not lines:
        return Observation(f"{head}. No data is not zero: the query names nothing that was measured then.")
    more = [f"{len(lines) - SHOWN} more series; narrow the query."] if len(lines) > SHOWN else []
    return Observation(
        "\n".join([head, *(_row(one, over) for one in lines[:SHOWN]), *more]), chart=_chart(query, lines)
    )


@reads(needs=("datadog:read",), source="datadog")
def datadog_monitors() -> Observation:
    """List Datadog's monitors that alert, warn or have no data, with since when, for what, and what they say."""
    every, complete = monitors()
    seen = [one for one in every if all(sees("namespaces", space) for space in one.namespaces)]
    bad = sorted((one for one in seen if one.state in STATES), key=lambda one: STATES.index(one.state))
    alerting = [one for one in bad if one.state == "Alert" and not one.muted]
    more = [] if complete else [f"Only the first {len(every):,} monitors were looked at."]
    text = "\n".join([f"{len(seen)} monitors in Datadog, {len(alerting)} alert.", *map(_told, bad[:SHOWN]), *more])
    return Observation(text, tuple(map(_alerting, alerting[:SHOWN])) or _quiet(seen, complete=complete))


def _quiet(seen: Sequence[Monitor], *, complete: bool) -> tuple[Finding, ...]:
    """Return that nothing alerts, where all was looked at; no monitor at all tells nothing."""
    if not seen or not complete:
        return ()
    words = f"None of Datadog's {len(seen)} monitors alerts."
    return (Finding("monitors_quiet", "alarms", words, "Datadog monitors", 0.6, Role.HEALTHY),)


def _alerting(monitor: Monitor) -> Finding:
    said = f"Datadog monitor {monitor.name} alerts{_since(monitor)}{_for(monitor)}: {shortened(monitor.message, 200)}"
    space = monitor.tags.get("kube_namespace", "")
    who = next((monitor.tags[name] for name in WORKLOADS if monitor.tags.get(name)), "")
    leads = (Call("kube_log_errors", {"namespace": space, "workload": who}),) if space and who else ()
    subject = f"deployment/{space}/{who}" if leads else f"alarm/{monitor.name}"
    pointer = f"Datadog monitor {monitor.number}"
    return Finding("monitor_alerting", subject, said, pointer, 0.7, Role.SYMPTOM, monitor.since, leads)


def _told(monitor: Monitor) -> str:
    muted = ", muted" if monitor.muted else ""
    return f"{monitor.name} ({monitor.state}{muted}){_since(monitor)}{_for(monitor)}: {shortened(monitor.message, 200)}"


def _since(monitor: Monitor) -> str:
    return f" since {clock(monitor.since)}" if monitor.since else ""


def _for(monitor: Monitor) -> str:
    more = f" and {len(monitor.groups) - 3} more" if len(monitor.groups) > 3 else ""  # noqa: PLR2004 - that are named
    return f" for {'; '.join(monitor.groups[:3])}{more}" if monitor.groups else ""


def _row(line: Line, over: Window) -> str:
    values = [value for _, value in line.points]
    now = level(line.points, over.start)
    told = f"last {number(values[-1])}, {number(now.low)} to {number(now.high)} {line.unit}".rstrip()
    return f"  {_named(line)}: {told}  {sparkline(values)}"


def _named(line: Line) -> str:
    return shortened(line.scope, 120) or "value"


def _chart(query: str, lines: Sequence[Line]) -> Chart:
    drawn = tuple(Series(_named(one), one.points) for one in lines[:DRAWN])
    rest = f", {DRAWN} of them drawn" if len(lines) > DRAWN else ""
    alt = f"{shortened(query, 200)}: {len(lines)} series{rest}."
    return Chart(shortened(query, 80), lines[0].unit, drawn, alt=alt)

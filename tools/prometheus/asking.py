"""A PromQL query that somebody asks for, within bounds, and the alerts that Prometheus has firing."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from tools.aws.levels import level
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number, shortened, sparkline
from tools.contract import Call, Chart, Finding, Observation, Role, Series, ToolError
from tools.declare import Minutes, reads
from tools.prometheus.client import Fired, Line, alerts, span
from tools.scope import limited, sees

FINDINGS = {
    "rule_firing": "An alert of Prometheus's own rules fires.",
    "rules_quiet": "No alert of Prometheus's own rules fires.",
}
SHOWN, DRAWN = 20, 5
"""Series that are told, and that are drawn; the text says when there were more."""

Query: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, description="PromQL that somebody asked for")]
Step: TypeAlias = Annotated[int, Field(ge=15, le=3600, description="seconds between points")]


@reads(needs=("prometheus:read",), source="prometheus_url")
def prometheus_query(query: Query, minutes: Minutes = 60, step: Step = 60, around: Around = "") -> Observation:
    """Run a PromQL query over the last minutes, or those around a time: at most 24 hours, 20 series told, 5 drawn."""
    if limited():
        raise ToolError("A query of one's own could see past what may be seen here, so there is none here.")
    over = window(minutes, around)
    lines = [one for one in span(query, over, step) if one.points]
    head = f"{query}, {clock(over.start)} to {clock(over.end)}: {len(lines)} series"
    if not lines:
        return Observation(f"{head}. No data is not zero: the query names nothing that was measured then.")
    more = [f"{len(lines) - SHOWN} more series; narrow the query."] if len(lines) > SHOWN else []
    return Observation(
        "\n".join([head, *(_row(one, over) for one in lines[:SHOWN]), *more]), chart=_chart(query, lines)
    )


@reads(needs=("prometheus:read",), source="prometheus_url")
def prometheus_alerts() -> Observation:
    """List the alerts that Prometheus's own rules have firing or pending, with since when and what they say."""
    there = [one for one in alerts() if sees("namespaces", one.labels.get("namespace", ""))]
    firing = [one for one in there if one.state == "firing"]
    if not firing:
        quiet = Finding(
            "rules_quiet", "alarms", "No alert of Prometheus fires.", "Prometheus alerts", 0.6, Role.HEALTHY
        )
        return Observation(f"No alert of Prometheus fires; {len(there)} pending.", (quiet,))
    rows = [f"{one.name} ({one.state}){_since(one)}: {shortened(one.summary, 200)} {_about(one)}" for one in there]
    return Observation("\n".join(rows[:SHOWN]), tuple(_firing(one) for one in firing[:SHOWN]))


def _firing(alert: Fired) -> Finding:
    said = f"Alert {alert.name} fires{_since(alert)}: {shortened(alert.summary or _about(alert), 200)}"
    space, who = alert.labels.get("namespace", ""), alert.labels.get("deployment") or alert.labels.get("service")
    leads = (Call("prometheus_service", {"namespace": space, "workload": who}),) if space and who else ()
    subject = f"deployment/{space}/{who}" if leads else f"alarm/{alert.name}"
    return Finding(
        "rule_firing", subject, said, f"Prometheus alert {alert.name}", 0.7, Role.SYMPTOM, alert.since, leads
    )


def _since(alert: Fired) -> str:
    return f" since {clock(alert.since)}" if alert.since else ""


def _about(alert: Fired) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname")


def _row(line: Line, over: Window) -> str:
    values = [value for _, value in line.points]
    now = level(line.points, over.start)
    return f"  {_named(line)}: last {number(values[-1])}, {number(now.low)} to {number(now.high)}  {sparkline(values)}"


def _named(line: Line) -> str:
    return shortened(", ".join(f"{name}={value}" for name, value in sorted(line.labels.items())), 120) or "value"


def _chart(query: str, lines: list[Line]) -> Chart:
    drawn = tuple(Series(_named(one), one.points) for one in lines[:DRAWN])
    rest = f", {DRAWN} of them drawn" if len(lines) > DRAWN else ""
    return Chart(shortened(query, 80), "", drawn, alt=f"{shortened(query, 200)}: {len(lines)} series{rest}.")

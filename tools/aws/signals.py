"""How a service's errors, latency or load stand against before: one number, and the picture of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tools.aws.alarm_records import READABLE, alarms
from tools.aws.client import cloudwatch
from tools.aws.levels import FACTOR, MAD_TO_SIGMA, RELATIVE, Points
from tools.aws.measurements import Metric, measured
from tools.aws.signal_names import COUNTS, Signal, fits, unit_of
from tools.aws.windows import Window
from tools.aws.wording import ago, clock, number
from tools.contract import Chart, Finding, Observation, Role, Series, ToolError
from tools.declare import Minutes, reads
from tools.knowledge.services import Service, contains, services, services_in
from tools.kube.client import reader
from tools.kube.revisions import began, revisions

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

FINDINGS = {
    "signal_worse": "A service's signal stands clearly worse than before (4 times its usual scatter, and a quarter).",
    "signal_usual": "A service's signal is no worse than before.",
}
LISTED = 2000
"""Metrics looked through for one that is the service's; alarms are looked at first."""
SHORTEST = timedelta(hours=1)
Words = Annotated[str, Field(min_length=1, max_length=2000, description="a service, or words that name one")]
Against = Annotated[
    Literal["before", "deploy", "yesterday", "last week"],
    Field(description="the time just before, the time before the last rollout, or the same hours of an earlier day"),
]
EARLIER = {"yesterday": timedelta(days=1), "last week": timedelta(days=7)}


@dataclass(frozen=True)
class Stretch:
    """What is looked at, and what it is compared with (UTC); `deployed` is when the last rollout was."""

    now: Window
    then: Window
    deployed: datetime | None = None


@reads(
    needs=(
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListMetrics",
        "cloudwatch:GetMetricData",
        "apps/deployments:get",
        "apps/replicasets:list",
    )
)
def service_signal(service: Words, signal: Signal, minutes: Minutes = 60, against: Against = "before") -> Observation:
    """Say how a service's errors, latency, traffic, CPU, memory or connections stand against before, with a chart."""
    meant = _service(service)
    stretch = _stretch(meant, minutes, against)
    with cloudwatch() as client:
        metric = _metric(client, meant, signal)
        now, then = (measured(client, {"m": metric}, span)["m"] for span in (stretch.now, stretch.then))
    if not now and metric.name not in COUNTS:
        raise ToolError(f"{metric.namespace} {metric.name} has no data since {clock(stretch.now.start)}.")
    return _told(meant.name, signal, metric, stretch, (now, then))


def _service(words: str) -> Service:
    found = services_in(words)
    if len(found) == 1 or (found and found[0].name in words.lower().split()):
        return found[0]
    names = ", ".join(sorted(one.name for one in found or services().values()))
    raise ToolError(f"Which service is meant? Name one of {names}.")


def _stretch(service: Service, minutes: int, against: str) -> Stretch:
    end = datetime.now(UTC)
    if against == "deploy":
        deployed = _deployed(service)
        start = max(deployed, end - timedelta(days=1))
        before = deployed - max(end - start, SHORTEST)
        return Stretch(Window(start, start, end), Window(before, before, deployed), deployed)
    start = end - timedelta(minutes=minutes)
    back = EARLIER.get(against, end - start)
    return Stretch(Window(start, start, end), Window(start - back, start - back, end - back))


def _deployed(service: Service) -> datetime:
    """Return when the service's present pod template was rolled out."""
    if not (service.namespace and service.deployment):
        raise ToolError(f"{service.name} has no deployment in the service catalogue; ask for a number of hours.")
    api = reader()
    now = api.one("deployments", service.namespace, service.deployment)
    if since := began(revisions(now, api.every("replicasets", service.namespace))):
        return since
    raise ToolError(f"No rollout of {service.name} is recorded; ask for a number of hours.")


def _metric(client: CloudWatchClient, service: Service, signal: Signal) -> Metric:
    """Return the metric that says it: one an alarm of the service watches, else one with the service's name."""
    for one in alarms(client):
        own = one.name in service.alarms or contains(one.name, service.name) >= 0
        if own and one.namespace and fits(signal, one.metric) and READABLE.fullmatch(one.stat):
            return Metric(one.namespace, one.metric, one.dimensions, one.stat)
    return _listed(client, service, signal)


def _listed(client: CloudWatchClient, service: Service, signal: Signal) -> Metric:
    names = [service.name, *([service.database] if signal == "connections" and service.database else [])]
    pages = client.get_paginator("list_metrics").paginate(RecentlyActive="PT3H")
    for one in islice((one for page in pages for one in page["Metrics"]), LISTED):
        dimensions = {pair["Name"]: pair["Value"] for pair in one.get("Dimensions", [])}
        about = any(contains(value, name) >= 0 for value in dimensions.values() for name in names)
        if about and fits(signal, one["MetricName"]):
            stat = "Sum" if one["MetricName"] in COUNTS else "p99" if signal == "latency" else "Average"
            return Metric(one["Namespace"], one["MetricName"], dimensions, stat)
    raise ToolError(f"No CloudWatch metric tells the {signal} of {service.name}; an alarm on one, named for it, would.")


def _told(name: str, signal: Signal, metric: Metric, stretch: Stretch, points: tuple[Points, Points]) -> Observation:
    now, then = _level(metric, points[0], stretch.now), _level(metric, points[1], stretch.then)
    worse = signal != "traffic" and then is not None and now is not None and _worse(now, then, points[1])
    unit = unit_of(metric.name)
    since = f"since the deploy ({ago(stretch.deployed, stretch.now.end)})" if stretch.deployed else ""
    since = since or f"since {clock(stretch.now.start)}"
    between = f"{clock(stretch.then.start)} to {clock(stretch.then.end)}"
    was = f"{number(then)} from {between}" if then is not None else f"no data from {between}"
    head = f"{signal.capitalize()} of {name}: {number(now or 0)} {unit} {since}, against {was}"
    said = f"{' '.join(head.split())} ({metric.name}, {metric.stat})."
    code, role = ("signal_worse", Role.SYMPTOM) if worse else ("signal_usual", Role.HEALTHY)
    sure = 0.85 if then is not None else 0.4
    found = Finding(code, f"service/{name}", said, f"GetMetricData, {metric.namespace}/{metric.name}", sure, role)
    return Observation(said, (found,), said, _chart(f"{signal.capitalize()} of {name}", unit, stretch, points, said))


def _level(metric: Metric, points: Points, span: Window) -> float | None:
    """Return the level: counts a minute, where a minute without a point had none; else the median of the points."""
    values = [value for _, value in points]
    if metric.name in COUNTS and metric.stat == "Sum":
        return sum(values) / max(1.0, span.minutes)
    return statistics.median(values) if values else None


def _worse(now: float, then: float, points: Points) -> bool:
    scatter = statistics.median([abs(value - then) for _, value in points] or [0.0]) * MAD_TO_SIGMA
    return now - then > max(FACTOR * scatter, RELATIVE * abs(then), 1e-9)


def _chart(title: str, unit: str, stretch: Stretch, points: Sequence[Points], alt: str) -> Chart:
    """Return the picture: one line where the times adjoin, else the earlier day's hours under today's."""
    now, then = points
    if stretch.deployed or stretch.then.end == stretch.now.start:
        mark = (stretch.deployed, "deploy") if stretch.deployed else (stretch.now.start, "compared from here")
        return Chart(title, unit, (Series("measured", (*then, *now)),), marks=(mark,), alt=alt)
    back = stretch.now.end - stretch.then.end
    shifted = tuple((at + back, value) for at, value in then)
    return Chart(title, unit, (Series("now", tuple(now)), Series("before", shifted)), alt=alt)

"""What CloudWatch measures of a service: by the alarm that watches it, else by the service's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tools.aws.alarm_records import READABLE, alarms
from tools.aws.client import cloudwatch
from tools.aws.levels import Points
from tools.aws.measurements import Metric, measured
from tools.aws.signal_names import COUNTS, Signal, fits, unit_of
from tools.aws.windows import Window
from tools.knowledge.services import Service, contains
from tools.signals.meant import Stretch
from tools.signals.standing import Measured

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

LISTED = 2000
"""Metrics looked through for one that is the service's; alarms are looked at first."""
MINUTE, LATE = timedelta(minutes=1), timedelta(minutes=2)
"""Counts are by the minute; one that is missing so near to now may only be late."""


def from_cloudwatch(service: Service, signal: Signal, stretch: Stretch) -> Measured | None:
    """Return what CloudWatch measured; None where no metric tells it."""
    with cloudwatch() as client:
        metric = _watched(client, service, signal) or _listed(client, service, signal)
        if metric is None:
            return None
        now, then = (measured(client, {"m": metric}, span)["m"] for span in (stretch.now, stretch.then))
    counted = metric.name in COUNTS and metric.stat == "Sum"
    if counted:
        now, then = _filled(now, stretch.now), _filled(then, stretch.then)
    return Measured("CloudWatch", f"{metric.name}, {metric.stat}", unit_of(metric.name), now, then, rate=counted)


def _filled(points: Points, span: Window) -> list[tuple[datetime, float]]:
    """Return counts with the minutes that had none, up to where CloudWatch may still be behind."""
    known = {at.replace(second=0, microsecond=0): value for at, value in points}
    first = span.start.replace(second=0, microsecond=0) + MINUTE
    count = int((span.end - LATE - first) / MINUTE) + 1
    return sorted({**{first + number * MINUTE: 0.0 for number in range(count)}, **known}.items())


def _watched(client: CloudWatchClient, service: Service, signal: Signal) -> Metric | None:
    """Return the metric that an alarm of the service watches."""
    for one in alarms(client):
        own = one.name in service.alarms or contains(one.name, service.name) >= 0
        if own and one.namespace and fits(signal, one.metric) and READABLE.fullmatch(one.stat):
            return Metric(one.namespace, one.metric, one.dimensions, one.stat)
    return None


def _listed(client: CloudWatchClient, service: Service, signal: Signal) -> Metric | None:
    """Return a metric that has the service's name in a dimension."""
    names = [service.name, *([service.database] if signal == "connections" and service.database else [])]
    pages = client.get_paginator("list_metrics").paginate(RecentlyActive="PT3H")
    for one in islice((one for page in pages for one in page["Metrics"]), LISTED):
        dimensions = {pair["Name"]: pair["Value"] for pair in one.get("Dimensions", [])}
        about = any(contains(value, name) >= 0 for value in dimensions.values() for name in names)
        if about and fits(signal, one["MetricName"]):
            stat = "Sum" if one["MetricName"] in COUNTS else "p99" if signal == "latency" else "Average"
            return Metric(one["Namespace"], one["MetricName"], dimensions, stat)
    return None

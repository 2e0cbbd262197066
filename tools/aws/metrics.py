"""One CloudWatch metric: its level now and before, when it changed, and whether an alarm minds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tools.aws.alarm_records import READABLE, Alarm, read
from tools.aws.client import cloudwatch
from tools.aws.levels import Course, Level, Points, crossing, level
from tools.aws.measurements import Metric, measured
from tools.aws.plots import plot
from tools.aws.windows import Around, Window, window
from tools.aws.wording import ago, clock, number, sparkline
from tools.contract import Chart, Finding, Observation, Role, ToolError
from tools.declare import Minutes, reads

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

FINDINGS = {
    "metric_over_threshold": "The metric is beyond an alarm's threshold now.",
    "metric_back_under_threshold": "The metric was beyond an alarm's threshold in the window and no longer is.",
    "metric_risen": "The metric stands well above its level before (4 times its usual scatter, and a quarter).",
    "metric_fallen": "The metric stands well below its level before (4 times its usual scatter, and a quarter).",
    "metric_spiked": "The metric left its usual level in the window and came back.",
    "metric_steady": "The metric is at its usual level.",
    "metric_missing": "There is no data for the metric in the window.",
}

Name = Annotated[str, Field(min_length=1, max_length=255)]
Dimensions = Annotated[dict[str, str], Field(max_length=30, description="dimension names and values")]
Stat = Annotated[
    str,
    Field(
        pattern=f"^({READABLE.pattern})?$",
        description="Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99; empty: as its alarm does",
    ),
]

BAD_WHEN_HIGH = re.compile(
    r"error|5xx|4xx|fail|fault|latency|duration|response.?time|lag|queue|depth|throttl|reject|timeout|restart|unhealthy"
    r"|utili[sz]ation|connections|swap|(?-i:Age)|dropped|deadlock",
    re.IGNORECASE,
)
BAD_WHEN_LOW = re.compile(r"free|available|balance|healthyhost|credit|remaining|success", re.IGNORECASE)


@reads(needs=("cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:DescribeAlarmsForMetric"))
def aws_metric(
    namespace: Name,
    metric: Name,
    dimensions: Dimensions,
    *,
    minutes: Minutes = 60,
    stat: Stat = "",
    around: Around = "",
) -> Observation:
    """Read one CloudWatch metric and say what it did against the time before.

    Gives its level now and before, when it changed, lowest and highest value, and how it stands to its alarms.
    """
    span = window(minutes, around)
    with cloudwatch() as client:
        watching = _alarms_on(client, Metric(namespace, metric, dimensions))
        chosen = stat or next((each.stat for each in watching if each.stat), "Average")
        wanted = Metric(namespace, metric, dimensions, chosen)
        points = measured(client, {"m": wanted}, span)["m"]
        if not points:
            return _missing(client, wanted, span)
    found = level(points, span.start)
    told = _findings(wanted.subject, points, found, watching, span)
    return Observation(_text(wanted, points, found, span), told, chart=_chart(wanted, points, found, watching, span))


def _chart(metric: Metric, points: Points, found: Level, watching: Sequence[Alarm], span: Window) -> Chart | None:
    """Return the picture of a metric that is, or was, not as usual or beyond what an alarm allows; else none."""
    bound = next((alarm.threshold for alarm in watching if alarm.threshold is not None), None)
    if found.course in {Course.STEADY, Course.SPARSE} and not any(
        _against("", points, found, one, span) for one in watching
    ):
        return None
    return plot(
        metric.name, ", ".join(metric.dimensions.values()) or metric.namespace, points, found, span, bound=bound
    )


def role_of(metric: str, course: Course) -> Role:
    """Say what a change of a metric is: a symptom where its name says that this direction hurts."""
    hurts = BAD_WHEN_LOW if course is Course.FALLEN else BAD_WHEN_HIGH
    spared = BAD_WHEN_HIGH if course is Course.FALLEN else BAD_WHEN_LOW
    return Role.SYMPTOM if hurts.search(metric) and not spared.search(metric) else Role.CONTEXT


def _alarms_on(client: CloudWatchClient, metric: Metric) -> list[Alarm]:
    told = client.describe_alarms_for_metric(
        Namespace=metric.namespace, MetricName=metric.name, Dimensions=metric.pairs
    )
    return [read(each) for each in told["MetricAlarms"]]


def _findings(
    subject: str, points: Points, found: Level, watching: Sequence[Alarm], span: Window
) -> tuple[Finding, ...]:
    by_alarm = [each for alarm in watching for each in _against(subject, points, found, alarm, span)]
    return (*by_alarm, _dated(_course(subject, found, span), found.since))


def _course(subject: str, found: Level, span: Window) -> Finding:
    metric = subject.rpartition("/")[2]
    since = f" since {ago(found.since, datetime.now(UTC))}" if found.since else ""
    now, before = number(found.now), number(found.before)
    match found.course:
        case Course.RISEN | Course.FALLEN:
            told = f"{metric} stands at {now}{since}; it was {before} before."
            return _finding(f"metric_{found.course}", subject, told, role_of(metric, found.course), 0.8)
        case Course.SPIKED | Course.DIPPED:
            peak = number(found.high if found.course is Course.SPIKED else found.low)
            at = clock(found.since) if found.since else "once"
            told = f"{metric} reached {peak} at {at} and is back at {now} (usually {before})."
            return _finding("metric_spiked", subject, told, Role.CONTEXT, 0.8)
        case _:
            told = (
                f"{metric} is steady at {now} ({number(found.low)} to {number(found.high)} in {span.minutes:.0f} min)."
            )
            sure = 0.85 if found.course is Course.STEADY else 0.4
            return _finding("metric_steady", subject, told, Role.HEALTHY, sure)


def _against(subject: str, points: Points, found: Level, alarm: Alarm, span: Window) -> list[Finding]:
    if alarm.threshold is None or not alarm.sign:
        return []
    beyond = crossing([point for point in points if point[0] >= span.start], alarm.threshold, above=alarm.above)
    if beyond is None:
        return []
    metric, limit = subject.rpartition("/")[2], f"{alarm.sign} {number(alarm.threshold)} of {alarm.name}"
    first, last = beyond
    if found.now > alarm.threshold if alarm.above else found.now < alarm.threshold:
        told = f"{metric} is at {number(found.now)}, beyond {limit}, first at {clock(first)}."
        return [_dated(_finding("metric_over_threshold", subject, told, Role.SYMPTOM, 0.9), first)]
    told = f"{metric} was beyond {limit} from {clock(first)} to {clock(last)} and is at {number(found.now)} now."
    return [_dated(_finding("metric_back_under_threshold", subject, told, Role.HEALTHY, 0.85), first)]


def _dated(finding: Finding, since: datetime | None) -> Finding:
    return replace(finding, since=since)


def _finding(code: str, subject: str, told: str, role: Role, sure: float) -> Finding:
    return Finding(code, subject, told, f"GetMetricData, {subject.removeprefix('metric/')}", sure, role)


def _text(metric: Metric, points: Points, found: Level, span: Window) -> str:
    shown = [value for at, value in points if at >= span.start]
    since = f", {found.course} at {clock(found.since)}" if found.since else f", {found.course}"
    levels = [("now", found.now), ("before", found.before), ("low", found.low), ("high", found.high)]
    told = ", ".join(f"{name} {number(value)}" for name, value in levels)
    head = f"{metric.namespace} {metric.name} ({metric.stat}), {clock(span.start)} to {clock(span.end)}"
    return f"{head}\n{sparkline(shown)}\n{told}{since}"


def _missing(client: CloudWatchClient, metric: Metric, span: Window) -> Observation:
    """Tell a metric that exists but is silent from one that does not exist."""
    told = client.list_metrics(Namespace=metric.namespace, MetricName=metric.name)["Metrics"]
    exist = [{pair["Name"]: pair["Value"] for pair in one.get("Dimensions", [])} for one in told]
    if exist and metric.dimensions not in exist:
        some = "; ".join(", ".join(f"{name}={value}" for name, value in one.items()) or "none" for one in exist[:8])
        raise ToolError(f"{metric.namespace} {metric.name} has no such dimensions; it exists with: {some}.")
    text = f"{metric.namespace} {metric.name} has no data from {clock(span.start)} to {clock(span.end)}."
    return Observation(text, (Finding("metric_missing", metric.subject, text, "GetMetricData", 0.6, Role.CONTEXT),))

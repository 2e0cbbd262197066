"""Alarms and their history as CloudWatch tells them, made plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tools.aws.alarm_rules import Term, terms
from tools.aws.signs import KINDS
from tools.aws.wording import number
from tools.contract import Call

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

READABLE = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?|p100")
"""The statistics that aws_metric reads; alarms may use trimmed means and others, too."""

DATABASE = ("aws_rds_health", "aws_rds_events", "aws_rds_performance")
SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


@dataclass(frozen=True)
class Input:
    """A metric that an expression is made of."""

    namespace: str
    metric: str
    dimensions: dict[str, str]
    stat: str


@dataclass(frozen=True)
class Alarm:
    """A metric or composite alarm.

    Attributes:
        name: Its name.
        state: OK, ALARM or INSUFFICIENT_DATA.
        reason: CloudWatch's words for the state.
        since: When it came into the state.
        namespace: Of its metric; empty for composite alarms and metric math.
        metric: Name of its metric, or the expression or rule it watches.
        dimensions: Of its metric.
        stat: Statistic, such as Average or p99.
        period: Seconds.
        periods: How many periods it looks at, `needed` of which must breach.
        needed: See `periods`.
        sign: Comparison, such as >.
        threshold: What it compares with.
        inputs: The metrics its expression is made of, if it watches metric math.
        parts: The alarms its rule names, if it is a composite alarm.
    """

    name: str
    state: str
    reason: str = ""
    since: datetime | None = None
    namespace: str = ""
    metric: str = ""
    dimensions: dict[str, str] = field(default_factory=dict)
    stat: str = ""
    period: int = 60
    periods: int = 1
    needed: int = 1
    sign: str = ""
    threshold: float | None = None
    inputs: tuple[Input, ...] = ()
    parts: tuple[Term, ...] = ()

    @property
    def condition(self) -> str:
        """What makes it fire, in a line."""
        if self.threshold is None or not self.sign:
            return self.metric
        of = f"{self.needed} of {self.periods}" if self.needed != self.periods else f"{self.periods}"
        return f"{self.stat} {self.metric} {self.sign} {number(self.threshold)} for {of} x {self.period} s".strip()

    @property
    def above(self) -> bool:
        """Whether too much is what it fires on."""
        return self.sign.startswith(">")


@dataclass(frozen=True)
class Transition:
    """One change of an alarm's state."""

    alarm: str
    at: datetime
    before: str
    after: str


def alarms(client: CloudWatchClient) -> list[Alarm]:
    """Return all alarms of the account and region."""
    found: list[Alarm] = []
    pages = client.get_paginator("describe_alarms")
    for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"], PaginationConfig={"PageSize": 100}):
        found += [read(each) for each in (*page.get("MetricAlarms", []), *page.get("CompositeAlarms", []))]
    return found


def transitions(client: CloudWatchClient, start: datetime, end: datetime, alarm: str = "") -> list[Transition]:
    """Return changes of state, oldest first: of one alarm, or of all."""
    named = {"AlarmName": alarm} if alarm else {}
    found: list[Transition] = []
    pages = client.get_paginator("describe_alarm_history")
    for page in pages.paginate(
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        HistoryItemType="StateUpdate",
        StartDate=start,
        EndDate=end,
        PaginationConfig={"MaxItems": 1000, "PageSize": 100},
        **named,  # type: ignore[arg-type]  # AlarmName, or nothing
    ):
        found += _transitions(page["AlarmHistoryItems"])
    return sorted(found, key=lambda each: each.at)


def read(told: Any) -> Alarm:
    """Return an alarm from DescribeAlarms' structure, whatever it leaves out."""
    periods = int(told.get("EvaluationPeriods", 1))
    return Alarm(
        name=told["AlarmName"],
        state=told.get("StateValue", ""),
        reason=told.get("StateReason", ""),
        since=told.get("StateTransitionedTimestamp") or told.get("StateUpdatedTimestamp"),
        namespace=told.get("Namespace", ""),
        metric=told.get("MetricName") or told.get("AlarmRule") or _expression(told.get("Metrics", [])),
        dimensions={each["Name"]: each["Value"] for each in told.get("Dimensions", [])},
        stat=told.get("Statistic") or told.get("ExtendedStatistic") or "",
        period=int(told.get("Period", 60)),
        periods=periods,
        needed=int(told.get("DatapointsToAlarm", periods)),
        sign=SIGNS.get(told.get("ComparisonOperator", ""), ""),
        threshold=told.get("Threshold"),
        inputs=tuple(_inputs(told.get("Metrics", []))),
        parts=terms(told.get("AlarmRule", "")),
    )


def resource_readings(alarm: Alarm, around: str = "") -> tuple[Call, ...]:
    """Return the readings of the thing an alarm is about, by its dimensions; of a composite alarm, its parts."""
    anchor: dict[str, object] = {"around": around} if around else {}
    if alarm.parts:
        return tuple(
            Call("aws_alarm_history", {"alarm": name}) for name in dict.fromkeys(one.alarm for one in alarm.parts)
        )
    match alarm.dimensions:
        case {"DBInstanceIdentifier": str(instance)}:
            return tuple(Call(name, {"instance": instance, **anchor}) for name in DATABASE)
        case {"FunctionName": str(function)}:
            log = Call("aws_log_errors", {"log_group": f"/aws/lambda/{function}", **anchor})
            return (*_resource(alarm, anchor), log, Call("aws_changes", {"resource": function, **anchor}))
        case {"ServiceName": str(service), "ClusterName": str(cluster)}:
            tasks = Call("aws_ecs_service", {"service": service, "cluster": cluster})
            return (tasks, *_resource(alarm, anchor), Call("aws_changes", {"resource": service, **anchor}))
        case {"Namespace": str(namespace), **rest} if rest.keys() & {"ClusterName", "PodName", "Service", "Deployment"}:
            return (Call("kube_workloads", {"namespace": namespace}), Call("kube_pods", {"namespace": namespace}))
        case _:
            return _resource(alarm, anchor)


def _resource(alarm: Alarm, anchor: dict[str, object]) -> tuple[Call, ...]:
    """Return the reading of a thing of AWS that the alarm's dimensions name, and of the targets behind it."""
    named = [(kind, alarm.dimensions.get(told.dimension)) for kind, told in KINDS.items()]
    fit = [(kind, name) for kind, name in named if name and KINDS[kind].namespace == alarm.namespace]
    looks = tuple(Call("aws_resource_health", {"kind": kind, "name": name, **anchor}) for kind, name in fit)
    group = alarm.dimensions.get("TargetGroup")
    behind = [Call("aws_target_health", {"kind": kind, "name": name, "target_group": group}) for kind, name in fit]
    return (*looks, *(behind if group else ()))


def metric_reading(alarm: Alarm, around: str = "") -> tuple[Call, ...]:
    """Return the reading of an alarm's metric; none for composite alarms and metric math."""
    if not alarm.namespace:
        return ()
    chosen = {"stat": alarm.stat} if READABLE.fullmatch(alarm.stat) else {}
    anchor = {"around": around} if around else {}
    args: dict[str, object] = {
        "namespace": alarm.namespace,
        "metric": alarm.metric,
        "dimensions": dict(alarm.dimensions),
    }
    return (Call("aws_metric", args | chosen | anchor),)


def _inputs(queries: Iterable[Any]) -> Iterator[Input]:
    for each in queries:
        if measured := each.get("MetricStat"):
            of = measured["Metric"]
            dimensions = {one["Name"]: one["Value"] for one in of.get("Dimensions", [])}
            yield Input(of.get("Namespace", ""), of.get("MetricName", ""), dimensions, measured.get("Stat", ""))


def _expression(queries: Iterable[Any]) -> str:
    return next(
        (str(each["Expression"]) for each in queries if each.get("Expression") and each.get("ReturnData", True)), ""
    )


def _transitions(items: Iterable[Any]) -> list[Transition]:
    """Read `Alarm updated from OK to ALARM`, the form of every StateUpdate's summary."""
    found = []
    for item in items:
        _, _, states = item.get("HistorySummary", "").partition(" from ")
        before, _, after = states.partition(" to ")
        if after and "Timestamp" in item:
            found.append(
                Transition(item.get("AlarmName", ""), item["Timestamp"], before.strip(), after.split()[0].rstrip("."))
            )
    return found

"""The health of what is neither a database nor in the cluster, by its metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.aws.client import cloudwatch
from tools.aws.kinds import Kind, Sign
from tools.aws.levels import RECENT, Level, Points, level
from tools.aws.listed import series_of
from tools.aws.measurements import Metric, measured
from tools.aws.plots import plot
from tools.aws.signs import KINDS
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number, sparkline
from tools.contract import Call, Chart, Finding, Observation, Role
from tools.declare import Minutes, reads

FINDINGS = {
    "resource_fine": "What CloudWatch measures of the thing is within bounds and as usual.",
    "resource_unmeasured": "CloudWatch has no data of the thing.",
    "resource_recovered": "The thing was in trouble in the window and no longer is.",
}

Which: TypeAlias = Literal[
    "load_balancer",
    "network_load_balancer",
    "api",
    "http_api",
    "function",
    "queue",
    "stream",
    "table",
    "cache",
    "container_service",
    "machine",
]
UNREACHED = {"alb_no_targets", "alb_refuses", "nlb_no_targets"}
"""What a load balancer shows where its targets may be cut off."""
Name = Annotated[str, Field(min_length=1, max_length=255, description="its name, as the CloudWatch dimension has it")]


@dataclass(frozen=True)
class Measured:
    """One sign of a thing as it was measured: of the thing alone, or of one part of it."""

    sign: Sign
    metric: Metric
    points: Points

    @property
    def part(self) -> str:
        """The part of the thing it is of, such as a target group; empty for the thing alone."""
        return self.metric.dimensions.get(self.sign.by, "")


@reads(needs=("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"))
def aws_resource_health(kind: Which, name: Name, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Check a load balancer, API, function, queue, stream, table, cache, ECS service or EC2 instance by its metrics."""
    told, span = KINDS[kind], window(minutes, around)
    with cloudwatch() as client:
        wanted = series_of(client, told, name)
        points = measured(client, {str(at): metric for at, (_, metric) in enumerate(wanted)}, span)
    several = [Measured(sign, metric, points[str(at)]) for at, (sign, metric) in enumerate(wanted)]
    held = [one for one in several if one.points]
    rows = [
        f"{one.sign.metric:<32} {sparkline([value for _, value in one.points])} {one.part}".rstrip() for one in held
    ]
    text = "\n".join([f"{kind} {name}", *(rows or ["CloudWatch has no data."])])
    return Observation(text, judged(kind, name, told, held, span, around=around), chart=_chart(name, held, span))


def judged(
    kind: str, name: str, told: Kind, held: Sequence[Measured], span: Window, *, around: str = ""
) -> tuple[Finding, ...]:
    """Return what the metrics show: trouble, trouble that is over, or that all is as usual."""
    where, at = f"{kind}/{name}", f"CloudWatch {told.namespace}, {told.dimension}={name}"
    if not held:
        none = f"CloudWatch has no data of {kind.replace('_', ' ')} {name} in the window."
        return (Finding("resource_unmeasured", where, none, at, 0.6, Role.CONTEXT),)
    found = [each for one in held if (each := _finding(where, one, span, around))]
    fine = ", ".join(f"{one.sign.metric} {number(one.points[-1][1])}" for one in held)
    calm = Finding("resource_fine", where, f"{name} is within bounds: {fine}.", at, 0.75, Role.HEALTHY)
    return tuple({(each.code, each.role): each for each in reversed(found)}.values())[::-1] or (calm,)


def _chart(name: str, held: Sequence[Measured], span: Window) -> Chart | None:
    """Return the picture of the first sign that is in trouble; none if all is well."""
    ill = [(one, found) for one in held if _beyond(one.sign, _now(one), found := level(one.points, span.start))]
    first = min(ill, key=lambda each: each[0].sign.role is not Role.CAUSE, default=None)
    if first is None:
        return None
    one, found = first
    return plot(one.sign.metric, name, one.points, found, span, bound=one.sign.at)


def _finding(where: str, one: Measured, span: Window, around: str) -> Finding | None:
    sign, told, now = one.sign, level(one.points, span.start), _now(one)
    name, pointer = where.partition("/")[2], f"CloudWatch {sign.metric}"
    of = f" ({one.part})" if one.part else ""
    if _beyond(sign, now, told):
        since = f" since {clock(told.since)}" if told.since else ""
        says = sign.says.format(name=name, value=number(now))
        said = f"{says}{of}{since}, usually {number(told.before)} ({sign.metric})."
        look = _next(where, sign, around)
        return Finding(sign.code, where, said, pointer, sign.sure, sign.role, told.since, look, advice=sign.advice)
    past = [at for at, value in one.points if at >= span.start and _beyond(sign, value, told)]
    if len(past) < RECENT:
        return None
    said = f"{sign.metric} of {name}{of} was {number(told.high)} until {clock(past[-1])} and is {number(now)} now."
    return Finding("resource_recovered", where, said, pointer, 0.8, Role.HEALTHY, past[0])


def _now(one: Measured) -> float:
    return median(value for _, value in one.points[-RECENT:])


def _beyond(sign: Sign, value: float, told: Level) -> bool:
    return value >= sign.at and value >= sign.times * told.before


def _next(where: str, sign: Sign, around: str) -> tuple[Call, ...]:
    """Return where to look next: who changed it; the log of a function that fails, the tasks of a service."""
    kind, _, name = where.partition("/")
    anchor: dict[str, object] = {"around": around} if around else {}
    changes = Call("aws_changes", {"resource": name, **anchor})
    if kind == "function" and sign.role is Role.SYMPTOM:
        return (Call("aws_log_errors", {"log_group": f"/aws/lambda/{name}", **anchor}), changes)
    if kind in {"queue", "stream"}:
        return (Call("aws_event_sources", {"kind": kind, "name": name}), changes)
    if kind in {"load_balancer", "network_load_balancer"}:
        targets = Call("aws_target_health", {"kind": kind, "name": name})
        return (targets, changes, *([Call("aws_network_changes", anchor)] if sign.code in UNREACHED else ()))
    if sign.code == "lambda_throttled":
        return (changes, Call("aws_quotas", {"service": "lambda", **anchor}))
    return (Call("aws_ecs_service", {"service": name}), changes) if kind == "container_service" else (changes,)

"""Load balancers, APIs, functions, queues, tables, ECS services, machines: in trouble or not, by their metrics."""

from collections.abc import Mapping
from statistics import median
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.aws.client import cloudwatch
from tools.aws.levels import RECENT, Level, Points, level
from tools.aws.measurements import Metric, measured
from tools.aws.signs import KINDS, Kind, Sign
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number, sparkline
from tools.contract import Call, Finding, Observation, Role
from tools.declare import Minutes, reads

FINDINGS = {
    "resource_fine": "What CloudWatch measures of the thing is within bounds and as usual.",
    "resource_unmeasured": "CloudWatch has no data of the thing.",
    "resource_recovered": "The thing was in trouble in the window and no longer is.",
}

Which: TypeAlias = Literal["load_balancer", "api", "function", "queue", "table", "container_service", "machine"]
Name = Annotated[str, Field(min_length=1, max_length=255, description="its name, as the CloudWatch dimension has it")]


@reads(needs=("cloudwatch:GetMetricData",))
def aws_resource_health(kind: Which, name: Name, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Check a load balancer, API, Lambda function, queue, table, ECS service or EC2 instance by its metrics."""
    told, span = KINDS[kind], window(minutes, around)
    wanted = {
        sign.metric: Metric(told.namespace, sign.metric, {told.dimension: name}, sign.stat) for sign in told.signs
    }
    with cloudwatch() as client:
        points = measured(client, wanted, span)
    found = judged(kind, name, told, points, span)
    rows = [f"{metric:<32} {sparkline([value for _, value in held])}" for metric, held in points.items() if held]
    return Observation("\n".join([f"{kind} {name}", *(rows or ["CloudWatch has no data."])]), found)


def judged(kind: str, name: str, told: Kind, points: Mapping[str, Points], span: Window) -> tuple[Finding, ...]:
    """Return what the metrics show: trouble, trouble that is over, or that all is as usual."""
    where, at = f"{kind}/{name}", f"CloudWatch {told.namespace}, {told.dimension}={name}"
    held = [(sign, points[sign.metric]) for sign in told.signs if points.get(sign.metric)]
    if not held:
        none = f"CloudWatch has no data of {kind.replace('_', ' ')} {name} in the window."
        return (Finding("resource_unmeasured", where, none, at, 0.6, Role.CONTEXT),)
    found = [each for sign, series in held if (each := _finding(where, sign, series, span))]
    fine = ", ".join(f"{sign.metric} {number(series[-1][1])}" for sign, series in held)
    calm = Finding("resource_fine", where, f"{name} is within bounds: {fine}.", at, 0.75, Role.HEALTHY)
    return tuple(found) or (calm,)


def _finding(where: str, sign: Sign, points: Points, span: Window) -> Finding | None:
    told, name = level(points, span.start), where.partition("/")[2]
    now = median(value for _, value in points[-RECENT:])
    pointer = f"CloudWatch {sign.metric}"
    if _beyond(sign, now, told):
        since = f" since {clock(told.since)}" if told.since else ""
        says = sign.says.format(name=name, value=number(now))
        said = f"{says}{since}, usually {number(told.before)} ({sign.metric})."
        look = _log(where, sign)
        return Finding(sign.code, where, said, pointer, sign.sure, sign.role, told.since, look, advice=sign.advice)
    past = [at for at, value in points if at >= span.start and _beyond(sign, value, told)]
    if len(past) < RECENT:
        return None
    said = f"{sign.metric} of {name} was {number(told.high)} until {clock(past[-1])} and is {number(now)} now."
    return Finding("resource_recovered", where, said, pointer, 0.8, Role.HEALTHY, past[0])


def _beyond(sign: Sign, value: float, told: Level) -> bool:
    return value >= sign.at and value >= sign.times * told.before


def _log(where: str, sign: Sign) -> tuple[Call, ...]:
    """Return the log of a function that fails, and who changed it."""
    kind, _, name = where.partition("/")
    changes = Call("aws_changes", {"resource": name})
    if kind == "function" and sign.role is Role.SYMPTOM:
        return (Call("aws_log_errors", {"log_group": f"/aws/lambda/{name}"}), changes)
    return (changes,)

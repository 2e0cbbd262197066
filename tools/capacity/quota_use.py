"""Which of the account's quotas are used up now, so that what should be started is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Annotated, Literal

from pydantic import Field

from tools.aws.client import cloudwatch
from tools.aws.levels import Points
from tools.aws.measurements import Metric, measured
from tools.aws.windows import Around, window
from tools.aws.wording import number
from tools.capacity.quotas import quotas_of
from tools.capacity.resources import Resource
from tools.contract import Finding, Observation, Role
from tools.declare import reads

FINDINGS = {
    "aws_quota_used_up": "A service quota of the account is used up: AWS refuses more of what it counts.",
    "aws_quota_near": "80 % of a service quota or more is used.",
    "aws_quota_free": "The quotas whose use AWS counts have room.",
    "aws_quota_uncounted": "AWS counts the use of none of the service's quotas.",
}
Service = Literal["ec2", "rds", "vpc", "eks", "lambda", "elasticloadbalancing", "fargate", "sqs", "dynamodb"]

FULL, NEAR = 0.99, 0.8
"""Use is counted every five minutes, so a quota that is refused may have been counted at a little less."""
MINUTES, RECENT = 60, 3


@reads(needs=("servicequotas:ListServiceQuotas", "cloudwatch:GetMetricData"))
def aws_quotas(
    service: Annotated[Service, Field(description="service code, as Service Quotas has it")], around: Around = ""
) -> Observation:
    """Tell which quotas of a service are used up or nearly, so that AWS refuses to start or serve more."""
    counted = quotas_of(service)
    wanted = {one.name: one.metric for one in counted if isinstance(one.metric, Metric)}
    points: Mapping[str, Points] = {}
    if wanted:
        with cloudwatch() as client:
            points = measured(client, wanted, window(MINUTES, around))
    found = judged(service, counted, points)
    return Observation("\n".join(one.observed for one in found), found)


def judged(service: str, counted: Sequence[Resource], points: Mapping[str, Points]) -> tuple[Finding, ...]:
    """Return the quotas that are used up, then those nearly; one healthy finding if all have room."""
    used = {
        one.name: median(value for _, value in points[one.name][-RECENT:]) for one in counted if points.get(one.name)
    }
    where = f"quota/{service}"
    if not used:
        none = f"AWS counts the use of none of the quotas of {service} here."
        return (Finding("aws_quota_uncounted", where, none, "ListServiceQuotas", 0.5, Role.CONTEXT),)
    tight = [one for one in counted if one.name in used and used[one.name] >= NEAR * one.limit]
    found = sorted((_finding(where, one, used[one.name]) for one in tight), key=lambda one: one.role is not Role.CAUSE)
    room = f"{len(used)} quotas of {service} whose use AWS counts have room."
    return tuple(found) or (Finding("aws_quota_free", where, room, "ListServiceQuotas", 0.7, Role.HEALTHY),)


def _finding(where: str, one: Resource, used: float) -> Finding:
    full = used >= FULL * one.limit
    said = f"{one.said[0].upper()}{one.said[1:]} is {'used up' if full else 'nearly used up'}"
    so = ", so AWS refuses more" if full else ""
    return Finding(
        code="aws_quota_used_up" if full else "aws_quota_near",
        subject=where,
        observed=f"{said}: {number(used)} of {number(one.limit)} ({one.source}){so}.",
        pointer=one.pointer,
        confidence=0.8 if full else 0.6,
        role=Role.CAUSE if full else Role.CONTEXT,
        advice="Ask AWS to raise this quota (Service Quotas; it may take days), or free what nobody needs.",
    )

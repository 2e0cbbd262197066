"""CloudTrail: who changed what just before."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools.aws.client import cloudtrail
from tools.aws.windows import Around, moment
from tools.aws.wording import ago
from tools.contract import Finding, Observation, Role
from tools.declare import Minutes, reads
from tools.scope import require

if TYPE_CHECKING:
    from types_boto3_cloudtrail.type_defs import LookupAttributeTypeDef

FINDINGS = {
    "aws_changed": "Somebody changed the resource, as CloudTrail recorded it.",
    "aws_change_denied": "Somebody tried to change the resource and was refused.",
    "aws_unchanged": "CloudTrail has no change of the resource in the window.",
}

Resource = Annotated[str, Field(max_length=255, description="a resource's name; empty for every change")]
WRITES: "LookupAttributeTypeDef" = {"AttributeKey": "ReadOnly", "AttributeValue": "false"}
PAGES, ROWS = 4, 40
"""LookupEvents answers 50 events a page, twice a second:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html"""

AFTER = timedelta(minutes=15)
"""How long after a moment changes still count: an alarm's own time is rough, and CloudTrail's events come late."""


@reads(needs=("cloudtrail:LookupEvents",))
def aws_changes(resource: Resource = "", minutes: Minutes = 180, around: Around = "") -> Observation:
    """Say who changed a resource (or anything) lately: event, person or role, time, and whether it was refused.

    With a moment given, it is the time before that moment, and a little after it.
    """
    now = datetime.now(UTC)
    end = min(now, moment(around) + AFTER) if around else now
    require("databases", resource)  # the widest of the scopes that name AWS's things: unscoped runs see all
    by_name: LookupAttributeTypeDef = {"AttributeKey": "ResourceName", "AttributeValue": resource}
    chosen = by_name if resource else WRITES
    with cloudtrail() as client:
        pages = client.get_paginator("lookup_events").paginate(
            LookupAttributes=[chosen],
            StartTime=end - timedelta(minutes=minutes) - (AFTER if around else timedelta()),
            EndTime=end,
            PaginationConfig={"MaxItems": PAGES * 50, "PageSize": 50},
        )
        events = [each for page in pages for each in page.get("Events", [])]
    writes = [each for each in events if each.get("ReadOnly", "false") != "true"]
    rows = [sentence(each, now) for each in writes[:ROWS]]
    return Observation("\n".join(rows or ["No change."]), analyze(writes, resource, now))


def analyze(events: Sequence[Any], resource: str, now: datetime) -> tuple[Finding, ...]:
    """Return the changes, newest first, or that there was none."""
    dated = sorted((each for each in events if each.get("EventTime")), key=lambda each: each["EventTime"], reverse=True)
    if not dated:
        said = f"CloudTrail has no change{f' of {resource}' if resource else ''} in the window."
        return (Finding("aws_unchanged", _subject({}, resource), said, "LookupEvents", 0.6, Role.HEALTHY),)
    return tuple(_finding(each, resource, now) for each in dated[:6])


def _finding(event: Any, resource: str, now: datetime) -> Finding:
    denied = any(word in event.get("CloudTrailEvent", "") for word in ("AccessDenied", "UnauthorizedOperation"))
    return Finding(
        code="aws_change_denied" if denied else "aws_changed",
        subject=_subject(event, resource),
        observed=f"{sentence(event, now)}{' It was refused.' if denied else ''}",
        pointer=f"CloudTrail event {event.get('EventId', '')}",
        confidence=0.6,
        role=Role.CONTEXT if denied else Role.CHANGE,
        since=event["EventTime"],
    )


def sentence(event: Any, now: datetime) -> str:
    """Return who did what to what, and when."""
    names = ", ".join(str(each.get("ResourceName", "")) for each in event.get("Resources", [])[:3])
    at = ago(event["EventTime"], now) if event.get("EventTime") else "at an unknown time"
    source = str(event.get("EventSource", "")).partition(".")[0]
    who = event.get("Username") or "somebody"
    return f"{who} did {source} {event.get('EventName', '')}{f' on {names}' if names else ''}, {at}."


SUBJECTS = {
    "AWS::RDS::DBInstance": "rds",
    "AWS::Lambda::Function": "function",
    "AWS::DynamoDB::Table": "table",
    "AWS::SQS::Queue": "queue",
    "AWS::EC2::Instance": "machine",
    "AWS::ECS::Service": "container_service",
    "AWS::ElastiCache::CacheCluster": "cache",
    "AWS::Kinesis::Stream": "stream",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load_balancer",
}
"""What findings call the kinds of CloudTrail."""


def _subject(event: Any, resource: str) -> str:
    kinds = [(SUBJECTS.get(each.get("ResourceType", "")), each) for each in event.get("Resources", [])]
    named = (f"{kind}/{each.get('ResourceName', '')}" for kind, each in kinds if kind)
    return next(named, f"aws/{resource or 'account'}")

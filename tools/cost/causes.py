"""What is behind a spike: the kind of usage that rose, and what somebody did to the service when it began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.aws.client import cloudtrail
from tools.contract import ToolError
from tools.cost.records import Costs
from tools.cost.spikes import Spike, by_name

SOURCES = {
    "elastic compute cloud": ("ec2", "autoscaling", "eks"),
    "ec2 - other": ("ec2",),
    "virtual private cloud": ("ec2",),
    "relational database": ("rds",),
    "lambda": ("lambda",),
    "simple storage": ("s3",),
    "dynamodb": ("dynamodb",),
    "load balancing": ("elasticloadbalancing",),
    "cloudwatch": ("monitoring", "logs"),
    "elastic kubernetes": ("eks",),
    "elastic container": ("ecs", "ecr"),
    "elasticache": ("elasticache",),
    "opensearch": ("es",),
    "redshift": ("redshift",),
    "sagemaker": ("sagemaker",),
    "bedrock": ("bedrock",),
}
"""Words in a bill's names of services, and who writes their events into CloudTrail."""
EARLIER = timedelta(hours=24)
EVENTS = 200
MOST_CHANGES = 3
WEEK = 7
MAKES = ("Run", "Create", "Start", "Modify", "Update", "Put", "Restore", "Scale", "Allocate", "Purchase", "Delete")
"""How the names of events begin that can make something cost more; deleting a lifecycle rule or a commitment can."""


@dataclass(frozen=True, slots=True)
class Made:
    """Something somebody did, as CloudTrail has it."""

    at: datetime
    who: str
    event: str
    resources: tuple[str, ...]
    id: str

    @property
    def sentence(self) -> str:
        """Say it."""
        on = f" on {', '.join(self.resources[:2])}" if self.resources else ""
        return f"{self.who} did {self.event}{on} ({self.at:%Y-%m-%d %H:%M} UTC)"


@dataclass(frozen=True, slots=True)
class Rise:
    """A kind of usage, and what it cost more a day than in the week before."""

    usage: str
    amount: Decimal
    share: Decimal


def rises(costs: Costs, spike: Spike, by: str = "service") -> list[Rise]:
    """Return the kinds of usage that rose most on the last day of a spike, those that make most of it first.

    Raises:
        ToolError: The costs could not be read.
    """
    start, end = spike.start - timedelta(days=WEEK), spike.end + timedelta(days=1)
    series = by_name(costs.daily("usage", start, end, {by: spike.name}))
    found = []
    for (usage, currency), days in series.items():
        usual = sum((amount for day, amount in days.items() if day < spike.start), Decimal()) / WEEK
        if currency == spike.currency and (more := days.get(spike.end, Decimal()) - usual) > 0:
            found.append(Rise(usage, more, more / max(spike.amount - spike.expected, more)))
    return sorted(found, key=lambda one: -one.amount)


def changes_behind(service: str, began: date) -> list[Made]:
    """Return what was done to a service from the day before a spike's first day to its end, nearest to it last.

    Raises:
        ToolError: CloudTrail could not be asked.
    """
    start = datetime(began.year, began.month, began.day, tzinfo=UTC) - EARLIER
    end = min(start + EARLIER + timedelta(days=1), datetime.now(UTC))
    made = [one for source in sources(service) for one in _looked_up(source, start, end)]
    return sorted(made, key=lambda one: one.at)[:MOST_CHANGES]


def sources(service: str) -> Sequence[str]:
    """Return who writes events about a service of the bill."""
    return next((found for words, found in SOURCES.items() if words in service.lower()), ())


def _looked_up(source: str, start: datetime, end: datetime) -> Iterator[Made]:
    with cloudtrail() as client:
        pages = client.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": f"{source}.amazonaws.com"}],
            StartTime=start,
            EndTime=end,
            PaginationConfig={"MaxItems": EVENTS, "PageSize": 50},
        )
        events: list[Any] = [one for page in pages for one in page.get("Events", [])]
    for one in events:
        if one.get("ReadOnly") != "true" and str(one.get("EventName", "")).startswith(MAKES) and not _refused(one):
            named = tuple(str(each.get("ResourceName", "")) for each in one.get("Resources", []))
            yield Made(one["EventTime"], one.get("Username") or "somebody", one["EventName"], named, one["EventId"])


def _refused(event: Any) -> bool:
    return any(word in event.get("CloudTrailEvent", "") for word in ("AccessDenied", "UnauthorizedOperation"))


def told_or_why(service: str, began: date) -> tuple[list[Made], str]:
    """Return the changes, and why there are none if CloudTrail could not be asked."""
    try:
        return changes_behind(service, began), ""
    except ToolError as why:
        return [], str(why)

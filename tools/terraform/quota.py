"""Whether AWS's quotas leave room for what a draft would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.aws.client import cloudwatch, servicequotas
from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.terraform.cost import quantity
from tools.terraform.drafts import Draft, DraftId, known
from tools.terraform.modules import Quota, Value, golden
from tools.terraform.prices import prices

FINDINGS = {
    "quota_room": "A quota leaves room for what the draft would make.",
    "quota_short": "A quota does not leave room for what the draft may scale to; it has to be raised first.",
    "quota_unknown": "A quota, or how much of it is used, is not known.",
}

LOOK_BACK = timedelta(hours=1)
"""Usage metrics are written every few minutes:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quota and how much of it is wanted more."""

    name: str
    service: str
    code: str
    region: str
    amount: float


@dataclass(frozen=True, slots=True)
class Room:
    """A quota's limit and what is used of it, None where it is not known."""

    wanted: Wanted
    limit: float | None
    used: float | None

    @property
    def short(self) -> bool:
        """Whether what is wanted does not fit, as far as is known."""
        return self.limit is not None and (self.used or 0) + self.wanted.amount > self.limit


@reads(
    needs=("servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota", "cloudwatch:GetMetricStatistics")
)
def aws_quota_check(draft: DraftId) -> Observation:
    """Check that AWS's quotas leave room for what a draft makes, at the most it may scale to."""
    told = known(draft)
    rooms = [_room(each) for each in wanted_of(told)]
    findings = tuple(_finding(one, told) for one in rooms)
    if not findings:
        said = "No quota that is known here counts what this draft makes."
        review = (Call("terraform_review", {"draft": told.id}),)
        findings = (Finding("quota_unknown", "quota/none", said, "module.toml", 0.5, Role.CONTEXT, leads_to=review),)
    return Observation("\n".join(one.observed for one in findings), findings)


def wanted_of(draft: Draft) -> tuple[Wanted, ...]:
    """Return the quotas that a draft uses up; those that count the same are added up."""
    several = list(_wanted(draft)) if draft.module else []
    codes = dict.fromkeys((one.service, one.code) for one in several)
    return tuple(_added([one for one in several if (one.service, one.code) == code]) for code in codes)


def _wanted(draft: Draft) -> Iterator[Wanted]:
    for quota in golden(draft.module).told.quota:
        if quota.of:
            yield from _of_instances(quota, draft.values)
        else:
            amount = quantity(quota.adds, draft.values) * quantity(quota.times or 1, draft.values) / quota.per
            yield Wanted(quota.name, quota.service, quota.code, quota.region, amount)


def _of_instances(quota: Quota, values: Mapping[str, Value]) -> Iterator[Wanted]:
    """Yield the quota that counts an instance type's vCPUs, where its size is known."""
    kind = quota.of.format_map({name: str(value) for name, value in values.items()})
    size, code = prices().instance.get(kind), prices().quota_of(kind)
    if size and code:
        name = f"{quota.name} ({kind.partition('.')[0]} and its like)"
        yield Wanted(name, "ec2", code, quota.region, size.vcpus * quantity(quota.vcpus, values))


def _added(same: list[Wanted]) -> Wanted:
    first = same[0]
    return Wanted(first.name, first.service, first.code, first.region, sum(one.amount for one in same))


def _room(wanted: Wanted) -> Room:
    try:
        told = _quota(wanted)
    except ToolError:
        return Room(wanted, None, None)
    return Room(wanted, told.get("Value"), _used(told.get("UsageMetric") or {}))


def _quota(wanted: Wanted) -> dict[str, Any]:
    """Return what Service Quotas says: what applies to this account, or AWS's default."""
    with servicequotas(wanted.region) as client:
        try:
            return dict(client.get_service_quota(ServiceCode=wanted.service, QuotaCode=wanted.code)["Quota"])
        except client.exceptions.NoSuchResourceException:
            told = client.get_aws_default_service_quota(ServiceCode=wanted.service, QuotaCode=wanted.code)
            return dict(told["Quota"])


def _used(metric: dict[str, Any]) -> float | None:
    """Return how much is used, by the metric that the quota names; None if it names none or nothing was counted."""
    if not metric.get("MetricName"):
        return None
    now = datetime.now(UTC)
    with cloudwatch() as client:
        told = client.get_metric_statistics(
            Namespace=metric["MetricNamespace"],
            MetricName=metric["MetricName"],
            Dimensions=[{"Name": name, "Value": value} for name, value in metric.get("MetricDimensions", {}).items()],
            StartTime=now - LOOK_BACK,
            EndTime=now,
            Period=300,
            Statistics=["Maximum"],
        )
    return max((each["Maximum"] for each in told["Datapoints"]), default=None)


def _finding(room: Room, draft: Draft) -> Finding:
    wanted, review = room.wanted, (Call("terraform_review", {"draft": draft.id}),)
    subject, pointer = f"quota/{wanted.service}/{wanted.code}", f"Service Quotas {wanted.service} {wanted.code}"
    if room.limit is None:
        said = f"The quota of {wanted.name} could not be read; {wanted.amount:g} more are wanted."
        return Finding("quota_unknown", subject, said, pointer, 0.5, Role.CONTEXT, leads_to=review)
    used = f"{room.used:g} of {room.limit:g} are used" if room.used is not None else f"the limit is {room.limit:g}"
    if room.short:
        enough = (room.used or 0) + wanted.amount
        said = f"{wanted.name}: {used}, and {wanted.amount:g} more are wanted."
        advice = (
            f"Ask AWS to raise quota {wanted.code} of {wanted.service} to {enough:g}; until then it scales to less."
        )
        return Finding("quota_short", subject, said, pointer, 0.9, Role.SYMPTOM, leads_to=review, advice=advice)
    said = f"{wanted.name}: {used}, {wanted.amount:g} more fit."
    return Finding(
        "quota_room", subject, said, pointer, 0.9 if room.used is not None else 0.6, Role.HEALTHY, leads_to=review
    )

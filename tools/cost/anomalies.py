"""What AWS's own anomaly detection finds odd, with its root cause, joined with the spikes that we see ourselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.contract import Finding, Role, ToolError
from tools.cost.causes import told_or_why
from tools.cost.clients import cost_explorer
from tools.cost.money import words
from tools.cost.records import Window
from tools.cost.spikes import Spike

EXPECTED = "NO"
"""The feedback of people who were asked whether it is one:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetAnomalies.html"""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Days that AWS did not expect to cost so much.

    Attributes:
        id: Of AWS.
        start: First day.
        end: Last day that is known.
        service: The root cause that contributed most: its service.
        usage: Its usage type; empty if AWS does not know.
        region: Its region; empty if AWS does not know.
        account: Its account; empty if AWS does not know.
        extra: USD above what AWS expected.
    """

    id: str
    start: date
    end: date
    service: str
    usage: str
    region: str
    account: str
    extra: Decimal

    @property
    def where(self) -> str:
        """Say the root cause: what is known of usage type, region and account."""
        told = [self.usage, self.region and f"in {self.region}", self.account and f"of account {self.account}"]
        return " ".join(filter(None, told)) or "of unnamed usage"


def anomalies(window: Window) -> Iterator[Anomaly]:
    """Yield the anomalies of a window, but those that people called none.

    Raises:
        ToolError: Cost Explorer could not be asked.
    """
    last = window.end - timedelta(days=1)
    asked: dict[str, Any] = {"DateInterval": {"StartDate": window.start.isoformat(), "EndDate": last.isoformat()}}
    with cost_explorer() as client:
        while True:
            told: Any = client.get_anomalies(**asked)
            yield from (_anomaly(one) for one in told["Anomalies"] if one.get("Feedback") != EXPECTED)
            if not told.get("NextPageToken"):
                return
            asked["NextPageToken"] = told["NextPageToken"]


def joined(seen: Sequence[tuple[Spike, Finding]], odd: Sequence[Anomaly]) -> tuple[Finding, ...]:
    """Return a finding for each spike, with AWS's word where it has one; then for what only AWS finds odd."""
    found = [_confirmed(finding, [one for one in odd if _same(spike, one)]) for spike, finding in seen]
    alone = [one for one in odd if not any(_same(spike, one) for spike, _ in seen)]
    return (*found, *(_finding(one) for one in sorted(alone, key=lambda one: -one.extra)))


def _same(spike: Spike, odd: Anomaly) -> bool:
    return spike.name == odd.service and spike.start <= odd.end and odd.start <= spike.end


def _confirmed(finding: Finding, odd: Sequence[Anomaly]) -> Finding:
    if not odd:
        return finding
    most = max(odd, key=lambda one: one.extra)
    said = f"{finding.observed} AWS finds it odd too: {most.where}."
    return replace(finding, observed=said, pointer=f"{finding.pointer}, anomaly {most.id}", confidence=0.95)


def _finding(odd: Anomaly) -> Finding:
    made, why = told_or_why(odd.service, odd.start)
    did = "".join(f", after {one.sentence}" for one in made[:1]) or (
        f". CloudTrail was not asked: {why}" if why else ""
    )
    days = f"on {odd.start}" if odd.start == odd.end else f"from {odd.start} to {odd.end}"
    return Finding(
        code="cost_anomaly",
        subject=f"cost/{odd.service or 'unnamed'}/{odd.usage or 'unnamed'}",
        observed=f"AWS finds {odd.service or 'a service'} odd {days}: {words(odd.extra)} more than expected, "
        f"{odd.where}{did}.",
        pointer=f"anomaly {odd.id}" + "".join(f", event {one.id}" for one in made),
        confidence=0.8 if made else 0.7,
        role=Role.CAUSE,
        since=datetime(odd.start.year, odd.start.month, odd.start.day, tzinfo=UTC),
        advice=f"Ask {made[0].who} whether {made[0].event} is meant." if made else "Look at what uses it since then.",
    )


def _anomaly(told: Any) -> Anomaly:
    causes = told.get("RootCauses") or [{}]
    cause = max(causes, key=lambda one: (one.get("Impact") or {}).get("Contribution", 0))
    start = _day(told.get("AnomalyStartDate")) or _day(told.get("AnomalyEndDate")) or datetime.now(UTC).date()
    impact = told.get("Impact") or {}
    return Anomaly(
        id=str(told.get("AnomalyId", "")),
        start=start,
        end=_day(told.get("AnomalyEndDate")) or start,
        service=cause.get("Service") or told.get("DimensionValue") or "",
        usage=cause.get("UsageType", ""),
        region=cause.get("Region", ""),
        account=cause.get("LinkedAccountName") or cause.get("LinkedAccount", ""),
        extra=Decimal(repr(impact.get("TotalImpact", impact.get("MaxImpact", 0)))),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def odd_or_why(window: Window) -> tuple[list[Anomaly], str]:
    """Return the anomalies of a window, and why there are none if AWS could not be asked."""
    try:
        return list(anomalies(window)), ""
    except ToolError as why:
        return [], str(why)

"""Savings Plans and reservations: how much of them was used, what the rest costs, and what they cover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.contract import Finding, Observation, Role, ToolError
from tools.cost.clients import cost_explorer
from tools.cost.coverage import coverage
from tools.cost.money import words
from tools.declare import reads
from tools.scope import require

FINDINGS = {
    "commitment_unused": "A part of the Savings Plans or reservations that are paid for is not used.",
    "commitment_low_coverage": "Much of what Savings Plans or reservations could cover is paid on demand.",
    "commitment_covered": "Savings Plans or reservations cover most of what they could.",
    "commitment_used": "Savings Plans or reservations are used as far as they should be, or there are none.",
}
DAYS = 30
ENOUGH = Decimal(95)
"""Percent; a commitment saves a quarter or more, so a few hours that are not used do not matter."""


@reads(
    needs=(
        "ce:GetSavingsPlansUtilization",
        "ce:GetSavingsPlansCoverage",
        "ce:GetReservationUtilization",
        "ce:GetReservationCoverage",
    )
)
def cost_commitments() -> Observation:
    """Say how much of the Savings Plans and reserved instances of the last 30 days was used, and what they covered.

    Utilization is how much of what is paid for anyway was used; coverage is how much of what could run on it did.
    """
    require("databases", "")  # the widest of the scopes that name AWS's things: unscoped runs see all
    today = datetime.now(UTC).date()
    period = {"Start": (today - timedelta(days=DAYS)).isoformat(), "End": today.isoformat()}
    seen, unread = coverage(period)
    findings = (_plans(period), _reservations(period), *seen)
    said = [*(one.observed for one in findings), *unread]
    return Observation("\n".join(said), findings, " ".join(said))


def _plans(period: Any) -> Finding:
    try:
        with cost_explorer() as client:
            told = client.get_savings_plans_utilization(TimePeriod=period)["Total"]["Utilization"]
    except ToolError as why:
        if "DataUnavailableException" in str(why):
            return _none("Savings Plans")
        raise
    return _judged("Savings Plans", told.get("UtilizationPercentage", "0"), told.get("UnusedCommitment", "0"))


def _reservations(period: Any) -> Finding:
    with cost_explorer() as client:
        told = client.get_reservation_utilization(TimePeriod=period).get("Total", {})
    if not Decimal(told.get("PurchasedHours", "0")):
        return _none("Reserved instances")
    return _judged("Reserved instances", told.get("UtilizationPercentage", "0"), told.get("RICostForUnusedHours", "0"))


def _judged(name: str, share: str, unused: str) -> Finding:
    used = Decimal(share)
    poor = used < ENOUGH
    return Finding(
        code="commitment_unused" if poor else "commitment_used",
        subject=f"commitment/{name}",
        observed=f"{name}: {used:.1f} % used in {DAYS} days, {words(Decimal(unused))} paid for nothing.",
        pointer="utilization, total",
        confidence=0.9,
        role=Role.CAUSE if poor else Role.HEALTHY,
        advice="Move what runs on demand onto it, or let it end; a commitment cannot be given back." if poor else "",
    )


def _none(name: str) -> Finding:
    said = f"{name}: none, everything of that kind is paid on demand."
    return Finding("commitment_used", f"commitment/{name}", said, "utilization, total", 0.6, Role.HEALTHY)

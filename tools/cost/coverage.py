"""How much of what could run on Savings Plans and reservations does, and how much is paid on demand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tools.contract import Finding, Role, ToolError
from tools.cost.clients import cost_explorer
from tools.cost.money import words

ENOUGH = Decimal(60)
"""Percent; what breathes with the day or may go away is better left on demand."""
ADVICE = "Somebody may commit to what has run all the time; it binds for a year or more, so no change of mine buys it."
HUNDRED = Decimal(100)


def plans_covered(period: Any) -> Finding | None:
    """Return how much of the spend that Savings Plans can cover they did; None if there is none.

    Raises:
        ToolError: Cost Explorer could not be asked.
    """
    spent, open_ = Decimal(), Decimal()
    asked: dict[str, Any] = {"TimePeriod": period, "Granularity": "MONTHLY"}
    while asked.get("NextToken", True):
        told = _told("get_savings_plans_coverage", asked)
        for one in told.get("SavingsPlansCoverages", []):
            spent += Decimal(one["Coverage"].get("SpendCoveredBySavingsPlans") or "0")
            open_ += Decimal(one["Coverage"].get("OnDemandCost") or "0")
        asked["NextToken"] = told.get("NextToken", "")
    said = f"{words(spent)} of what they can cover, {words(open_)} was paid on demand"
    return _judged("Savings Plans", spent, spent + open_, said)


def hours_reserved(period: Any) -> Finding | None:
    """Return how many of EC2's instance hours reservations covered; None if nothing ran.

    Without a filter the service tells of EC2 only:
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationCoverage.html

    Raises:
        ToolError: Cost Explorer could not be asked.
    """
    told = _told("get_reservation_coverage", {"TimePeriod": period})
    hours = told.get("Total", {}).get("CoverageHours", {})
    reserved, running = (Decimal(hours.get(name) or "0") for name in ("ReservedHours", "TotalRunningHours"))
    said = f"{reserved:,.0f} of {running:,.0f} instance hours of EC2"
    return _judged("Reserved instances", reserved, running, said)


def _told(operation: str, asked: Any) -> Any:
    """Return an answer; nothing where there is no data, which the service says with an error."""
    try:
        with cost_explorer() as client:
            return getattr(client, operation)(**asked)
    except ToolError as error:
        if "DataUnavailableException" in str(error):
            return {}
        raise


def _judged(name: str, part: Decimal, whole: Decimal, said: str) -> Finding | None:
    if whole <= 0:
        return None
    share = part / whole * HUNDRED
    low = share < ENOUGH
    return Finding(
        code="commitment_low_coverage" if low else "commitment_covered",
        subject=f"coverage/{name}",
        observed=f"{name} covered {share:.0f} % in 30 days: {said}.",
        pointer="coverage, total",
        confidence=0.9,
        role=Role.CONTEXT if low else Role.HEALTHY,
        advice=ADVICE if low else "",
    )


def coverage(period: Any) -> tuple[list[Finding], list[str]]:
    """Return what is known of both, and why one could not be read; utilization is told all the same."""
    found, unread = list[Finding](), list[str]()
    for look in (plans_covered, hours_reserved):
        try:
            found += [one for one in [look(period)] if one]
        except ToolError as why:
            unread.append(f"Coverage was not read: {why}")
    return found, unread

"""Commitments that are paid for and not used are named, with what that costs."""

from tests.aws_account import looked_at
from tools.contract import Role
from tools.cost.commitments import cost_commitments


def test_an_unused_part_is_named_with_its_price() -> None:
    """A plan used to four fifths is a finding; reservations that are used are none."""
    plans = {"UtilizationPercentage": "81.25", "UnusedCommitment": "131.40", "TotalCommitment": "700.80"}
    reserved = {"UtilizationPercentage": "99.5", "PurchasedHours": "720", "RICostForUnusedHours": "0.80"}
    told = {"Commitments": {"SavingsPlans": plans, "Reservations": reserved}}

    with looked_at({"ce/commitments.json": told}):
        seen = cost_commitments.call()

    assert "Savings Plans: 81.2 % used in 30 days, USD 131 paid for nothing." in seen.text
    assert [one.role for one in seen.findings] == [Role.CAUSE, Role.HEALTHY]


def test_no_commitment_is_no_waste() -> None:
    """An account without any is told so, once for each kind."""
    with looked_at({"ce/charges.json": {"Charges": []}}):
        seen = cost_commitments.call()

    assert seen.headline.count("none, everything of that kind is paid on demand") == 2


def test_coverage_is_told_beside_utilization() -> None:
    """What is paid on demand though a plan could cover it is said with its amount; nothing is bought."""
    spend = {"SpendCoveredBySavingsPlans": "100.50", "OnDemandCost": "301.50", "TotalCost": "402.00"}
    hours = {"ReservedHours": "720", "OnDemandHours": "80", "TotalRunningHours": "800"}
    told = {"Commitments": {"SavingsPlansCoverage": spend, "ReservationCoverage": hours}}

    with looked_at({"ce/commitments.json": told}):
        found = {one.subject: one for one in cost_commitments.call().findings}

    plans, reserved = found["coverage/Savings Plans"], found["coverage/Reserved instances"]
    assert plans.observed.startswith("Savings Plans covered 25 % in 30 days: USD ")
    assert (plans.role, plans.remedy) == (Role.CONTEXT, None)
    assert "binds for a year" in plans.advice
    assert reserved.observed == "Reserved instances covered 90 % in 30 days: 720 of 800 instance hours of EC2."

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

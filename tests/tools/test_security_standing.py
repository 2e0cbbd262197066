"""How accounts and controls stand adds up to what is open, whatever is open."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tools.security.posture import Issue
from tools.security.records import SecurityFinding, Severity
from tools.security.standing import breakdown, by_account, by_control

NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
ACCOUNTS, CONTROLS = ("111111111111", "222222222222"), ("S3.8", "EC2.13", "RDS.2", "KMS.4", "IAM.3", "SQS.1", "ECR.1")


def issue(control: str, account: str, days: float, number: int = 0) -> Issue:
    """Return something that is open for some days."""
    name, since = f"{control}-{number}", NOW - timedelta(days=days)
    made = SecurityFinding(name, "p", control, "t", name, "k", account, "us-east-1", Severity.HIGH, since, "")
    return Issue(control, name, (made,))


@given(
    st.lists(st.builds(issue, st.sampled_from(CONTROLS), st.sampled_from(ACCOUNTS), st.floats(-1, 4000)), max_size=30)
)
def test_nothing_is_lost_in_a_breakdown(found: list[Issue]) -> None:
    """By account and by control the same number is open and new, and no age is negative."""
    accounts, controls = by_account(found, NOW), by_control(found, NOW)

    assert sum(one.open for one in accounts) == sum(one.open for one in controls) == len(found)
    assert sum(one.new for one in accounts) == sum(one.new for one in controls)
    assert all(one.age >= 0 and one.new <= one.open for one in (*accounts, *controls))


def test_a_breakdown_names_the_most_open_first() -> None:
    """Each with what is new within a week and the mean age in days."""
    found = [issue("S3.8", "111111111111", 2), issue("S3.8", "222222222222", 100), issue("RDS.2", "111111111111", 30)]

    lines = breakdown(found, NOW)

    assert lines == [
        "By account: 111111111111 2 (1 new, 16 days), 222222222222 1 (0 new, 100 days).",
        "By control: S3.8 2 (1 new, 51 days), RDS.2 1 (0 new, 30 days).",
    ]


def test_a_long_breakdown_says_how_much_more_there_is() -> None:
    """Five are told, the others counted."""
    _, controls = breakdown([issue(control, "111111111111", 1) for control in CONTROLS], NOW)

    assert controls.endswith(" and 2 more.")


def test_nothing_open_has_no_breakdown() -> None:
    """An empty line says nothing."""
    assert breakdown([], NOW) == []

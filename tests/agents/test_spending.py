"""Words about costs say which application, time and split are meant."""

import pytest

from agents.runbook.spending import meaning


@pytest.mark.parametrize(
    ("words", "application", "period", "split"),
    [
        ("cost", "", "last 30 days", "service"),
        ("cost of checkout last month", "checkout", "last month", "service"),
        ("what did we spend on the payments-api in 2026-02 by region?", "payments-api", "2026-02", "region"),
        ("and by account?", "", "last 30 days", "account"),
        ("costs this month by tag team", "", "this month", "tag team"),
        ("why is the bill of last month so high?", "", "last month", "service"),
    ],
)
def test_words_are_taken_for_what_they_name(words: str, application: str, period: str, split: str) -> None:
    """What is not named is as usual."""
    assert dict(meaning(words)) == {"application": application, "period": period, "split": split}

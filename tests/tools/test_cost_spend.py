"""What was spent, how it moved, which days stick out, and why."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import settings
from tests.aws_account import NOW, looked_at
from tests.tools.test_cost_focus import write
from tools.contract import Role, ToolError
from tools.cost.explorer import Explorer, forecast
from tools.cost.money import words
from tools.cost.readings import cost_spend
from tools.cost.records import Spend
from tools.cost.spikes import spikes
from tools.cost.windows import window

TODAY = date(2026, 3, 20)
GPU = {"Service": "Amazon EC2 - Elastic Compute Cloud", "UsageType": "BoxUsage:g5.12xlarge"}


def charge(daily: str, **rest: object) -> dict[str, object]:
    """Return a charge of a world."""
    return {"Service": "Amazon EC2 - Elastic Compute Cloud", "UsageType": "BoxUsage:m7i.large", "Daily": daily, **rest}


def event(name: str, *, days_ago: float) -> dict[str, object]:
    """Return something that ana did to EC2."""
    at = NOW - timedelta(days=days_ago)
    told = {"EventId": name, "EventName": name, "EventSource": "ec2.amazonaws.com", "Username": "ana"}
    resources = [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"}]
    return {**told, "EventTime": at.isoformat(), "ReadOnly": "false", "Resources": resources, "CloudTrailEvent": "{}"}


def series(amounts: list[str], name: str = "EC2") -> list[Spend]:
    """Return a series that ends the day before TODAY."""
    first = TODAY - timedelta(days=len(amounts))
    return [Spend(first + timedelta(days=at), name, "USD", Decimal(one)) for at, one in enumerate(amounts)]


@contextmanager
def billed_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep bills in a folder."""
    monkeypatch.setenv("INFRA_FOCUS", str(folder))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_a_jump_is_traced_to_its_usage_and_to_who_made_it() -> None:
    """The finding names service, usage type, amounts, and the change just before."""
    charges = [charge("29.04"), {**GPU, "Daily": "272.26", "Begins": -3}]
    documents = {
        "ce/charges.json": {"Charges": charges},
        "cloudtrail/events.json": {"Events": [event("RunInstances", days_ago=3.2), event("CreateTags", days_ago=9)]},
    }

    with looked_at(documents):
        seen = cost_spend.call()

    (found,) = [one for one in seen.findings if one.role is Role.CAUSE]
    assert "100 % of the rise BoxUsage:g5.12xlarge, after ana did RunInstances on i-1" in found.observed
    assert "CreateTags" not in found.observed
    assert seen.chart is not None
    [(_, mark)] = seen.chart.marks
    assert re.fullmatch(r"USD 8\d\d more", mark)  # no two days of the sandbox are alike


def test_weekends_are_no_spikes() -> None:
    """A bill that breathes with the week is steady, Mondays too."""
    with looked_at({"ce/charges.json": {"Charges": [charge("40", Weekend="9")]}}):
        seen = cost_spend.call()

    assert [one.code for one in seen.findings] == ["cost_steady"]


def test_only_the_application_that_is_meant_counts() -> None:
    """Costs are filtered by the cost allocation tag."""
    charges = [charge("10", Tags={"application": "checkout"}), charge("500", Tags={"application": "other"})]

    with looked_at({"ce/charges.json": {"Charges": charges}}):
        seen = cost_spend.call(about="checkout", period="last 10 days", by="region")

    assert seen.headline.startswith("Spend of checkout, last 10 days: USD 100 ")


def test_a_forecast_has_its_interval() -> None:
    """What AWS expects, and within what it will be for four fifths."""
    with looked_at({"ce/charges.json": {"Charges": [charge("100", Weekend="10")]}}):
        today = datetime.now(UTC).date()
        told = forecast(today, today + timedelta(days=3))

    assert told is not None
    assert told.least < Decimal(35) < Decimal(200) < told.mean < Decimal(260) < Decimal(290) < told.most
    assert told.sure == 80


def test_days_are_told_one_by_one() -> None:
    """The latest first, each with the sum of all that was charged."""
    with looked_at({"ce/charges.json": {"Charges": [charge("100"), charge("1000", Tags={"application": "other"})]}}):
        seen = cost_spend.call(period="last 3 days", by="day")

    lines = [line for line in seen.text.splitlines() if line.startswith("- ")]
    assert [line.partition(": USD 1,")[2].isdigit() for line in lines] == [True] * 3
    assert sorted(lines, key=lambda line: line[6:16], reverse=True) == lines


def test_pages_of_cost_explorer_add_up() -> None:
    """Every day of many pages is there, each amount as it was sent."""
    with looked_at({"ce/charges.json": {"Charges": [charge("1.2345")]}}):
        today = datetime.now(UTC).date()
        told = Explorer().daily("service", today - timedelta(days=70), today)

    assert len({one.day for one in told}) == 70
    assert all(abs(one.amount - Decimal("1.2345")) < Decimal("0.03") for one in told)


def test_files_answer_where_bills_are_kept_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reading, over FOCUS files, with currencies apart."""
    days = [f"2026-03-{day:02} 00:00:00" for day in range(1, 15)]
    rows = [{"ChargePeriodStart": day, "BilledCost": "7.10", "ServiceName": "Amazon EC2"} for day in days]
    euros = {"BillingCurrency": "EUR", "BilledCost": "3", "ChargePeriodStart": days[-1], "ServiceName": "Azure"}
    write(tmp_path, [*rows, euros])

    with billed_in(tmp_path, monkeypatch):
        seen = cost_spend.call(period="last 7 days")

    assert "USD 49.70 (up 0 %), EUR 3.00 (new)" in seen.headline


def test_a_spike_does_not_hide_the_next() -> None:
    """Days that stuck out are no example of what is usual."""
    amounts = ["20"] * 30 + ["90", "90", "90", "20", "20", "80"]

    found = spikes(series(amounts), TODAY - timedelta(days=10), TODAY)

    assert [(one.end - one.start).days + 1 for one in found] == [3, 1]
    assert [one.extra for one in found] == [Decimal(210), Decimal(60)]


def test_small_money_is_no_spike() -> None:
    """Cents that double need nobody."""
    assert spikes(series(["0.20"] * 30 + ["0.60"]), TODAY - timedelta(days=2), TODAY) == []


@given(st.lists(st.decimals(min_value=0, max_value=50, places=4), min_size=0, max_size=60))
def test_what_a_spike_says_adds_up(amounts: list[Decimal]) -> None:
    """Whatever the series: a spike is above what was expected, and lies in the window."""
    start = TODAY - timedelta(days=20)

    for one in spikes(series([str(amount) for amount in amounts]), start, TODAY):
        assert one.extra > 0
        assert one.amount > one.expected >= 0
        assert start <= one.end < TODAY


@pytest.mark.parametrize(
    ("said", "start", "end", "before"),
    [
        ("last month", date(2026, 2, 1), date(2026, 3, 1), date(2026, 1, 1)),
        ("This month", date(2026, 3, 1), TODAY, date(2026, 2, 10)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1), date(2025, 11, 1)),
        ("last 7 days", date(2026, 3, 13), TODAY, date(2026, 3, 6)),
        ("last 2 weeks", date(2026, 3, 6), TODAY, date(2026, 2, 20)),
        ("last 3 months", date(2025, 12, 1), date(2026, 3, 1), date(2025, 9, 1)),
        ("November", date(2025, 11, 1), date(2025, 12, 1), date(2025, 10, 1)),
        ("march 2026", date(2026, 3, 1), TODAY, date(2026, 2, 10)),
        ("yesterday", date(2026, 3, 19), TODAY, date(2026, 3, 18)),
    ],
)
def test_words_mean_days(said: str, start: date, end: date, before: date) -> None:
    """A window ends before its last day, and has one before it."""
    meant = window(said, TODAY)

    assert (meant.start, meant.end, meant.before) == (start, end, before)


def test_an_unknown_period_is_answered_with_those_there_are() -> None:
    """One sentence that says what to say instead."""
    with pytest.raises(ToolError, match="say last month"):
        window("when pigs fly", TODAY)


@pytest.mark.parametrize(
    ("amount", "said"),
    [("1234.56", "USD 1,235"), ("-99.999", "USD -100.00"), ("0.0000008", "USD 0.0000008"), ("0", "USD 0.00")],
)
def test_money_in_words(amount: str, said: str) -> None:
    """Cents where they matter, and never a rounded zero."""
    assert words(Decimal(amount)) == said

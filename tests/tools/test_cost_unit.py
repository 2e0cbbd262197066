"""What a thousand requests of a service cost, and when that is not told."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import agents
import config.settings
from agents.choose import choose
from agents.contract import Ask, AskKind, ThreadRef
from agents.runbook.book import pick, read_runbooks
from agents.runbook.spending import meaning
from config.settings import settings
from tests.aws_account import at, looked_at
from tests.tools.test_cost_spend import charge
from tools.cost.readings import cost_spend
from tools.cost.records import Spend
from tools.cost.unit import per_thousand

CATALOGUE = """services:
  checkout:
    requests: {namespace: AWS/ApplicationELB, name: RequestCount, dimensions: {LoadBalancer: app/shop/1}}
"""
DAY = 24 * 60
ASKED = "what does checkout cost per request?"


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Name the metric of checkout's requests."""
    (tmp_path / "services.yaml").write_text(CATALOGUE, "utf-8")
    monkeypatch.setenv("INFRA_CONFIG", str(tmp_path))
    yield
    monkeypatch.undo()
    settings.cache_clear()


def told(counts: dict[int, float]) -> str:
    """Return what is said of ten days that cost USD 10 each, with requests on the days ago that are named."""
    metric = {
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "RequestCount",
        "Dimensions": [{"Name": "LoadBalancer", "Value": "app/shop/1"}],
        "Id": "m1",
        "Label": "RequestCount",
        "Timestamps": [at(-days * DAY) for days in sorted(counts, reverse=True)],
        "Values": [counts[days] for days in sorted(counts, reverse=True)],
    }
    documents = {
        "ce/charges.json": {"Charges": [charge("10", Tags={"application": "checkout"})]},
        "cloudwatch/requests.json": {"MetricDataResults": [metric]},
    }
    with looked_at(documents):
        return cost_spend.call(about="checkout", period="last 10 days").headline


@pytest.mark.usefixtures("named")
def test_a_thousand_requests_have_a_price() -> None:
    """The costs of the days with requests, by their requests, against the days before."""
    said = told(dict.fromkeys(range(1, 11), 4000.0) | dict.fromkeys(range(11, 21), 8000.0))

    assert "1,000 requests cost USD 2." in said
    assert re.search(r"\(up (9|10)\d %\)", said)
    assert "40,000 requests by AWS/ApplicationELB RequestCount on 10 of 10 days" in said
    assert "tagged checkout only" in said


@pytest.mark.usefixtures("named")
def test_days_without_requests_cost_none_of_them() -> None:
    """A metric that began three days ago is set against those days."""
    said = told(dict.fromkeys(range(1, 4), 4000.0))

    assert "1,000 requests cost USD 2." in said
    assert "on 3 of 10 days" in said
    assert "no requests counted before" in said


@pytest.mark.usefixtures("named")
def test_no_requests_have_no_price() -> None:
    """Nothing is divided by nothing."""
    assert "No cost per request: CloudWatch counted none in AWS/ApplicationELB RequestCount." in told(
        dict.fromkeys(range(1, 21), 0.0)
    )


def test_people_ask_for_it_in_words() -> None:
    """The question reaches the reading of spend, for the service that is meant."""
    ask = Ask("a", AskKind.MENTION, ASKED, ThreadRef("T", "C", "1"), "U0ANA0001", datetime(2026, 3, 2, tzinfo=UTC))
    books = read_runbooks(config.settings.HERE / "runbooks")

    book = pick(books, ask, choose(agents.ROSTER, ask).name)

    assert book is not None
    assert [one.tool for one in book.readings] == ["cost_spend"]
    assert meaning(ASKED) == {"application": "checkout"}


def test_only_the_costs_of_days_with_requests_count() -> None:
    """By hand: USD 6.30 on two days with 4,500 requests are USD 1.40 a thousand; a third day and euros are left out."""
    days = [date(2026, 3, day) for day in (1, 2, 3)]
    spends = [
        Spend(day, "EC2", "USD", Decimal(amount)) for day, amount in zip(days, ("4.20", "2.10", "99"), strict=True)
    ]
    spends.append(Spend(days[0], "EC2", "EUR", Decimal(50)))

    unit = per_thousand(spends, {days[0]: Decimal(3000), days[1]: Decimal(1500)}, "USD")

    assert unit == Decimal("1.40")
    assert per_thousand(spends, {}, "USD") == 0

"""The figures of a period are those one would reckon by hand, and what is not known is said not to be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contract import Alert
from bot.intake.grouping import Arrived, opened
from bot.intake.record import Received
from bot.scoring.charting import picture
from bot.scoring.periods import LONGEST, Period, period_of
from bot.scoring.prices import Prices, read_prices
from bot.scoring.scores import scored
from bot.scoring.words import NOTHING, board, lasting
from bot.store.facts import Day
from bot.store.incidents import Incident
from config.settings import HERE

TODAY = date(2026, 3, 10)
WEEK = Period(date(2026, 3, 4), TODAY)
HAIKU = "bedrock_converse:us.anthropic.claude-haiku-4-5-20251001-v1:0"
EMPTY = scored((), (), Prices())

dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def incident(minutes: int, day: date = TODAY) -> Incident:
    """Return an incident that was over after some minutes, and reported on after one."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    received = Received(Alert("grafana", "Slow", "firing"), f"slow/{day}/{minutes}", "slow")
    one = opened(Arrived(received, "checkout", looks=True, to="", delivery="d"), at)
    return replace(one, first_finding=at + timedelta(minutes=1), resolved=at + timedelta(minutes=minutes))


def day(counts: Mapping[str, int], at: date = TODAY, **measured: str) -> Day:
    """Return a day."""
    return Day(at, counts, {what.replace("_", " "): Decimal(value) for what, value in measured.items()})


@given(first=dates, days=st.integers(1, LONGEST))
def test_the_period_before_is_as_long_and_ends_where_the_period_begins(first: date, days: int) -> None:
    """Two periods next to each other have no day in common and none between them."""
    period = Period(first, first + timedelta(days=days - 1))

    before = period.before

    assert before.days == period.days == days
    assert before.last + timedelta(days=1) == period.first
    assert not before.has(period.start)
    assert period.has(period.start)


@pytest.mark.parametrize(
    ("words", "first"),
    [("", 4), ("week", 4), ("this week", 4), ("today", 10), ("7d", 4), ("since 2026-03-01", 1), ("`2 days`", 9)],
)
def test_words_name_days_up_to_today(words: str, first: int) -> None:
    """A week is seven days with today; nothing said is a week."""
    assert period_of(words, TODAY) == Period(date(2026, 3, first), TODAY)


@pytest.mark.parametrize("words", ["forever", "0d", "401d", "since 2026-13-01", "since 2026-03-11", "since 2020-01-01"])
def test_days_that_are_not_kept_are_refused_with_what_can_be_said(words: str) -> None:
    """The sentence names the words that work."""
    with pytest.raises(ValueError, match="scoreboard today"):
        period_of(words, TODAY)


@given(took=st.lists(st.integers(0, 10**5), min_size=1, max_size=20))
def test_mttr_is_the_mean_of_what_the_incidents_took(took: list[int]) -> None:
    """Nothing but opened and over counts."""
    scores = scored((), [incident(one) for one in took], Prices())

    assert scores.resolve is not None
    assert abs(scores.resolve - timedelta(minutes=sum(took)) / len(took)) < timedelta(milliseconds=1)
    assert scores.first == timedelta(minutes=1)


@given(tokens=st.tuples(st.integers(1, 10**12), st.integers(1, 10**12)))
def test_money_is_exact(tokens: tuple[int, int]) -> None:
    """Tokens times the price of the table, with no rounding on the way."""
    counts = {f"tokens in|incident|{HAIKU}": tokens[0], f"tokens out|incident|{HAIKU}": tokens[1]}

    money = scored([day(counts)], (), read_prices(HERE / "models.toml")).money

    assert money.usd * 1_000_000 == tokens[0] * Decimal(1) + tokens[1] * Decimal(5)
    assert money.unpriced == ()


def test_a_model_without_a_price_is_told_in_tokens() -> None:
    """Its tokens count, its money does not, and that is said."""
    counts = {"runs|incident|answered": 1, "tokens in|incident|new-model": 1234}
    prices = read_prices(HERE / "models.toml")

    told = board(WEEK, scored([day(counts)], (), prices), EMPTY, prices)

    assert "1,234 tokens · $0.00" in told
    assert "without `new-model` (no price known)" in told


def test_every_figure_stands_beside_the_one_before() -> None:
    """MTTR, approval wait and the share that was accepted are told with what they were."""
    counts = {"runs|incident|answered": 3, "runs|incident|inconclusive": 1, "decided|accepted": 1, "wait|87": 1}
    earlier = {"runs|incident|answered": 2, "decided|declined": 1}
    now, before = scored([day(counts)], [incident(12)], Prices()), scored([day(earlier)], [incident(24)], Prices())

    told = board(WEEK, now, before, Prices())

    assert "MTTR 12 min (24 min)" in told
    assert "accepted 100% (0%) · approval wait 3.8 s (median)" in told
    assert "**Runs**: 4 (2) · p95 no data · inconclusive 25% (0%)" in told


def test_a_period_without_anything_says_so() -> None:
    """No figure is made up where nothing happened."""
    assert NOTHING in board(WEEK, EMPTY, EMPTY, Prices())


def test_no_incident_is_no_data_and_not_zero_minutes() -> None:
    """A week of runs without an incident has no MTTR."""
    told = board(WEEK, scored([day({"runs|incident|answered": 1})], (), Prices()), EMPTY, Prices())

    assert "**Incidents**: no data, none was over" in told
    assert "MTTR" not in told


def test_age_and_spend_are_the_last_and_the_mean_of_what_is_known() -> None:
    """Findings are as old as the last run said; spend is a mean of whole days."""
    known = [
        Day(date(2026, 3, 8), {}, {"finding age days": Decimal(40), "spend USD a day": Decimal(100)}),
        Day(date(2026, 3, 9), {}, {"finding age days": Decimal(12), "spend USD a day": Decimal(300)}),
        Day(TODAY, {}, {}),
    ]

    told = board(WEEK, scored(known, (), Prices()), EMPTY, Prices())

    assert "open for 12 d · **spend** 200 USD a day" in told


def test_the_picture_is_of_recoveries_where_there_were_any_on_two_days() -> None:
    """One day alone is told in words; days without an incident stay empty."""
    days = [day({"runs|incident|answered": 1}, TODAY - timedelta(days=back)) for back in (2, 1, 0)]
    two = [incident(10), incident(30), incident(50, TODAY - timedelta(days=2))]

    recoveries, runs = picture(days, two), picture(days, two[:1])

    assert recoveries is not None
    assert [value for _, value in recoveries.series[0].points] == [50, None, 20]
    assert runs is not None
    assert runs.title == "Runs by day"
    assert picture(days[:1], two[:1]) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.25, "250 ms"), (4, "4 s"), (150, "2.5 min"), (7200, "2 h"), (180000, "2.1 d")]
)
def test_durations_are_told_as_people_say_them(seconds: float, words: str) -> None:
    """Two digits are enough."""
    assert lasting(timedelta(seconds=seconds)) == words

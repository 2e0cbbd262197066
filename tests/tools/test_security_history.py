"""What became of issues over time: every look adds up, whatever came, went and came back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aws_account import looked_at
from tests.tools.test_security_posture import told
from tools.contract import ToolError
from tools.scope import Scope, within
from tools.security import books, trend
from tools.security.books import Look
from tools.security.history import KEPT, MOST_TURNS, History, Track
from tools.security.posture import Issue
from tools.security.readings import security_posture
from tools.security.records import SecurityFinding, Severity
from tools.security.trending import security_trend

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SEEN = st.lists(st.frozensets(st.integers(0, 5)), min_size=2, max_size=12)


class Kept:
    """Keeps histories in memory."""

    def __init__(self) -> None:
        self.by: dict[str, History] = {}

    def look(self, account: str, look: Look) -> History:
        """Return a history after a look, and keep it."""
        self.by[account] = look(self.by.get(account, History()))
        return self.by[account]


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Keep histories in memory for a test."""
    book, before = Kept(), books._books[0]
    books.keep_in(book)
    yield book
    books.keep_in(before)


def issue(number: int, severity: Severity = Severity.HIGH) -> Issue:
    """Return an issue of one of two controls and accounts, first seen ten days before noon."""
    control, account = ("S3.8", "EC2.13")[number % 2], ("111111111111", "222222222222")[number % 3 % 2]
    name = f"arn:aws:s3:::bucket-{number}"
    found = SecurityFinding(name, "p", control, "t", name, "k", account, "r", severity, NOON - 10 * DAY, "")
    return Issue(control, name, (found,))


def looks(*seen: frozenset[int] | set[int]) -> History:
    """Return the history of a look a day, the last one at noon."""
    history = History()
    for number, here in enumerate(seen):
        history = history.seen(map(issue, sorted(here)), NOON - (len(seen) - 1 - number) * DAY)
    return history


def numbers(tracks: tuple[Track, ...]) -> set[int]:
    """Return which issues tracks are of."""
    return {int(one.resource.rpartition("-")[2]) for one in tracks}


@settings(deadline=None)  # a busy machine is not a slow function
@given(SEEN)
def test_what_came_went_and_came_back_is_what_the_looks_say(seen: list[frozenset[int]]) -> None:
    """Against the sets themselves: new was unknown, fixed is gone, reopened was away in between or before."""
    moved = trend.since(looks(*seen), len(seen) - 1)

    assert moved
    first, last, known = seen[0], seen[-1], seen[0]
    away = {one for one in known if any(one not in here for here in seen)}
    assert numbers(moved.new) == last - known
    assert numbers(moved.fixed) == first - last
    assert numbers(moved.reopened) == last & away


@settings(max_examples=30, deadline=None)
@given(SEEN)
def test_accounts_and_controls_add_up_to_all(seen: list[frozenset[int]]) -> None:
    """Nothing is counted twice or lost by being grouped."""
    moved = trend.since(looks(*seen), len(seen) - 1)

    assert moved
    for lines in (trend.by(moved, lambda one: one.account), trend.by(moved, lambda one: one.control)):
        assert sum(len(line.moved.open) for line in lines) == len(moved.open)
        assert sum(line.stir for line in lines) == len(moved.new) + len(moved.fixed) + len(moved.reopened)


@settings(max_examples=30, deadline=None)
@given(SEEN)
def test_the_picture_counts_what_was_open_each_day(seen: list[frozenset[int]]) -> None:
    """A point for each day, as many as were open at its last look."""
    chart = trend.chart(looks(*seen), len(seen))

    assert chart
    assert [value for _, value in chart.series[0].points] == [len(here) for here in seen]


def test_a_look_that_did_not_reach_everything_calls_nothing_fixed() -> None:
    """What could not be read is neither gone nor, the next time, back."""
    history = looks({1, 2}).seen([issue(3)], NOON + DAY, whole=False).seen(map(issue, (1, 2, 3)), NOON + 2 * DAY)

    moved = trend.since(history, 2)

    assert moved
    assert (numbers(moved.new), moved.fixed, moved.reopened) == ({3}, (), ())


def test_what_is_over_is_forgotten_in_the_end() -> None:
    """So is a control that flaps, but for its latest turns; what is open stays."""
    history = looks({1, 2}, {2}, *({2, 3} if day % 2 else {2} for day in range(41)))

    later = history.seen([issue(2)], NOON + KEPT + DAY)

    assert [one.resource[-1] for one in later.tracks] == ["2"]
    assert max(len(one.turns) for one in history.tracks) <= MOST_TURNS


def test_the_mean_age_is_of_what_is_open_at_that_time() -> None:
    """Ten days at noon, nine the day before."""
    moved = trend.since(looks({1, 2}, {1}), 1)

    assert moved
    assert trend.spelled(moved) == (
        "1 open, 2 before: 0 new, 1 fixed, 0 reopened; open for 10 days on average, 9 before"
    )


def test_a_trend_of_one_look_says_that_there_is_nothing_to_compare_with(kept: Kept) -> None:
    """And remembers the look, so that the next one has something."""
    there = {"securityhub/findings.json": {"Findings": [told("S3.8", "a")]}}

    with looked_at(there), pytest.raises(ToolError, match="Nothing is remembered to compare with yet"):
        security_trend.call()

    assert [one.subject for one in kept.by[""].tracks] == ["S3.8/arn:aws:s3:::a"]


def test_a_posture_says_what_came_and_went_since_the_last_one(kept: Kept) -> None:
    """In its headline, and the trend by control with what came back first."""
    earlier = datetime.now(UTC) - DAY
    old = told("S3.8", "a")
    kept.by[""] = History().seen([issue(2)], earlier - 2 * DAY).seen([], earlier - DAY).seen([issue(1)], earlier)
    back = replace(issue(2), resource="arn:aws:s3:::bucket-2")
    again = told("S3.8", "bucket-2", AwsAccountId=back.findings[0].account)

    with looked_at({"securityhub/findings.json": {"Findings": [old, again]}}):
        seen, moves = security_posture.call(), security_trend.call()

    assert "1 new, 0 fixed, 1 reopened" in seen.headline
    assert moves.findings[0].observed == "S3.8 on bucket-2 was gone, and is open again."
    assert seen.chart


def test_a_run_that_may_not_see_everything_leaves_the_history_alone(kept: Kept) -> None:
    """What its scope hides would look fixed to everybody else."""
    with within((Scope("this channel"),)):
        books.remembered([issue(1)], whole=True)

    assert kept.by == {}

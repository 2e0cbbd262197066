"""Words about a service's numbers say which signal and time are meant."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.runbook.observing import meaning

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "signal", "minutes", "against"),
    [
        ("error rate of checkout since the deploy?", "errors", 60, "deploy"),
        ("p99 latency of checkout last 3 hours vs yesterday", "latency", 180, "yesterday"),
        ("chart the CPU of storefront for the last 30 minutes", "cpu", 30, "before"),
        ("requests to catalog in the last day", "traffic", 1440, "before"),
    ],
)
def test_words_are_taken_for_what_they_name(words: str, signal: str, minutes: int, against: str) -> None:
    """What is not named is as usual: the last hour, against the one before."""
    assert meaning(words, NOW) == {"service": words, "signal": signal, "minutes": minutes, "against": against}


def test_words_without_a_signal_mean_nothing() -> None:
    """The engine asks back rather than guess."""
    assert meaning("chart of checkout", NOW) is None


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("p95 latency of orders since 14:00", "2026-03-02T14:00", "2026-03-02T14:30"),
        ("errors of checkout between 23:30 and 01:00", "2026-03-01T23:30", "2026-03-02T01:00"),
        ("errors of checkout from 09:00 to 9:45", "2026-03-02T09:00", "2026-03-02T09:45"),
        ("what was the CPU of checkout at 03:10?", "2026-03-02T03:00", "2026-03-02T03:20"),
        ("what was the CPU of checkout at 15:00?", "2026-03-01T14:50", "2026-03-01T15:10"),
    ],
)
def test_a_time_of_day_is_the_latest_one_in_utc(words: str, since: str, until: str) -> None:
    """A time that is yet to come today was yesterday."""
    meant = meaning(words, NOW)

    assert meant
    assert (str(meant["since"])[:16], str(meant["until"])[:16]) == (since, until)


@given(st.times(), st.times(), st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 2)))  # noqa: DTZ001 - hypothesis adds the zone
def test_two_times_of_day_are_a_stretch(one: time, other: time, now: datetime) -> None:
    """It begins before it ends, and never ends later than now."""
    meant = meaning(f"errors from {one:%H:%M} to {other:%H:%M}", now)

    assert meant
    since, until = (datetime.fromisoformat(str(meant[name])) for name in ("since", "until"))
    assert since <= until <= now
    assert until - since <= timedelta(days=1)

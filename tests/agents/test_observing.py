"""Words about a service's numbers say which signal and time are meant."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import ROSTER
from agents.choose import choose
from agents.runbook.clocks import is_unread, stretch
from agents.runbook.observing import meaning
from tests.agents.company import asking
from tools.aws.windows import moment

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "signal", "minutes", "against"),
    [
        ("error rate of checkout since the deploy?", "errors", 60, "deploy"),
        ("p99 latency of checkout last 3 hours vs yesterday", "latency", 180, "yesterday"),
        ("chart the CPU of storefront for the last 30 minutes", "cpu", 30, "before"),
        ("requests to catalog in the last day", "traffic", 1440, "before"),
        ("compare checkout's error rate to yesterday", "errors", 60, "yesterday"),
        ("checkout response time since yesterday", "latency", 1440, "before"),
        ("how many 500s did checkout return over the past half hour?", "errors", 30, "before"),
        ("latency of checkout in the last two hours", "latency", 120, "before"),
        ("what is there for memory of checkout?", "memory", 60, "before"),
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
        ("requests per second of checkout since 2pm", "2026-03-02T14:00", "2026-03-02T14:30"),
        ("traffic of checkout between 9 and 11:30 am", "2026-03-02T09:00", "2026-03-02T11:30"),
        ("errors of checkout this morning", "2026-03-02T06:00", "2026-03-02T12:00"),
        ("error rate of checkout today", "2026-03-02T00:00", "2026-03-02T14:30"),
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


@pytest.mark.parametrize(
    "words",
    [
        "error rate of checkout since the deploy?",
        "what's the p99 of checkout over the last 2 hours?",
        "CPU of catalog vs last week",
        "how is checkout's latency compared to yesterday?",
        "requests per second of checkout since 14:00",
        "how much memory does checkout use?",
    ],
)
def test_who_asks_for_a_number_is_given_the_number(words: str) -> None:
    """It needs no word such as chart."""
    assert choose(ROSTER, asking(words)).name == "observability"


@pytest.mark.parametrize(
    "words",
    [
        "why is the error rate of checkout so high since the deploy?",
        "what caused the latency of checkout since 14:00?",
        "checkout is slow, p99 of 3 s",
        "checkout has errors",
    ],
)
def test_who_asks_for_a_cause_is_not_fobbed_off_with_a_number(words: str) -> None:
    """Numbers in the words are what hurts, not what is asked."""
    assert choose(ROSTER, asking(words)).name == "incident"


@pytest.mark.parametrize("words", ["errors of checkout on Monday", "latency since last week", "cpu since 5"])
def test_a_time_that_is_not_understood_is_asked_back(words: str) -> None:
    """The last hour is no answer to a question about Monday."""
    assert is_unread(words)


def test_a_time_of_day_is_the_asker_s_own() -> None:
    """Two in the afternoon in Berlin is one o'clock UTC, and it is looked up as that."""
    meant = meaning("errors of checkout since 2pm", NOW.astimezone(ZoneInfo("Europe/Berlin")))

    assert meant
    assert moment(str(meant["since"])) == datetime(2026, 3, 2, 13, tzinfo=UTC)


@given(st.times(), st.sampled_from(["%I:%M%p", "%I:%M %p", "%H:%M"]))
def test_however_a_time_of_day_is_written_it_is_the_same(at: time, form: str) -> None:
    """On a dial of twelve hours, or of twenty-four."""
    now = datetime(2026, 3, 2, 23, 59, 30, tzinfo=UTC)

    meant = stretch(f"errors since {at:{form}}", now)

    assert datetime.fromisoformat(meant["since"]).time() == at.replace(second=0, microsecond=0)

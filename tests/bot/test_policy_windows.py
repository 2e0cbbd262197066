"""Windows of local time: what they cover, and that clocks set forward or back leave no hole in a freeze."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.approvals.windows import Window

NIGHT = {"name": "night", "zone": "Europe/Berlin", "from": "22:00", "to": "06:00"}
BACK = (("Europe/Berlin", "2026-10-25"), ("America/New_York", "2026-11-01"), ("Australia/Lord_Howe", "2026-04-05"))
FORTH = (("Europe/Berlin", "2026-03-29"), ("America/New_York", "2026-03-08"), ("Africa/Cairo", "2026-04-24"))
HOURS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def _window(**told: Any) -> Window:
    return Window.model_validate({"name": "freeze", **told})


def _at(words: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("told", "moment", "holds"),
    [
        (NIGHT, "2026-06-01 21:59", False),
        (NIGHT, "2026-06-01 22:00", True),
        (NIGHT, "2026-06-02 05:59", True),
        (NIGHT, "2026-06-02 06:00", False),
        (NIGHT | {"weekdays": ["fri"]}, "2026-06-05 23:00", True),
        (NIGHT | {"weekdays": ["fri"]}, "2026-06-06 05:00", True),  # still Friday's
        (NIGHT | {"weekdays": ["fri"]}, "2026-06-06 23:00", False),
        ({"name": "weekend", "zone": "Europe/Berlin", "weekdays": ["sat", "sun"]}, "2026-06-07 23:59", True),
        ({"name": "weekend", "zone": "Europe/Berlin", "weekdays": ["sat", "sun"]}, "2026-06-08 00:00", False),
        ({"name": "weekend", "weekdays": ["sat", "sun"]}, "2026-06-08 01:00", True),  # it is Sunday in UTC
        ({"name": "always"}, "2026-06-08 12:00", True),
    ],
)
def test_a_window_covers_what_it_says(told: dict[str, Any], moment: str, *, holds: bool) -> None:
    """Days are those of its own zone, and a night belongs to the day on which it begins."""
    assert Window.model_validate(told).holds(_at(moment)) is holds


def test_dates_are_the_first_and_the_last_day() -> None:
    """A freeze from 20 December to 6 January includes both days, and nothing after them."""
    freeze = _window(zone="Europe/Berlin", dates=[datetime(2026, 12, 20).date(), datetime(2027, 1, 6).date()])  # noqa: DTZ001 - local days

    held = [freeze.holds(_at(day)) for day in ("2026-12-19 23:59", "2026-12-20", "2027-01-06 23:59", "2027-01-07")]

    assert held == [False, True, True, False]


def test_an_hour_that_comes_twice_is_frozen_twice() -> None:
    """A freeze until 02:30 holds through both 02:15s, and the half hour between them is no hole."""
    freeze = _window(zone="Europe/Berlin", **{"from": "01:00", "to": "02:30"})

    held = [
        freeze.holds(_at(f"2026-10-25 {clock}", fold=fold))
        for clock, fold in (("02:15", 0), ("02:45", 0), ("02:15", 1), ("02:30", 1))
    ]

    assert held == [True, True, True, False]


def test_a_beginning_that_the_clock_skips_is_when_it_skips() -> None:
    """A freeze from 02:30 begins at 03:00 on the day that has no 02:30, not earlier and not later."""
    freeze = _window(zone="Europe/Berlin", **{"from": "02:30", "to": "05:00"})

    assert not freeze.holds(_at("2026-03-29 01:59"))
    assert freeze.holds(_at("2026-03-29 03:00"))


@given(change=st.sampled_from([*BACK, *FORTH]), begin=HOURS, end=HOURS)
@settings(max_examples=60)
def test_a_window_is_one_stretch_of_time_and_never_less_than_the_clock_says(
    change: tuple[str, str], begin: str, end: str
) -> None:
    """On a day when clocks change, one occurrence begins once, ends once, and holds whenever the clock is inside."""
    zone, day = change
    date = datetime.fromisoformat(day).date()
    window = _window(zone=zone, dates=[date, date], **{"from": begin, "to": end})
    noon_before = _at(f"{day} 12:00", zone) - timedelta(days=1)

    moments = [noon_before + timedelta(minutes=15 * quarter) for quarter in range(4 * 60)]
    held = [window.holds(moment) for moment in moments]

    assert sum(now and not before for before, now in pairwise(held)) <= 1
    for moment, holds in zip(moments, held, strict=True):
        local = moment.astimezone(ZoneInfo(zone))
        inside = begin <= f"{local:%H:%M}" < end if begin < end else f"{local:%H:%M}" >= begin
        assert holds or not (inside and local.date() == date)


@given(at=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)), begin=HOURS, end=HOURS)  # noqa: DTZ001 - made aware below
@settings(max_examples=60)
def test_without_clock_changes_it_is_plain_arithmetic(at: datetime, begin: str, end: str) -> None:
    """In UTC a daily window holds exactly when the time of day is between its ends, around midnight too."""
    clock = f"{at:%H:%M}"
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end

    assert _window(**{"from": begin, "to": end}).holds(at.replace(tzinfo=UTC)) is inside


@pytest.mark.parametrize(
    ("told", "about"),
    [
        ({"zone": "Europe/Atlantis"}, "no time zone `Europe/Atlantis`"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"from": "24:00"}, "midnight is `00:00`"),
        ({"from": 18}, "as `18:00`"),
        ({"from": "18:00+02:00"}, "as `18:00`"),
        ({"weekdays": ["Saturday"]}, "sat"),
        ({"weekdays": []}, "at least 1"),
        ({"dates": [20261220, 20270106]}, "valid date"),
        ({"dates": [datetime(2027, 1, 6).date(), datetime(2026, 12, 20).date()]}, "must not be after"),  # noqa: DTZ001 - local days
    ],
)
def test_a_window_that_cannot_be_meant_is_refused(told: dict[str, Any], about: str) -> None:
    """A wrong zone, time, weekday or date is named, because a freeze that never holds is worse than none."""
    with pytest.raises(ValidationError, match=about):
        _window(**told)

"""How a series goes on after what was recorded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.series import Series, is_percentile, statistic, until

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def recorded(values: list[float]) -> Series:
    """Return a series of values a minute apart, the last at second 0."""
    points = tuple((60.0 * (number + 1 - len(values)), value) for number, value in enumerate(values))
    return Series("AWS/RDS", "CPUUtilization", points=points)


def beyond(value: float) -> bool:
    """Tell what an alarm with threshold 50 minds."""
    return value > 50


def test_an_alarm_keeps_its_reason() -> None:
    """While an alarm fires, the values that breach go on, even if there was only one."""
    points = until(recorded([1, 2, 1, 2, 90]), 600, beyond)

    assert {value for at, value in points if at > 0} == {90}


def test_a_lone_spike_does_not_go_on() -> None:
    """Without an alarm, a spike in the last point is not repeated."""
    points = until(recorded([1, 2, 1, 2, 90]), 600)

    assert max(value for at, value in points if at > 0) <= 2


def test_what_has_just_begun_goes_on() -> None:
    """Where the last two points left all that was before, trouble has begun, and it does not end with the record."""
    points = until(recorded([10, 11, 10, 11, 10, 11, 10, 11, 60, 90]), 600)

    assert {value for at, value in points if at > 0} == {90}


def test_healing_returns_to_the_level_before() -> None:
    """From the moment of healing on, the values are those from before the trouble."""
    points = until(recorded([10, 11, 10, 11, 95, 96]), 600, beyond, healed=300, trouble=-60)

    assert {value for at, value in points if at >= 300} <= {10, 11}
    assert {value for at, value in points if 0 < at < 300} == {95, 96}


def test_nothing_is_known_before_the_record() -> None:
    """A series says nothing of the time before its first point, or after the end asked for."""
    assert until(recorded([1, 2, 3]), -60) == [(-120, 1), (-60, 2)]


@given(VALUES, st.floats(0, 7200))
def test_what_goes_on_stays_within_what_was(values: list[float], end: float) -> None:
    """No value is invented: what goes on lies between the lowest and the highest recorded."""
    points = until(recorded(values), end)

    assert len(points) == len(values) + int(end // 60)
    assert all(min(values) <= value <= max(values) for _, value in points)


@given(VALUES)
def test_statistics_agree(values: list[float]) -> None:
    """Minimum, percentiles, average and maximum are in order."""
    low, middle, high = (statistic(name, values) for name in ("p0", "p50", "p100"))

    assert (low, high) == (statistic("Minimum", values), statistic("Maximum", values))
    assert low <= middle <= high
    assert statistic("Sum", values) == math.fsum(values)


@pytest.mark.parametrize(
    ("name", "is_one"), [("p99", True), ("p99.9", True), ("p101", False), ("pxx", False), ("Sum", False)]
)
def test_percentiles(name: str, is_one: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A percentile is p and a number from 0 to 100."""
    assert is_percentile(name) is is_one

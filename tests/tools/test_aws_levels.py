"""What a series did, told from its points alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.aws.levels import Course, change_point, crossing, level

START = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=80)


def points(values: Sequence[float]) -> list[tuple[datetime, float]]:
    """Return values a minute apart."""
    return [(START + timedelta(minutes=number), value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "course"),
    [
        ([10, 11, 9, 10, 12, 10] * 6, Course.STEADY),
        ([10, 11, 9, 10, 12, 10] * 5 + [95] * 6, Course.RISEN),
        ([95, 93, 96, 94, 95, 94] * 5 + [10] * 6, Course.FALLEN),
        ([10, 11, 9, 10, 12, 10] * 5 + [95] + [10, 11, 10, 9], Course.SPIKED),
        ([95, 93, 96, 94, 95, 94] * 5 + [10] + [95, 94, 95], Course.DIPPED),
        ([10, 11, 9, 10, 12, 10] * 5 + [95] * 9 + [11], Course.SPIKED),
        ([10, 95], Course.SPARSE),
        ([0] * 30, Course.STEADY),
        ([0] * 30 + [4] * 5, Course.RISEN),
    ],
)
def test_courses(values: list[float], course: Course) -> None:
    """A step, a spike and noise are told apart."""
    found = level(points(values), START + timedelta(minutes=20))

    assert found.course is course


def test_a_change_has_a_beginning() -> None:
    """The change is dated by the first point at the new level."""
    found = level(points([10, 11, 9, 10] * 8 + [95] * 6), START + timedelta(minutes=20))

    assert found.since == START + timedelta(minutes=32)


def test_trouble_before_the_window_is_no_baseline() -> None:
    """When the trouble began before the window, the level before it is still the baseline."""
    found = level(points([10, 11, 9, 10] * 8 + [95] * 40), START + timedelta(minutes=50))

    assert (found.course, round(found.before)) == (Course.RISEN, 10)
    assert found.since == START + timedelta(minutes=32)


def test_a_step_is_found_where_it_is() -> None:
    """The change point is the first index of the new level."""
    assert change_point([1.0] * 12 + [9.0] * 7) == 12


def test_a_flat_series_has_no_change_point() -> None:
    """One level has no change."""
    assert change_point([3.0] * 20) is None


def test_crossings_have_a_first_and_a_last_time() -> None:
    """A threshold's crossing is dated from the first to the last breach."""
    found = crossing(points([1, 5, 1, 6, 1]), 4, above=True)

    assert found == (START + timedelta(minutes=1), START + timedelta(minutes=3))


@given(VALUES)
def test_any_series_has_a_level(values: list[float]) -> None:
    """No series breaks the analysis, and the level lies within the values."""
    found = level(points(values), START + timedelta(minutes=len(values) // 2))

    assert min(values) <= found.now <= max(values)
    assert found.low <= found.high


@given(VALUES, st.randoms())
def test_the_order_of_points_does_not_matter(values: list[float], random: object) -> None:
    """CloudWatch returns points in any order; the level is the same."""
    shuffled = points(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert level(shuffled, START) == level(points(values), START)


@given(VALUES)
def test_a_change_point_splits_the_series(values: list[float]) -> None:
    """A change point leaves values on both sides."""
    where = change_point(values)

    assert where is None or 2 <= where <= len(values) - 2

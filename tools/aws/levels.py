"""What a series of measurements did: its level now and before, when it changed, whether it came back."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Points: TypeAlias = Sequence[tuple[datetime, float]]

RECENT = 3
"""Points that make the level now: one may be a fluke, three are a level."""

FACTOR = 4.0
"""A change counts beyond so many times the usual scatter; with MAD that is about 4 sigma, a false one in 10,000."""

RELATIVE = 0.25
"""… and beyond this share of the level before, so that a flat series does not change by a hair."""

MAD_TO_SIGMA = 1.4826
"""Scale of the median absolute deviation for normal noise."""

LEAST = 6
"""Fewer points than this show no shape."""


class Course(StrEnum):
    """What a series did in the window."""

    STEADY = "steady"
    RISEN = "risen"
    FALLEN = "fallen"
    SPIKED = "spiked"  # went up and came back
    DIPPED = "dipped"  # went down and came back
    SPARSE = "sparse"  # too few points to tell


@dataclass(frozen=True)
class Level:
    """What was measured.

    Attributes:
        course: What the series did.
        now: The last point where that is a usual one, else the median of the last few.
        before: Median of the time before the change, or of all.
        low: Lowest value in the window.
        high: Highest value in the window.
        since: When the change began, or when the spike was.
    """

    course: Course
    now: float
    before: float
    low: float
    high: float
    since: datetime | None = None


def level(points: Points, start: datetime) -> Level:
    """Say what a series did from `start` on, given the points before it as a baseline.

    Raises:
        ValueError: There are no points.
    """
    ordered = sorted(points)
    values = [value for _, value in ordered]
    if not values:
        raise ValueError("There are no points.")
    window = [value for at, value in ordered if at >= start] or values[-RECENT:]
    low, high = min(window), max(window)
    if len(values) < LEAST:
        return Level(Course.SPARSE, statistics.median(values[-RECENT:]), statistics.median(values), low, high)
    before = _baseline(ordered, start)
    reach = _reach(before)
    base = statistics.median(before)
    now = _now(values, base, reach)
    course, since = _course([point for point in ordered if point[0] >= start], ordered, base, reach, now)
    return Level(course, now, base, low, high, since)


def change_point(values: Sequence[float]) -> int | None:
    """Return where a series splits best into two levels (the second one's first index); None if it has one level."""
    sums = list(itertools.accumulate(values, initial=0.0))
    squares = list(itertools.accumulate((value * value for value in values), initial=0.0))

    def spread(start: int, end: int) -> float:
        """Return the sum of squared distances from the mean of values[start:end]."""
        total = sums[end] - sums[start]
        return squares[end] - squares[start] - total * total / (end - start)

    splits = range(2, len(values) - 1)
    where = min(splits, key=lambda index: spread(0, index) + spread(index, len(values)), default=None)
    if where is None or spread(0, where) + spread(where, len(values)) > spread(0, len(values)) / 2:
        return None
    before, after = values[:where], values[where:]
    return where if abs(statistics.fmean(after) - statistics.median(before)) > _reach(before) else None


def crossing(points: Points, threshold: float, *, above: bool) -> tuple[datetime, datetime] | None:
    """Return the first and last time a series was beyond a threshold; None if it never was."""
    beyond = [at for at, value in sorted(points) if (value > threshold if above else value < threshold)]
    return (beyond[0], beyond[-1]) if beyond else None


def _course(window: Points, ordered: Points, base: float, reach: float, now: float) -> tuple[Course, datetime | None]:
    if abs(now - base) > reach:
        return (Course.RISEN if now > base else Course.FALLEN), _began(ordered, base, reach)
    away = [point for point in window if abs(point[1] - base) > reach]
    if not away:
        return Course.STEADY, None
    at, value = max(away, key=lambda point: abs(point[1] - base))
    return (Course.SPIKED if value > base else Course.DIPPED), at


def _now(values: Sequence[float], base: float, reach: float) -> float:
    """Return the level now; a return to the usual level is believed at once, a departure only after RECENT points."""
    return values[-1] if abs(values[-1] - base) <= reach else statistics.median(values[-RECENT:])


def _baseline(ordered: Points, start: datetime) -> list[float]:
    """Return the values of the time before the window; where there is none, of the level before the change."""
    before = [value for at, value in ordered if at < start]
    values = [value for _, value in ordered]
    if len(before) >= LEAST:
        # The trouble may have begun before the window: then the baseline is what came before the trouble.
        return before[: change_point(before) or len(before)]
    return values[: change_point(values) or len(values)]


def _reach(values: Sequence[float]) -> float:
    """Return how far from the median a value must be to count as changed."""
    middle = statistics.median(values)
    scatter = statistics.median(abs(value - middle) for value in values) * MAD_TO_SIGMA
    return max(FACTOR * scatter, RELATIVE * abs(middle), 1e-9)


def _began(ordered: Points, base: float, reach: float) -> datetime:
    """Return when the values last left the baseline for good."""
    since = ordered[-1][0]
    for at, value in reversed(ordered):
        if abs(value - base) <= reach / 2:
            break
        since = at
    return since

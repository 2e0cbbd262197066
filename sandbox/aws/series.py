"""A metric's points in time: what a world recorded, how it goes on after that, and how it heals."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
"""Seconds since the epoch, and the value then."""

MINUTE = 60

RECENT = 5
"""How many of the last points are the pattern that goes on."""


STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Average": statistics.fmean,
    "Sum": math.fsum,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}
"""CloudWatch's simple statistics."""


@dataclass(frozen=True)
class Series:
    """One metric of one thing.

    Attributes:
        namespace: Such as AWS/RDS.
        name: The metric's name.
        dimensions: Name and value pairs, sorted.
        stat: The statistic the values are; empty if they are raw samples.
        unit: CloudWatch's unit.
        points: In order of time.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    stat: str = ""
    unit: str = "None"
    points: tuple[Point, ...] = field(default=(), repr=False)

    @property
    def period(self) -> float:
        """Return the usual number of seconds between points; a minute if that cannot be told."""
        times = [at for at, _ in self.points]
        gaps = [later - sooner for sooner, later in itertools.pairwise(times) if later > sooner]
        return statistics.median_low(gaps) if gaps else 60.0


def until(
    series: Series,
    end: float,
    breaches: Callable[[float], bool] | None = None,
    healed: float = math.inf,
    trouble: float = math.inf,
) -> list[Point]:
    """Return the points up to `end`.

    Args:
        series: What was recorded.
        end: Up to and including this time.
        breaches: Tells the values that keep an alarm firing; while it fires, those are the ones that go on.
        healed: From here on the values are those from before `trouble`.
        trouble: When the values went wrong.
    """
    points = [point for point in series.points if point[0] <= end]
    if len(points) < len(series.points) or not points:
        return points
    sick = _pattern([value for _, value in points], breaches)
    well = _pattern(_before(points, trouble, breaches), None)
    # CloudWatch counts by the minute: the minute of healing is a well one, and has a point.
    turn = healed // MINUTE * MINUTE if healed < math.inf else math.inf
    times = [*_times(points[-1][0] + series.period, end, series.period), *([healed] if healed <= end else [])]
    recorded = [(at, value) for at, value in points if at < turn]
    after = sorted({at for at, _ in points if at >= turn} | set(times))
    return recorded + [(at, _turn(well if at >= turn else sick, number)) for number, at in enumerate(after)]


def _times(start: float, end: float, step: float) -> list[float]:
    return [start + step * number for number in range(int((end - start) // step) + 1)]


def _turn(cycle: list[float], number: int) -> float:
    return cycle[number % len(cycle)]


def statistic(name: str, values: list[float]) -> float:
    """Return a CloudWatch statistic of samples: Average, Sum, Minimum, Maximum, SampleCount, or a percentile (p99).

    Raises:
        ValueError: No such statistic.
    """
    if is_percentile(name):
        return _percentile(sorted(values), float(name[1:]))
    if name not in STATISTICS:
        raise ValueError(f"The statistic {name} is not supported.")
    return float(STATISTICS[name](values))


def is_percentile(name: str) -> bool:
    """Tell whether a statistic is a percentile, p0 to p100 with up to ten decimals."""
    try:
        return name.startswith("p") and 0 <= float(name[1:]) <= 100  # noqa: PLR2004 - a hundred per cent
    except ValueError:
        return False


def binned(points: Iterable[Point], period: int) -> dict[int, list[float]]:
    """Return the values by the start of their period."""
    bins: dict[int, list[float]] = {}
    for at, value in points:
        bins.setdefault(int(at // period) * period, []).append(value)
    return bins


def _percentile(ordered: list[float], percent: float) -> float:
    rank = (len(ordered) - 1) * percent / 100
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def _pattern(values: list[float], breaches: Callable[[float], bool] | None) -> list[float]:
    """Return what goes on: recent values that keep the alarm firing, else recent ones without lone spikes."""
    recent = values[-RECENT:]
    kept = [value for value in recent if breaches and breaches(value)]
    if kept:
        return kept
    if risen := _moved(values):
        return risen
    ordered = sorted(recent)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    return [min(max(value, low), high) for value in recent]


def _moved(values: list[float]) -> list[float]:
    """Return the last value where the last two or more left all that was before: what has just begun goes on."""
    before, last = values[:-RECENT], values[-2:]
    if len(before) < RECENT:
        return []
    low, high = min(before), max(before)
    reach = max(high - low, abs(high) / 2)
    away = min(last) > high + reach or max(last) < low - reach
    return [values[-1]] if away else []


def _before(points: list[Point], trouble: float, breaches: Callable[[float], bool] | None) -> list[float]:
    """Return the usual values from before the trouble, else those that at least breach nothing, else all."""
    values = [value for at, value in points if at < trouble] or [value for _, value in points]
    calm = [value for value in values if not (breaches and breaches(value))] or values
    ordered = sorted(calm)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    # The trouble may have crept in before it was noticed: what lies outside Tukey's fences is no usual value.
    fence = 1.5 * (high - low)
    return [value for value in calm if low - fence <= value <= high + fence]

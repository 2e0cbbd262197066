"""How what was measured stands against before: its level, whether that is worse, and when it changed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from tools.aws.levels import FACTOR, MAD_TO_SIGMA, RELATIVE, Course, Level, Points, level
from tools.aws.windows import Window
from tools.signals.meant import Stretch


@dataclass(frozen=True)
class Measured:
    """What a source measured of a service.

    Attributes:
        source: Whose measurement it is, such as `CloudWatch`.
        name: What was measured, as the source calls it.
        unit: Of the values, as people say it.
        now: Points of the stretch that is looked at, oldest first.
        then: Points of the stretch it is compared with.
        rate: The values are counts a minute in which a minute without any is none, so that their mean is the level.
    """

    source: str
    name: str
    unit: str
    now: Points
    then: Points
    rate: bool = False


def usual_level(measured: Measured, points: Points, span: Window) -> float | None:
    """Return the level in a span: the mean of counts by the minute, else the median; None without points."""
    values = [value for _, value in points]
    if measured.rate:
        return sum(values) / max(1.0, span.minutes)
    return statistics.median(values) if values else None


def is_worse(now: float, then: float, points: Points) -> bool:
    """Tell whether a level is clearly above that of the points before it."""
    scatter = statistics.median([abs(value - then) for _, value in points] or [0.0]) * MAD_TO_SIGMA
    return now - then > max(FACTOR * scatter, RELATIVE * abs(then), 1e-9)


def turned(measured: Measured, stretch: Stretch) -> Level | None:
    """Return what the last minutes are, where they left within the stretch what was usual until then.

    The level of an hour is its median, which does not see what broke minutes ago; this does.
    """
    points = [*(measured.then if stretch.adjoins else ()), *measured.now]
    if not points:
        return None
    found = level(points, stretch.now.start)
    moved = found.course in {Course.RISEN, Course.FALLEN}
    return found if moved and found.since and found.since > stretch.now.start else None

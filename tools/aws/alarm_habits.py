"""Whether an alarm fires by habit: at regular intervals, as scheduled jobs and daily load make it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

TIMES = 3
"""Two firings have one interval, which is always regular."""

TOLERANCE = 0.1
"""Jobs drift by minutes; a tenth of the interval is still regular."""

SHORTEST = timedelta(minutes=20)
"""Below this, regular firings are flapping."""


@dataclass(frozen=True)
class Habit:
    """Regular firing: every so many minutes, so many times, since when."""

    minutes: float
    times: int
    since: datetime


def habit(fired: Sequence[datetime]) -> Habit | None:
    """Return the habit that the last firings form, looking back as far as they are regular; None if they are not."""
    ordered = sorted(fired, reverse=True)
    gaps = [(later - sooner).total_seconds() / 60 for later, sooner in itertools.pairwise(ordered)]
    if len(gaps) < TIMES - 1:
        return None
    interval = median(gaps[: TIMES - 1])
    regular = list(itertools.takewhile(lambda gap: abs(gap - interval) <= TOLERANCE * interval, gaps))
    if len(regular) < TIMES - 1 or interval < SHORTEST.total_seconds() / 60:
        return None
    return Habit(interval, len(regular) + 1, ordered[len(regular)])

"""Moments when a metric does what it has never done before, told from its past alone, as the values come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

WIDTHS = (12, 48)
"""Values that means and scatters are taken over: an hour and four of five-minute values."""
TAIL = 0.001
"""Share of the past that may lie beyond a bound on each side: what happened once need not be usual."""
BEYOND = 0.15
"""How far beyond the bounds is an anomaly, as a share of the distance between them."""
LEARNED = 100
"""Values of a past that is long enough to judge by."""
RENEWED = 96
"""Values after which the bounds are taken anew: a third of a day of five-minute values."""
MEMORY = 8000
"""Values of the past that count: four weeks of five-minute values."""
YOUNG = 600
"""Values at which a past still doubles the distance (two days of five-minute values): little is soon surpassed."""
VISIBLE = 0.3
"""Least distance between bounds, as a share of the metric's own: means of noise hardly move, and nobody sees it."""
QUIET = 150
"""Values after an alarm that belong to the same event: half a day of five-minute values."""


def anomalies(values: Values) -> list[int]:
    """Return the indices at which to alarm, one an event.

    Each verdict rests on the values up to its own and no later ones.

    Args:
        values: The metric at about equal distances, oldest first.
    """
    import numpy as np  # noqa: PLC0415 - slow to import

    found = list[int]()
    for index in np.flatnonzero(strangeness(values) > BEYOND):
        if not found or index - found[-1] > QUIET:
            found.append(int(index))
    return found


def strangeness(values: Values) -> Values:
    """Return how far beyond all of the past each value is, as a share of the past's range; 0 or less is usual.

    A value is as strange as the strangest of it, its step, and the mean and scatter of the values around it.
    """
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.asarray(np.max([_beyond(feature, values) for feature in _features(values)], axis=0), dtype=float)


def _features(values: Values) -> list[Values]:
    """Return what is watched: a level, a jump, a slow shift and a change of temper are all anomalies."""
    import numpy as np  # noqa: PLC0415 - slow to import
    import pandas as pd  # noqa: PLC0415 - slow to import

    series = pd.Series(values)
    rolling = [series.rolling(width) for width in WIDTHS]
    steps = np.abs(np.diff(values, prepend=values[:1]))
    return [values, steps, *(np.asarray(each) for roll in rolling for each in (roll.mean(), roll.std()))]


def _beyond(feature: Values, values: Values) -> Values:
    import numpy as np  # noqa: PLC0415 - slow to import

    told = np.zeros(len(feature))
    for start in range(LEARNED, len(feature), RENEWED):
        past = slice(max(0, start - MEMORY), start)
        low, high = _bounds(feature[past])
        least, most = _bounds(values[past])
        width = max(high - low, VISIBLE * (most - least), 1e-9 * max(1.0, abs(high)))  # a flat past has no range
        now = feature[start : start + RENEWED]
        young = 1 + YOUNG / (past.stop - past.start)
        told[start : start + RENEWED] = np.nan_to_num(np.maximum(now - high, low - now) / (width * young))
    return told


def _bounds(past: Values) -> tuple[float, float]:
    import numpy as np  # noqa: PLC0415 - slow to import

    low, high = np.nanquantile(past, [TAIL, 1 - TAIL])
    return float(low), float(high)

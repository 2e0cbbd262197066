"""The score of the Numenta Anomaly Benchmark, standard profile, as published with it.

https://github.com/numenta/NAB/wiki and `nab/sweeper.py`, `nab/scorer.py`, `nab/util.py` there.
"""

import math
from collections.abc import Sequence

HIT, FALSE, MISS = 1.0, 0.11, 1.0
"""Weights of the standard profile."""
PROBATION, LONGEST = 0.15, 5000
"""Share of a series at its beginning that is not scored, of this many values at most."""
FAR = 3.0
"""Windows past the last one where a false alarm costs all it can."""

Windows = Sequence[tuple[int, int]]
"""First and last index of each labelled stretch, in order."""


def probation(length: int) -> int:
    """Return how many values at the beginning are not scored."""
    return int(PROBATION * min(length, LONGEST))


def raw_score(length: int, windows: Windows, alarms: Sequence[int]) -> float:
    """Return the score of one series: what hits earn, less what misses and false alarms cost."""
    told = [index for index in alarms if index >= probation(length)]
    hits = sum(_window(window, told) for window in windows)
    outside = [index for index in told if not any(first <= index <= last for first, last in windows)]
    return hits + FALSE * sum(_outside(index, windows) for index in outside)


def normalized(raw: float, windows: int) -> float:
    """Return 100 for perfect, 0 for saying nothing; negative is worse than silence."""
    return 100 * (raw + MISS * windows) / ((HIT + MISS) * windows)


def _window(window: tuple[int, int], alarms: Sequence[int]) -> float:
    first, last = window
    hit = next((index for index in alarms if first <= index <= last), None)
    if hit is None:
        return -MISS
    return HIT * _sigmoid(-(last - hit + 1) / (last - first + 1)) / _sigmoid(-1.0)


def _outside(index: int, windows: Windows) -> float:
    before = [window for window in windows if window[1] < index]
    if not before:
        return -1.0
    first, last = before[-1]
    return _sigmoid((index - last) / (last - first))


def _sigmoid(position: float) -> float:
    return -1.0 if position > FAR else 2 / (1 + math.exp(5 * position)) - 1

"""Lone jumps of a level (a disk that was grown, a clean-up) taken out, so that what remains is how it usually goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

MOST = 3
"""More jumps than this are how the metric usually goes, such as a log that is rotated every week."""
FAR = 12.0
"""A jump is so many times the usual step away from it."""
STAYS = 6
"""Values on each side by which a jump is told from a spike: the level stays where it jumped to."""


def without_jumps(values: Values) -> tuple[Values, tuple[int, ...]]:
    """Return the values as if the level had always been where it is now, and where it jumped.

    Args:
        values: A metric at equal distances, oldest first.
    """
    places = jumps(values)
    told = values.copy()
    for place in places:
        told[:place] += _height(values, place)
    return told, places


def jumps(values: Values) -> tuple[int, ...]:
    """Return the indices of the first value after each lone jump; none where jumps are usual."""
    import numpy as np  # noqa: PLC0415 - slow to import

    steps = np.diff(values)
    if len(steps) < 4 * STAYS:
        return ()
    usual = np.median(steps)
    scatter = float(np.median(np.abs(steps - usual))) * 1.4826 + 1e-9 * max(1.0, float(np.max(np.abs(values))))
    large = [int(at) + 1 for at in np.flatnonzero(np.abs(steps - usual) > FAR * scatter)]
    stays = tuple(at for at in large if _stays(values, at, FAR * scatter / 2))
    return stays if len(stays) <= MOST else ()


def _stays(values: Values, place: int, least: float) -> bool:
    return STAYS <= place <= len(values) - 2 and abs(_height(values, place)) > least


def _height(values: Values, place: int) -> float:
    import numpy as np  # noqa: PLC0415 - slow to import

    return float(np.median(values[place : place + STAYS]) - np.median(values[place - STAYS : place]))

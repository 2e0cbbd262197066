"""Where a metric is going: simple models together, tried on the past, and refused where they win nothing by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tools.metrics.models import FLOORS, SEASON_AGAIN, WAYS, Forecaster

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

ORIGINS, FEWEST = 8, 4
"""Places in the past that a forecast is tried from, and with how few of them it is still judged."""
LEAST = 40
"""Fewer values tell nothing about how good a forecast is."""
SHARE = 5
"""A fifth of what is known is the most that is said ahead: the rest has to be left to learn and to try."""
BETTER = 0.9
"""A forecast has to err this much less than the better floor did over all tries; less than that is luck."""
WINS = 0.75
"""Share of the tries in which it has to err less than repeating the last season."""
CERTAIN = 0.8
"""Share of past errors that a range covers."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A backtest.

    Attributes:
        error: MASE of the forecast: 1 errs as much as repeating the last season does on the past itself.
        naive: MASE of repeating the last season in the same tries.
        wins: Tries in which it erred less than repeating the last season.
        tries: How many there were.
    """

    error: float
    naive: float
    wins: int
    tries: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast that did clearly better than repeating the last season and than staying where it is.

    Attributes:
        values: The steps ahead, in the metric's unit.
        spread: Half the range around each step: so far off were CERTAIN of the tries.
        tried: Its backtest.
    """

    values: tuple[float, ...]
    spread: tuple[float, ...]
    tried: Tried


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is foretold, in a sentence; with the backtest, if there was enough to try."""

    why: str
    tried: Tried | None = None


def forecast(past: Values, ahead: int, season: int = 1) -> Forecast | Refusal:
    """Return a backtested forecast, or why there is none.

    Args:
        past: Values at equal distances, oldest first.
        ahead: Steps to say; no more than a fifth of the past are said.
        season: Steps of a season, such as 24 for hours of a day.
    """
    ahead = min(ahead, len(past) // SHARE)
    starts = _origins(len(past), ahead, season)
    if len(starts) < FEWEST:
        return Refusal(f"{len(past)} values are too few to try a forecast on.")
    floors = {name: _misses(past, ahead, season, starts, floor) for name, floor in FLOORS.items()}
    ways = [(way, _misses(past, ahead, season, starts, way)) for way in WAYS]
    way, misses = min(ways, key=lambda each: float(each[1].mean()))
    tried = _judged(past, season, misses, floors)
    if refusal := _refused(tried, misses, floors, _nothing(past)):
        return refusal
    values = way(past, season, ahead)
    return Forecast(tuple(map(float, values)), _spread(misses), tried)


def _origins(length: int, ahead: int, season: int) -> list[int]:
    """Return where tries begin, latest first: as far apart as there is room for, at most their own length."""
    first, last = max(LEAST, 2 * season), length - ahead
    apart = min(ahead, (last - first) // (ORIGINS - 1))
    return [last - number * apart for number in range(ORIGINS)] if ahead and apart >= max(1, ahead // ORIGINS) else []


def _misses(past: Values, ahead: int, season: int, starts: list[int], way: Forecaster) -> Values:
    """Return how far off each step of each try was."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.array([np.abs(way(past[:at], season, ahead) - past[at : at + ahead]) for at in starts])


def _judged(past: Values, season: int, misses: Values, floors: dict[str, Values]) -> Tried:
    import numpy as np  # noqa: PLC0415 - slow to import

    scale = max(float(np.mean(np.abs(past[season:] - past[:-season]))), _nothing(past))
    again = floors[SEASON_AGAIN]
    wins = int(np.sum(misses.mean(axis=1) < again.mean(axis=1)))
    return Tried(float(misses.mean()) / scale, float(again.mean()) / scale, wins, len(misses))


def _refused(tried: Tried, misses: Values, floors: dict[str, Values], nothing: float) -> Refusal | None:
    name, floor = min(((name, float(each.mean())) for name, each in floors.items()), key=lambda each: each[1])
    if tried.wins >= WINS * tried.tries and misses.mean() < BETTER * floor and floor > nothing:
        return None
    mase = f"MASE {tried.error:.2f}, and {tried.naive:.2f} for repeating the last season"
    return Refusal(f"No forecast clearly beats the plain guess “{name}” ({mase}).", tried)


def _nothing(past: Values) -> float:
    """Return the error that is none: what is left of it by rounding."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return 1e-9 * max(1.0, float(np.max(np.abs(past))))


def _spread(misses: Values) -> tuple[float, ...]:
    """Return half the range for each step; what is further ahead is never surer."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return tuple(map(float, np.maximum.accumulate(np.quantile(misses, CERTAIN, axis=0))))

"""Where a metric is going: simple trends, backtested, and refused where repeating last week would do as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

Forecaster: TypeAlias = "Callable[[Values, int, int], Values]"
"""Takes the past, the length of a season and how many steps to say; returns the steps."""

ORIGINS = 5
"""Places in the past that a forecast is tried from."""
LEAST = 40
"""Fewer values tell nothing about how good a forecast is."""
BETTER = 0.8
"""A trend has to err this much less than repeating the last season did; less than that is luck."""
CERTAIN = 0.8
"""Share of past errors that a range covers."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast that did better than repeating the last season.

    Attributes:
        model: What made it.
        values: The steps ahead, in the metric's unit.
        spread: Half the range around the last step; it grows linearly from the first.
        error: MASE of the backtest: 1 errs as much as repeating the last season does on the past itself.
        naive: MASE of repeating the last season in the same backtest.
    """

    model: str
    values: tuple[float, ...]
    spread: float
    error: float
    naive: float


def forecast(past: Values, ahead: int, season: int = 1) -> Forecast | None:
    """Return the best backtested forecast, or None where none beats repeating the last season.

    Args:
        past: Values at equal distances, oldest first.
        ahead: Steps to say.
        season: Steps of a season, such as 24 for hours of a day.
    """
    if len(past) < max(LEAST, 3 * season):
        return None
    tried = {name: backtest(past, model, season) for name, model in MODELS.items()}
    naive, _ = backtest(past, seasonal_naive, season)
    name = min(tried, key=lambda each: tried[each][0])
    error, miss = tried[name]
    if error >= BETTER * naive:
        return None
    values = tuple(float(value) for value in MODELS[name](past, season, ahead))
    return Forecast(name, values, miss * ahead / _horizon(past), error, naive)


def backtest(past: Values, model: Forecaster, season: int) -> tuple[float, float]:
    """Return a model's MASE from several places in the past, and the miss that CERTAIN of its last steps stay under."""
    import numpy as np  # noqa: PLC0415 - slow to import

    horizon = _horizon(past)
    errors = []
    for back in range(ORIGINS):
        end = len(past) - horizon - back * horizon // 2
        errors.append(np.abs(model(past[:end], season, horizon) - past[end : end + horizon]))
    scale = max(float(np.mean(np.abs(past[season:] - past[:-season]))), 1e-12)
    return float(np.mean(errors)) / scale, float(np.quantile([each[-1] for each in errors], CERTAIN))


def seasonal_naive(past: Values, season: int, ahead: int) -> Values:
    """Repeat the last season: the floor."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.resize(past[-season:], ahead)


def drift(past: Values, season: int, ahead: int) -> Values:  # noqa: ARG001 - a Forecaster takes it
    """Go on from the last value as fast as the past went on the whole."""
    import numpy as np  # noqa: PLC0415 - slow to import

    step = (past[-1] - past[0]) / (len(past) - 1)
    return np.asarray(past[-1] + step * np.arange(1, ahead + 1), dtype=float)


def seasonal_drift(past: Values, season: int, ahead: int) -> Values:
    """Repeat the last season, moved each time by how much a season usually adds."""
    import numpy as np  # noqa: PLC0415 - slow to import

    step = float(np.median(past[season:] - past[:-season]))
    return seasonal_naive(past, season, ahead) + step * (np.arange(ahead) // season + 1)


def robust_trend(past: Values, season: int, ahead: int) -> Values:
    """Go on from the recent level along the median slope (Theil and Sen), which outliers do not bend."""
    import numpy as np  # noqa: PLC0415 - slow to import
    from scipy.stats import theilslopes  # noqa: PLC0415 - slow to import

    recent = past[-max(LEAST, 4 * season) :]
    slope, intercept, _, _ = theilslopes(recent, np.arange(len(recent)))
    return np.asarray(intercept + slope * np.arange(len(recent), len(recent) + ahead), dtype=float)


MODELS: Mapping[str, Forecaster] = {
    "drift": drift,
    "seasonal drift": seasonal_drift,
    "robust trend": robust_trend,
}


def _horizon(past: Values) -> int:
    """Return how far ahead a backtest looks: enough of the past is left before its earliest place."""
    return max(2, len(past) // 8)

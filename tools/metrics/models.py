"""Ways to go on from the past: smoothing and trends on a usual season, and the plain guesses that they have to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

Forecaster: TypeAlias = "Callable[[Values, int, int], Values]"
"""Takes the past, the length of a season and how many steps to say; returns the steps."""

SEASONS = 6
"""Latest seasons that tell what is usual: more are as likely to be another time as the same one."""
RECENT = 4
"""Seasons that tell where a robust trend is going."""


def seasonal_naive(past: Values, season: int, ahead: int) -> Values:
    """Repeat the last season: the floor."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.resize(past[-season:], ahead)


def last_value(past: Values, season: int, ahead: int) -> Values:  # noqa: ARG001 - a Forecaster takes it
    """Stay at the last value: the other floor, which is hard to beat where there is no season."""
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.full(ahead, past[-1])


def theta(past: Values, season: int, ahead: int) -> Values:
    """Go on by the Theta method: a smoothed level, and half the slope of the whole past.

    That is what it comes to: https://doi.org/10.1016/S0169-2070(01)00143-1
    """
    import numpy as np  # noqa: PLC0415 - slow to import

    def core(level: Values) -> Values:
        slope = float(np.polyfit(np.arange(len(level)), level, 1)[0])
        return np.asarray(_smoothed(level) + slope / 2 * np.arange(1, ahead + 1), dtype=float)

    return _on_season(past, season, ahead, core)


def damped_trend(past: Values, season: int, ahead: int) -> Values:
    """Go on along the recent trend, which fades (Holt's method, damped)."""
    import numpy as np  # noqa: PLC0415 - slow to import
    from statsmodels.tsa.holtwinters import Holt  # noqa: PLC0415 - slow to import

    def core(level: Values) -> Values:
        model = Holt(level, damped_trend=True, initialization_method="heuristic")
        fitted = model.fit(SMOOTH, TREND, damping_trend=DAMPED, optimized=False)
        return np.asarray(fitted.forecast(ahead), dtype=float)

    return _on_season(past, season, ahead, core)


SMOOTH, TREND, DAMPED = 0.2, 0.02, 0.99
"""How fast a level and its trend are forgotten, and what a step leaves of a trend.

They are fixed: estimating them takes a hundred times as long, and a backtest says whether they fit."""


def drift(past: Values, season: int, ahead: int) -> Values:
    """Go on as fast as the past went on the whole."""
    import numpy as np  # noqa: PLC0415 - slow to import

    def core(level: Values) -> Values:
        step = (level[-1] - level[0]) / (len(level) - 1)
        return np.asarray(level[-1] + step * np.arange(1, ahead + 1), dtype=float)

    return _on_season(past, season, ahead, core)


def robust_trend(past: Values, season: int, ahead: int) -> Values:
    """Go on along the median slope (Theil and Sen) of recent seasons, which outliers do not bend."""
    import numpy as np  # noqa: PLC0415 - slow to import
    from scipy.stats import theilslopes  # noqa: PLC0415 - slow to import

    def core(level: Values) -> Values:
        recent = level[-max(LEAST, RECENT * season) :]
        slope, intercept, _, _ = theilslopes(recent, np.arange(len(recent)))
        return np.asarray(intercept + slope * np.arange(len(recent), len(recent) + ahead), dtype=float)

    return _on_season(past, season, ahead, core)


LEAST = 40
"""Fewest values that a slope is taken of."""


def usual_season(past: Values, season: int) -> Values:
    """Return what each step of a season usually adds to the level, beginning with the first step of the past."""
    import numpy as np  # noqa: PLC0415 - slow to import

    count = min(SEASONS, len(past) // season)
    if season == 1 or count < 2:  # noqa: PLR2004 - one season is no usual one
        return np.zeros(season)
    latest = past[-count * season :].reshape(count, season)
    levels = np.interp(np.arange(latest.size), (np.arange(count) + 0.5) * season, latest.mean(axis=1))
    usual = np.median(latest - levels.reshape(count, season), axis=0)
    return np.roll(usual - usual.mean(), (len(past) - count * season) % season)


def _smoothed(level: Values) -> float:
    """Return the smoothed level at the end."""
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing  # noqa: PLC0415 - slow to import

    model = SimpleExpSmoothing(level, initialization_method="heuristic")
    return float(model.fit(SMOOTH, optimized=False).forecast(1)[0])


def _on_season(past: Values, season: int, ahead: int, core: Callable[[Values], Values]) -> Values:
    """Take the usual season off, go on by the core, and lay it on again."""
    import numpy as np  # noqa: PLC0415 - slow to import

    usual = np.resize(usual_season(past, season), len(past) + ahead)
    return core(past - usual[: len(past)]) + usual[len(past) :]


def together(past: Values, season: int, ahead: int) -> Values:
    """Return the median of all models: none is best everywhere, and together they are seldom far off."""
    return _middle((theta, damped_trend, drift, robust_trend), past, season, ahead)


def trending(past: Values, season: int, ahead: int) -> Values:
    """Return the mean of those whose trend does not fade, as that of what only ever grows."""
    return _middle((drift, robust_trend), past, season, ahead)


def _middle(models: Sequence[Forecaster], past: Values, season: int, ahead: int) -> Values:
    import numpy as np  # noqa: PLC0415 - slow to import

    return np.asarray(np.median([model(past, season, ahead) for model in models], axis=0), dtype=float)


WAYS: Sequence[Forecaster] = (together, trending)
"""Only two, so that the better one in the past is hardly so by luck."""
SEASON_AGAIN = "the last season again"
FLOORS: Mapping[str, Forecaster] = {SEASON_AGAIN: seasonal_naive, "no change": last_value}

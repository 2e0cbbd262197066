"""Forecasts are backtested, and refused where they are no better than repeating the last season."""

import numpy as np

from tools.metrics.forecasting import forecast


def test_steady_decline_is_foreseen() -> None:
    """A metric that falls a unit an hour is where it will be a day later, within its own range."""
    hours = np.arange(14 * 24)
    past = 1000.0 - hours + np.random.default_rng(1).normal(0, 1, len(hours))

    told = forecast(past, 24, 24)

    assert told is not None
    assert abs(told.values[-1] - (1000 - len(hours) - 23)) < 5
    assert told.error < told.naive


def test_daily_pattern_alone_is_refused() -> None:
    """Where every day is like the last, no trend beats repeating it, and none is told."""
    hours = np.arange(14 * 24)
    past = 50 + 20 * np.sin(2 * np.pi * hours / 24)

    assert forecast(past, 24, 24) is None


def test_short_past_is_refused() -> None:
    """Too few values to backtest make no forecast."""
    assert forecast(np.arange(30.0), 24, 24) is None

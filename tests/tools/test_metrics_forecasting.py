"""Forecasts are tried on the past, and refused where they are no better than plain guesses."""

import numpy as np

from tools.metrics.forecasting import Forecast, Refusal, forecast
from tools.metrics.jumps import jumps, without_jumps


def test_steady_decline_is_foreseen() -> None:
    """A metric that falls a unit an hour is where it will be a day later, within its own range."""
    hours = np.arange(14 * 24)
    past = 1000.0 - hours + np.random.default_rng(1).normal(0, 1, len(hours))

    told = forecast(past, 24, 24)

    assert isinstance(told, Forecast)
    assert abs(told.values[-1] - (1000 - len(hours) - 23)) < max(5, told.spread[-1])
    assert told.tried.error < told.tried.naive


def test_daily_pattern_alone_is_refused() -> None:
    """Where every day is like the last, no forecast beats repeating it, and none is told."""
    hours = np.arange(14 * 24)
    past = 50 + 20 * np.sin(2 * np.pi * hours / 24)

    told = forecast(past, 24, 24)

    assert isinstance(told, Refusal)
    assert "no" in told.why.lower()


def test_random_walks_are_refused() -> None:
    """What goes nowhere is mostly best guessed to stay: at most one walk in four is foretold."""
    walks = [np.cumsum(np.random.default_rng(seed).normal(0, 1, 360)) for seed in range(2, 6)]

    told = [forecast(walk, 90, 28) for walk in walks]

    assert sum(isinstance(one, Forecast) for one in told) <= 1


def test_short_past_is_refused() -> None:
    """Too few values to try it on make no forecast."""
    assert isinstance(forecast(np.arange(30.0), 24, 24), Refusal)


def test_no_more_is_told_than_a_fifth_of_the_past() -> None:
    """However far ahead is asked for."""
    told = forecast(np.arange(200.0), 500, 7)

    assert isinstance(told, Forecast)
    assert len(told.values) == 40


def test_a_lone_jump_is_taken_out_and_usual_ones_are_not() -> None:
    """A disk that was grown once is joined; a log that is rotated again and again is how it goes."""
    noise = np.random.default_rng(2).normal(0, 0.1, 300)
    grown, rotated = np.where(np.arange(300) < 120, 10.0, 60.0), (np.arange(300) % 30) * 1.0

    joined, places = without_jumps(grown + noise)

    assert places == (120,)
    assert np.ptp(joined) < 2
    assert jumps(rotated + noise) == ()

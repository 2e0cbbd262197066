"""Anomalies are told from the past alone, once an event."""

import itertools

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.metrics.anomaly import QUIET, anomalies, strangeness

DAY = 288


def _days(count: int) -> npt.NDArray[np.float64]:
    """Return days of five-minute values with a busy time and some noise."""
    at = np.arange(count * DAY)
    return 40 + 20 * np.sin(2 * np.pi * at / DAY) + np.random.default_rng(3).normal(0, 1, len(at))


def test_jump_far_beyond_everything_before_is_one_event() -> None:
    """A metric that leaves its range and stays there alarms once, at its first strange value."""
    values = _days(6)
    values[1500:1530] += 80

    found = [index for index in anomalies(values) if index >= 1400]

    assert found[0] == 1500
    assert all(later - earlier > QUIET for earlier, later in itertools.pairwise(found))


def test_constant_metric_is_quiet() -> None:
    """Nothing happens, nothing is said."""
    found = anomalies(np.full(4 * DAY, 45.0))

    assert found == []


def test_daily_pattern_is_quiet_once_it_is_known() -> None:
    """A load that comes every day is no anomaly after it came on two."""
    at = np.arange(14 * DAY)

    found = anomalies(np.where((at % DAY > 108) & (at % DAY < 216), 80.0, 20.0))

    assert [index for index in found if index >= 2 * DAY] == []


@settings(max_examples=8, deadline=None)
@given(st.integers(200, 700), st.floats(-1e6, 1e6))
def test_later_values_change_no_verdict(cut: int, surprise: float) -> None:
    """What comes later never changes what was said of a value."""
    values = _days(3)
    other = values.copy()
    other[cut:] = surprise

    told, again = strangeness(values), strangeness(other)

    assert np.array_equal(told[:cut], again[:cut])

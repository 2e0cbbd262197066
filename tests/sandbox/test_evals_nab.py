"""The benchmark's score is computed as it was published."""

import pytest

from sandbox.evals.nab_scoring import normalized, probation, raw_score


def test_silence_scores_nothing() -> None:
    """Every window missed is 0 of 100."""
    assert normalized(raw_score(1000, [(300, 400), (600, 700)], []), 2) == 0


def test_alarms_at_the_first_value_of_each_window_are_perfect() -> None:
    """Every window hit as early as can be is 100."""
    assert normalized(raw_score(1000, [(300, 400), (600, 700)], [300, 600]), 2) == pytest.approx(100)


def test_false_alarm_far_from_a_window_costs_its_whole_weight() -> None:
    """One alarm in vain costs 0.11, and only the first alarm in a window counts."""
    assert raw_score(1000, [(600, 700)], [200, 600, 650]) == pytest.approx(1 - 0.11)


def test_alarm_just_after_a_window_costs_less() -> None:
    """An alarm that is late costs less the nearer it is."""
    near, far = (raw_score(1000, [(300, 400)], [300, index]) for index in (405, 480))

    assert far < near < 1


def test_probation_is_not_scored() -> None:
    """What is said while a detector still learns neither earns nor costs."""
    assert raw_score(1000, [], [probation(1000) - 1]) == 0

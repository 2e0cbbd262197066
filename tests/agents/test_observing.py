"""Words about a service's numbers say which signal and time are meant."""

import pytest

from agents.runbook.observing import meaning


@pytest.mark.parametrize(
    ("words", "signal", "minutes", "against"),
    [
        ("error rate of checkout since the deploy?", "errors", 60, "deploy"),
        ("p99 latency of checkout last 3 hours vs yesterday", "latency", 180, "yesterday"),
        ("chart the CPU of storefront for the last 30 minutes", "cpu", 30, "before"),
        ("requests to catalog in the last day", "traffic", 1440, "before"),
    ],
)
def test_words_are_taken_for_what_they_name(words: str, signal: str, minutes: int, against: str) -> None:
    """What is not named is as usual: the last hour, against the one before."""
    assert meaning(words) == {"service": words, "signal": signal, "minutes": minutes, "against": against}


def test_words_without_a_signal_mean_nothing() -> None:
    """The engine asks back rather than guess."""
    assert meaning("chart of checkout") is None

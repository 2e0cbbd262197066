"""A breaker keeps a model that does not answer from costing a time-out in every run."""

import time
from collections.abc import Callable

FIRST_SECONDS, LONGEST_SECONDS = 15.0, 300.0


class Breaker:
    """Opens after a failure, lets one try through when its time is up, and stays open longer each time that fails."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures = 0
        self._until = 0.0

    @property
    def open(self) -> bool:
        """Tell whether the model should be left alone for now."""
        return self._now() < self._until

    def failed(self) -> None:
        """Note a failure: leave the model alone, twice as long as last time."""
        wait = min(LONGEST_SECONDS, FIRST_SECONDS * 2**self._failures)
        self._failures += 1
        self._until = self._now() + wait

    def succeeded(self) -> None:
        """Note an answer."""
        self._failures, self._until = 0, 0.0

"""The sandbox's time: real time plus an offset that tests and the page can move."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the company's time. Moves forward only."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def time(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def forward(self, by: timedelta) -> None:
        """Move time forward."""
        self._ahead += max(0.0, by.total_seconds())

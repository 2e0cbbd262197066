"""The stretch of time a reading looks at, anchored on now or on when something happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from tools.contract import ToolError

Around = Annotated[
    str, Field(description="ISO 8601 time to look at, such as when the alarm fired; empty for now", max_length=40)
]


@dataclass(frozen=True)
class Window:
    """From `start` to `end` (UTC), with the time before it as a baseline from `before`."""

    before: datetime
    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """Return the length without the baseline."""
        return (self.end - self.start).total_seconds() / 60


def window(minutes: int, around: str = "", baseline: float = 2.0) -> Window:
    """Return the last minutes, or the minutes around a moment: half of them after it, as far as time has come.

    Args:
        minutes: Length of the window.
        around: The moment, ISO 8601; empty for now.
        baseline: Length of the time before, in windows; at least an hour.

    Raises:
        ToolError: `around` is no time.
    """
    now = datetime.now(UTC)
    span = timedelta(minutes=minutes)
    end = min(now, moment(around) + span / 2) if around else now
    start = end - span
    return Window(start - max(timedelta(hours=1), span * baseline), start, end)


def moment(text: str) -> datetime:
    """Read an ISO 8601 time; without a zone it is UTC.

    Raises:
        ToolError: It is no time.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ToolError(f"{text} is no ISO 8601 time; write one such as 2026-03-02T14:05:00Z.") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

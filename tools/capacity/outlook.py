"""When something runs out, if it goes on as it has been going; nothing where that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.capacity.history import STEP, WEEK, History
from tools.capacity.resources import Resource
from tools.metrics.forecasting import Forecast, Refusal, forecast
from tools.metrics.jumps import without_jumps

DAY = 86400.0
FULL = 0.98
"""Share of the limit from which on it has run out."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What will become of a resource.

    Attributes:
        resource: Which.
        history: What was used.
        told: The forecast of it, or why there is none.
        jumped: When its level jumped (UTC), which the forecast leaves out.
        soonest: When it may run out at the earliest (UTC), None if not as far as is told.
        likely: When it runs out if the forecast is right.
        latest: When it has run out at the latest.
    """

    resource: Resource
    history: History
    told: Forecast | Refusal
    jumped: tuple[datetime, ...] = ()
    soonest: datetime | None = None
    likely: datetime | None = None
    latest: datetime | None = None

    @property
    def now(self) -> float:
        """What is used now: the most of the last day, as what is used swings."""
        return float(self.history.values[-4:].max())

    @property
    def full(self) -> bool:
        """Whether it has run out already."""
        return self.now >= FULL * self.resource.limit

    @property
    def days(self) -> float:
        """Days that are left, infinite if none are counted."""
        if self.full:
            return 0.0
        at = self.likely or self.soonest
        return (at - self.history.last).total_seconds() / DAY if at else float("inf")

    @property
    def growth(self) -> float:
        """What is used more each day, by the forecast; 0 without one."""
        told = self.told
        if isinstance(told, Refusal):
            return 0.0
        return (told.values[-1] - self.now) / (len(told.values) * STEP.total_seconds() / DAY)

    @property
    def until(self) -> datetime:
        """The end of what is told."""
        return self.history.last + STEP * (len(self.told.values) if isinstance(self.told, Forecast) else 0)


def outlook(resource: Resource, history: History) -> Outlook:
    """Return what becomes of a resource that has a history."""
    values, places = without_jumps(history.values)
    told = forecast(values, len(values), WEEK)
    jumped = tuple(history.times[place] for place in places)
    if isinstance(told, Refusal):
        return Outlook(resource, history, told, jumped)
    high = [value + off for value, off in zip(told.values, told.spread, strict=True)]
    low = [value - off for value, off in zip(told.values, told.spread, strict=True)]
    reached = [_reached(one, resource.limit, history.last) for one in (high, told.values, low)]
    return Outlook(resource, history, told, jumped, *reached)


def _reached(values: Sequence[float], limit: float, last: datetime) -> datetime | None:
    return next((last + STEP * number for number, value in enumerate(values, 1) if value >= limit), None)

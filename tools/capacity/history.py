"""What was used of things over the last months, at equal distances, in their own units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from tools.aws.client import cloudwatch
from tools.aws.measurements import Metric, measured
from tools.aws.windows import Window
from tools.capacity.resources import Query, Resource
from tools.prometheus.client import span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

DAYS = 90
PERIOD = 6 * 3600
"""Seconds: fine enough for busy hours, coarse enough for months; CloudWatch keeps hours for 455 days:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html"""
WEEK = 7 * 86400 // PERIOD
STEP = timedelta(seconds=PERIOD)
MISSING = 0.2
"""Share of values that may be missing and are drawn through; with more it is another metric."""
OLD = timedelta(days=2)

Points: TypeAlias = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What was used.

    Attributes:
        last: The time of the last value (UTC).
        values: A value each STEP, oldest first; empty if there are none.
        gap: Why there are none, a sentence.
    """

    last: datetime
    values: Values
    gap: str = ""

    @property
    def times(self) -> list[datetime]:
        """The time of each value."""
        return [self.last - STEP * back for back in reversed(range(len(self.values)))]


def histories(resources: Sequence[Resource]) -> list[History]:
    """Return the history of each.

    Raises:
        ToolError: CloudWatch or Prometheus could not be asked.
    """
    now = datetime.now(UTC)
    end = now - timedelta(seconds=now.timestamp() % PERIOD)  # whole periods only: the present one is not over
    over = Window(end - timedelta(days=DAYS), end - timedelta(days=DAYS), end)
    found = {**_by_cloudwatch(resources, over), **_by_prometheus(resources, over)}
    return [_history(one, found, str(number), end) for number, one in enumerate(resources)]


def _by_cloudwatch(resources: Sequence[Resource], over: Window) -> Mapping[str, Points]:
    asked: dict[str, Metric] = {}
    for number, one in enumerate(resources):
        if isinstance(one.metric, Metric):
            asked[f"{number}"] = one.metric
        if one.share:
            asked[f"{number} of"] = one.share
    if not asked:
        return {}
    with cloudwatch() as client:
        return measured(client, asked, over, PERIOD)


def _by_prometheus(resources: Sequence[Resource], over: Window) -> Mapping[str, Points]:
    """Return what queries answer; each is asked once, for all the things that it measures."""
    asked = {str(number): one.metric for number, one in enumerate(resources) if isinstance(one.metric, Query)}
    answers = {
        promql: {frozenset(line.labels.items()): line.points for line in span(promql, over, PERIOD)}
        for promql in {one.promql for one in asked.values()}
    }
    return {name: answers[one.promql].get(one.labels, ()) for name, one in asked.items()}


def _history(one: Resource, found: Mapping[str, Points], name: str, end: datetime) -> History:
    points = found[name]
    if one.share:
        whole = dict(found[f"{name} of"])
        points = [(at, value * whole[at] / 100) for at, value in points if at in whole]
    return regular([(at, used(one, value)) for at, value in points], end)


def used(one: Resource, value: float) -> float:
    """Return what is used, in the resource's unit, where this is measured."""
    return (one.free - value if one.free else value) / one.per


def regular(points: Points, end: datetime) -> History:
    """Return a value for every step from the first point to the last; few missing ones are drawn through."""
    import numpy as np  # noqa: PLC0415 - slow to import

    if not points:
        return History(end, np.array([]), "Nothing is measured of it.")
    first, last = points[0][0], points[-1][0]
    if end - last > OLD:
        return History(last, np.array([]), f"The last value is of {last:%Y-%m-%d}.")
    count = round((last - first) / STEP) + 1
    if len(points) < (1 - MISSING) * count:
        return History(last, np.array([]), f"{count - len(points)} of {count} values are missing.")
    places = [(at - first) / STEP for at, _ in points]
    return History(last, np.interp(np.arange(count), places, [value for _, value in points]))

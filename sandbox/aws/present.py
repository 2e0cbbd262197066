"""The account at this moment: what the world recorded, and what time and healing made of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.aws.estate import Estate
from sandbox.aws.healing import Healing
from sandbox.aws.series import Point, Series, until
from sandbox.aws.wire import Params
from sandbox.clock import Clock

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


class Present:
    """Reads an estate as of now."""

    def __init__(self, estate: Estate, clock: Clock, healing: Healing) -> None:
        self.estate = estate
        self.clock = clock
        self._healing = healing

    def alarms(self) -> list[Params]:
        """Return the metric alarms in their present state."""
        return [self._alarm(alarm) for alarm in self.estate.alarms]

    def composites(self) -> list[Params]:
        """Return the composite alarms in their present state."""
        return [self._alarm(alarm) for alarm in self.estate.composites]

    def history(self) -> list[Params]:
        """Return what happened to the alarms, oldest first."""
        told = {item.get("AlarmName") for item in self.estate.history}
        alarms = self.estate.alarms + self.estate.composites
        untold = [_update(alarm, "OK") for alarm in alarms if alarm["AlarmName"] not in told and _fires(alarm)]
        healed = [_update(self._alarm(alarm), "ALARM") for alarm in alarms if self._healed(alarm) < math.inf]
        return sorted(self.estate.history + untold + healed, key=lambda item: str(item.get("Timestamp", "")))

    def points(self, series: Series) -> list[Point]:
        """Return a series up to now."""
        watching = [alarm for alarm in self.estate.alarms if _fires(alarm) and watches(alarm, series)]
        alarm = watching[0] if watching else {}
        healed = self._healed(alarm) if watching else self._healing.everything()
        return until(series, self.clock.time(), breaching(alarm), healed, self._trouble())

    def healed_finding(self, finding: str) -> float | None:
        """Return since when (seconds since the epoch) what a finding is about is right; None if it is not."""
        healed = self._healing.closed(finding)
        return None if healed == math.inf else healed

    def _alarm(self, alarm: Params) -> Params:
        healed = self._healed(alarm)
        if healed == math.inf:
            return alarm
        at = datetime.fromtimestamp(healed, UTC)
        reason = f"Threshold Crossed: 1 datapoint was not beyond the threshold ({alarm.get('Threshold', 0.0)})."
        changed = {"StateValue": "OK", "StateUpdatedTimestamp": at, "StateReason": reason}
        return alarm | changed | ({"StateTransitionedTimestamp": at} if "StateTransitionedTimestamp" in alarm else {})

    def _healed(self, alarm: Params) -> float:
        return self._healing.moment(alarm["AlarmName"]) if _fires(alarm) else math.inf

    def _trouble(self) -> float:
        """Return when the first firing alarm's metric went wrong: its evaluation periods before it fired."""
        return min((_began(alarm) for alarm in self.estate.alarms if _fires(alarm)), default=math.inf)


def watches(alarm: Params, series: Series) -> bool:
    """Tell whether an alarm looks at a metric."""
    dimensions = tuple(sorted((each["Name"], each["Value"]) for each in alarm.get("Dimensions", [])))
    named = (alarm.get("Namespace"), alarm.get("MetricName"), dimensions)
    return named == (series.namespace, series.name, series.dimensions)


def breaching(alarm: Params) -> Callable[[float], bool] | None:
    """Return the test that an alarm puts its values to."""
    compare = COMPARISONS.get(str(alarm.get("ComparisonOperator", "")))
    if compare is None or "Threshold" not in alarm:
        return None
    return lambda value: compare(value, alarm["Threshold"])


def _fires(alarm: Params) -> bool:
    return alarm.get("StateValue") == "ALARM"


def _began(alarm: Params) -> float:
    fired = alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
    if not isinstance(fired, datetime):
        return math.inf
    return fired.timestamp() - float(alarm.get("Period", 60)) * (float(alarm.get("EvaluationPeriods", 1)) + 1)


def _update(alarm: Params, before: str) -> Params:
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
        "Timestamp": alarm.get("StateUpdatedTimestamp", datetime.now(UTC)),
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {before} to {alarm['StateValue']}",
    }

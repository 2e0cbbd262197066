"""What one AWS account holds in one world, as the services' models shape it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.aws.series import Series
from sandbox.aws.wire import Params


@dataclass(frozen=True)
class LogEvent:
    """One log line.

    Attributes:
        at: Milliseconds since the epoch.
        stream: Name of the log stream.
        message: The line.
        id: Unique in the group.
    """

    at: int
    stream: str
    message: str
    id: str

    def later(self, seconds: float, text: Callable[[str], str]) -> LogEvent:
        """Return the event moved in time, with the times in its message."""
        return LogEvent(self.at + round(seconds * 1000), self.stream, text(self.message), self.id)


@dataclass
class Estate:
    """The account's resources and measurements.

    Attributes:
        account: AWS account id.
        region: AWS region.
        alarms: `MetricAlarm` structures.
        composites: `CompositeAlarm` structures.
        history: `AlarmHistoryItem` structures.
        metrics: CloudWatch metrics.
        groups: Log events in order of time, by log group.
        streams: Log streams that somebody made, by group and name.
        instances: RDS `DBInstance` structures.
        clusters: RDS `DBCluster` structures.
        events: RDS `Event` structures.
        parameters: RDS `Parameter` structures by parameter group; empty name if the world does not say which.
        loads: Performance Insights series: `name` is the metric, `namespace` the resource, `dimensions` the breakdown.
        keys: Performance Insights `DimensionKeyDescription` structures by resource.
    """

    account: str
    region: str
    alarms: list[Params] = field(default_factory=list)
    composites: list[Params] = field(default_factory=list)
    history: list[Params] = field(default_factory=list)
    metrics: list[Series] = field(default_factory=list)
    groups: dict[str, list[LogEvent]] = field(default_factory=dict)
    streams: set[tuple[str, str]] = field(default_factory=set)
    instances: list[Params] = field(default_factory=list)
    clusters: list[Params] = field(default_factory=list)
    events: list[Params] = field(default_factory=list)
    parameters: dict[str, list[Params]] = field(default_factory=dict)
    loads: list[Series] = field(default_factory=list)
    keys: dict[str, list[Params]] = field(default_factory=dict)

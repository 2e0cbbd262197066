"""Load metrics: GetMetricData and GetMetricStatistics answers, named by what they or the alarms say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from sandbox.aws.documents import Element
from sandbox.aws.estate import Estate
from sandbox.aws.series import STATISTICS, Point, Series
from sandbox.aws.shapes import moment

OF_RDS = frozenset(
    {
        "BinLogDiskUsage",
        "BurstBalance",
        "CPUCreditBalance",
        "CPUUtilization",
        "CommitLatency",
        "DatabaseConnections",
        "DiskQueueDepth",
        "FreeStorageSpace",
        "FreeableMemory",
        "MaximumUsedTransactionIDs",
        "NetworkReceiveThroughput",
        "NetworkTransmitThroughput",
        "OldestReplicationSlotLag",
        "ReadIOPS",
        "ReadLatency",
        "ReadThroughput",
        "ReplicaLag",
        "SwapUsage",
        "TransactionLogsDiskUsage",
        "TransactionLogsGeneration",
        "WriteIOPS",
        "WriteLatency",
        "WriteThroughput",
    }
)
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html"""

Named: TypeAlias = Mapping[str, Any]


def metric_series(element: Element, estate: Estate) -> list[Series]:
    """Return the series an element holds: one of its own, or one a statistic of its data points."""
    named = _named(element, estate)
    if "Datapoints" in element.value:
        return _statistics(element.value["Datapoints"], named)
    if "Values" not in element.value:
        return []
    times, values = element.value.get("Timestamps"), element.value["Values"]
    if not isinstance(times, list) or not isinstance(values, list) or len(times) != len(values):
        raise ValueError(f"metric {named['name']}: Timestamps and Values must be lists of one length.")
    points = [(moment(at).timestamp(), float(value)) for at, value in zip(times, values, strict=True)]
    return [_series(named, str(named["stat"]), points)]


def listed(element: Element, estate: Estate) -> list[Series]:
    """Return a metric that a ListMetrics answer names, without points, unless its points are known."""
    made = _series(_named(element, estate), "", [])
    known = {(each.namespace, each.name, each.dimensions) for each in estate.metrics}
    return [] if (made.namespace, made.name, made.dimensions) in known else [made]


def _series(named: Named, stat: str, points: list[Point]) -> Series:
    return Series(named["namespace"], named["name"], named["dimensions"], stat, named["unit"], tuple(sorted(points)))


def _statistics(held: object, named: Named) -> list[Series]:
    points = held if isinstance(held, list) else []
    stats = [name for name in STATISTICS if any(name in point for point in points)]
    extended = sorted({name for point in points for name in point.get("ExtendedStatistics") or {}})
    found = []
    for stat in stats + extended:
        values = [(point, point.get(stat, (point.get("ExtendedStatistics") or {}).get(stat))) for point in points]
        kept = [(moment(point["Timestamp"]).timestamp(), float(value)) for point, value in values if value is not None]
        found.append(_series(named, stat, kept))
    return found


def _named(element: Element, estate: Estate) -> Named:
    """Say which metric an element is: in its own words, its query's, or those of the alarm that watches it."""
    value = {**_query(element), **element.value}
    metric = value.get("Metric") if isinstance(value.get("Metric"), dict) else {}
    said = {**element.around, **value, **(metric or {})}  # type: ignore[dict-item]  # a dict, by the line above
    name = str(said.get("MetricName") or said.get("Label") or said.get("Id") or PurePosixPath(element.where).stem)
    alarm = next((each for each in estate.alarms if each.get("MetricName") == name), {})
    namespace = said.get("Namespace") or alarm.get("Namespace") or _folder(element.where, name, estate)
    stat = str(said.get("Stat") or said.get("Statistic") or said.get("ExtendedStatistic") or "")
    return {
        "name": name,
        "namespace": str(namespace),
        "dimensions": _dimensions(said.get("Dimensions", alarm.get("Dimensions")), str(namespace), estate),
        "stat": stat,
        "unit": str(said.get("Unit") or "None"),
    }


def _query(element: Element) -> dict[str, object]:
    """Return the query that a GetMetricData result answers, if the document carries the request too."""
    queries = element.around.get("MetricDataQueries")
    for query in queries if isinstance(queries, list) else []:
        if query.get("Id") == element.value.get("Id") and isinstance(query.get("MetricStat"), dict):
            return dict(query["MetricStat"])
    return {}


def _dimensions(said: object, namespace: str, estate: Estate) -> tuple[tuple[str, str], ...]:
    match said:
        case list():
            return tuple(sorted((str(each["Name"]), str(each.get("Value", ""))) for each in said))
        case dict():
            return tuple(sorted((str(name), str(value)) for name, value in said.items()))
        case _ if namespace == "AWS/RDS" and len(estate.instances) == 1:
            return (("DBInstanceIdentifier", str(estate.instances[0]["DBInstanceIdentifier"])),)
        case _:
            return ()


def _folder(where: str, metric: str, estate: Estate) -> str:
    """Return the namespace a file's folder names (cloudwatch/AWS-RDS/x.json), else RDS for what only RDS measures."""
    parts = [part for part in PurePosixPath(where).parts[:-1] if part not in {"cloudwatch", "metrics", "rds"}]
    name = "/".join(parts)
    if name:
        return name.replace("AWS-", "AWS/", 1)
    return "AWS/RDS" if where.startswith("rds/") or (estate.instances and metric in OF_RDS) else "Custom"

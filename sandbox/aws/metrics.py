"""CloudWatch's metrics: ListMetrics, GetMetricData, GetMetricStatistics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.series import STATISTICS, Series, binned, is_percentile, statistic
from sandbox.aws.wire import Params

LIST_SIZE = 500
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html"""

DATA_SIZE = 100_800
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html: MaxDatapoints."""

STATISTICS_SIZE = 1440
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html"""

SHORT_PERIODS = (1, 5, 10, 20, 30)
MINUTE = 60

Span: TypeAlias = tuple[datetime, datetime]


def list_metrics(now: Present, params: Params) -> Params:
    """Return the metrics that exist, each once."""
    found = dict.fromkeys(_key(each) for each in now.estate.metrics if _listed(each, params))
    items, token = page(sorted(found), params.get("NextToken"), LIST_SIZE)
    return {"Metrics": [_metric(*each) for each in items], **next_page("NextToken", token)}


def get_metric_data(now: Present, params: Params) -> Params:
    """Return the data points of several metrics; a page holds MaxDatapoints of them, shared evenly."""
    queries = [query for query in params["MetricDataQueries"] if query.get("ReturnData", True)]
    if math := next((query for query in params["MetricDataQueries"] if "MetricStat" not in query), None):
        raise AwsError("ValidationError", f"This sandbox does not serve metric math (query {math['Id']}).")
    share = max(1, params.get("MaxDatapoints", DATA_SIZE) // max(1, len(queries)))
    results, token = [], ""
    for query in queries:
        result, following = _answer(now, query, params, share)
        results.append(result)
        token = token or following
    return {"MetricDataResults": results, "Messages": [], **next_page("NextToken", token)}


def get_metric_statistics(now: Present, params: Params) -> Params:
    """Return the data points of one metric, several statistics each."""
    start, end, period = params["StartTime"], params["EndTime"], params["Period"]
    _check(start, end, period)
    count = (end - start).total_seconds() / period
    if count > STATISTICS_SIZE:
        told = f"You have requested up to {count:,.0f} datapoints, which exceeds the limit of {STATISTICS_SIZE:,}."
        raise AwsError("InvalidParameterCombination", told)
    points: dict[int, Params] = {}
    for stat in params.get("Statistics", []):
        for at, value, unit in _points(now, params, stat, period, (start, end)):
            points.setdefault(at, {"Timestamp": _utc(at), "Unit": unit})[stat] = value
    for stat in params.get("ExtendedStatistics", []):
        for at, value, unit in _points(now, params, stat, period, (start, end)):
            points.setdefault(at, {"Timestamp": _utc(at), "Unit": unit}).setdefault("ExtendedStatistics", {})[stat] = (
                value
            )
    return {"Label": params["MetricName"], "Datapoints": list(points.values())}


def _answer(now: Present, query: Params, params: Params, share: int) -> tuple[Params, str]:
    wanted = query["MetricStat"]
    _check(params["StartTime"], params["EndTime"], wanted["Period"])
    span = (params["StartTime"], params["EndTime"])
    points = _points(now, wanted["Metric"], wanted["Stat"], wanted["Period"], span)
    if params.get("ScanBy", "TimestampDescending") == "TimestampDescending":
        points.reverse()
    held, token = page(points, params.get("NextToken"), share)
    result = {
        "Id": query["Id"],
        "Label": query.get("Label", wanted["Metric"]["MetricName"]),
        "Timestamps": [_utc(at) for at, _, _ in held],
        "Values": [value for _, value, _ in held],
        "StatusCode": "PartialData" if token else "Complete",
    }
    return result, token


def _points(now: Present, metric: Params, stat: str, period: int, span: Span) -> list[tuple[int, float, str]]:
    series = _best(now, metric, stat)
    if series is None:
        return []
    start, end = span
    first, last = start.timestamp() // period * period, end.timestamp()
    bins = binned((point for point in now.points(series) if first <= point[0] < last), period)
    return [(at, statistic(stat, values), series.unit) for at, values in sorted(bins.items())]


def _best(now: Present, metric: Params, stat: str) -> Series | None:
    """Return the series that can answer a statistic: that one, raw samples, or another simple one."""
    if stat not in STATISTICS and not is_percentile(stat):
        raise AwsError("ValidationError", f"The statistic {stat} is not supported by this sandbox.")
    wanted = (metric.get("Namespace"), metric.get("MetricName"), _pairs(metric))
    found = {each.stat: each for each in now.estate.metrics if _key(each) == wanted and each.points}
    exact = found.get(stat) or found.get("")
    if exact or stat not in STATISTICS:
        return exact
    return next((found[name] for name in STATISTICS if name in found), None)


def _check(start: datetime, end: datetime, period: int) -> None:
    if start >= end:
        raise AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    if period not in SHORT_PERIODS and (period <= 0 or period % MINUTE):
        raise AwsError("ValidationError", "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")


def _listed(series: Series, params: Params) -> bool:
    wanted = [(each["Name"], each.get("Value")) for each in params.get("Dimensions", [])]
    held = dict(series.dimensions)
    return (
        series.namespace == params.get("Namespace", series.namespace)
        and series.name == params.get("MetricName", series.name)
        and all(name in held and value in {None, held[name]} for name, value in wanted)
    )


def _key(series: Series) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return (series.namespace, series.name, series.dimensions)


def _pairs(metric: Params) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions", [])))


def _metric(namespace: str, name: str, dimensions: tuple[tuple[str, str], ...]) -> Params:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
    }


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)

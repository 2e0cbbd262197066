"""Performance Insights: database load over time, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.aws.errors import AwsError
from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.series import Series, binned, statistic
from sandbox.aws.wire import Params

PERIODS = (1, 60, 300, 3600, 86_400)
"""https://docs.aws.amazon.com/performance-insights/latest/APIReference/API_GetResourceMetrics.html"""

SIZE = 25
TOP = 10


def get_resource_metrics(now: Present, params: Params) -> Params:
    """Return metrics of a database over time, whole and by group."""
    _check(now, params)
    period = _period(params)
    found = [each for query in params["MetricQueries"] for each in _answers(now, params, query, period)]
    held, token = page(found, params.get("NextToken"), params.get("MaxResults", SIZE))
    return _frame(params, period) | {
        "Identifier": params["Identifier"],
        "MetricList": held,
        **next_page("NextToken", token),
    }


def describe_dimension_keys(now: Present, params: Params) -> Params:
    """Return what the load is made of, by wait event, SQL, user …, heaviest first."""
    _check(now, params)
    group = params["GroupBy"]
    found = [
        key for key in now.estate.keys.get(params["Identifier"], []) if _grouped(key["Dimensions"], group["Group"])
    ]
    if not found:
        found = [_total(now, params, series) for series in _series(now, params, params["Metric"], group["Group"])]
    found.sort(key=lambda key: -key.get("Total", 0.0))
    held, token = page(found[: group.get("Limit", TOP)], params.get("NextToken"), params.get("MaxResults", SIZE))
    return _frame(params, _period(params)) | {"Keys": held, **next_page("NextToken", token)}


def _answers(now: Present, params: Params, query: Params, period: int) -> Iterable[Params]:
    group = query.get("GroupBy", {}).get("Group", "")
    whole = _series(now, params, query["Metric"], "")
    parts = _series(now, params, query["Metric"], group) if group else []
    for series in [*whole, *parts[: query.get("GroupBy", {}).get("Limit", TOP)]]:
        key = {"Metric": series.name} | ({"Dimensions": dict(series.dimensions)} if series.dimensions else {})
        yield {"Key": key, "DataPoints": _points(now, params, series, period)}


def _points(now: Present, params: Params, series: Series, period: int) -> list[Params]:
    start, end = params["StartTime"].timestamp() // period * period, params["EndTime"].timestamp()
    bins = binned((point for point in now.points(series) if start <= point[0] < end), period)
    how = "Maximum" if series.name.endswith(".max") else "Average"
    return [
        {"Timestamp": datetime.fromtimestamp(at, UTC), "Value": statistic(how, held)}
        for at, held in sorted(bins.items())
    ]


def _total(now: Present, params: Params, series: Series) -> Params:
    values = [each["Value"] for each in _points(now, params, series, _period(params))]
    return {"Dimensions": dict(series.dimensions), "Total": statistic("Average", values) if values else 0.0}


def _series(now: Present, params: Params, metric: str, group: str) -> list[Series]:
    """Return a metric's series: the whole, or its parts by one group of dimensions."""
    held = [each for each in now.estate.loads if each.namespace == params["Identifier"] and each.name == metric]
    return [each for each in held if (_grouped(dict(each.dimensions), group) if group else not each.dimensions)]


def _grouped(dimensions: Params, group: str) -> bool:
    return any(name == group or name.startswith(f"{group}.") for name in dimensions)


def _check(now: Present, params: Params) -> None:
    if params["ServiceType"] != "RDS" or not any(
        _insights(each, params["Identifier"]) for each in now.estate.instances
    ):
        told = f"Performance Insights is not enabled for the resource {params['Identifier']}."
        raise AwsError("NotAuthorizedException", told)
    if params["StartTime"] >= params["EndTime"]:
        raise AwsError("InvalidArgumentException", "StartTime must be before EndTime.")


def _insights(instance: Params, resource: str) -> bool:
    return bool(instance["DbiResourceId"] == resource and instance.get("PerformanceInsightsEnabled", True))


def _period(params: Params) -> int:
    """Return the period asked for, or the one the service would choose for about sixty points."""
    asked = params.get("PeriodInSeconds")
    if asked:
        if asked not in PERIODS:
            raise AwsError("InvalidArgumentException", f"PeriodInSeconds must be one of {PERIODS}.")
        return int(asked)
    span = (params["EndTime"] - params["StartTime"]).total_seconds()
    return next((each for each in PERIODS if span / each <= 60), PERIODS[-1])  # noqa: PLR2004 - points, see above


def _frame(params: Params, period: int) -> Params:
    start, end = params["StartTime"].timestamp(), params["EndTime"].timestamp()
    return {
        "AlignedStartTime": datetime.fromtimestamp(start // period * period, UTC),
        "AlignedEndTime": datetime.fromtimestamp(-(-end // period) * period, UTC),
    }

"""Ask CloudWatch for the points of metrics, several at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tools.aws.windows import Window

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import (
        DimensionTypeDef,
        MetricDataQueryTypeDef,
        MetricStatTypeDef,
        MetricTypeDef,
    )

PERIODS = (60, 300, 900, 3600)
MOST_POINTS = 1440
"""Keeps a minute's resolution for a day, and every answer to a page or a few."""


@dataclass(frozen=True)
class Metric:
    """One metric of one thing, as one statistic."""

    namespace: str
    name: str
    dimensions: dict[str, str] = field(default_factory=dict)
    stat: str = "Average"

    @property
    def subject(self) -> str:
        """What findings call it."""
        return f"metric/{self.namespace}/{self.name}"

    @property
    def pairs(self) -> list[DimensionTypeDef]:
        """The dimensions in CloudWatch's shape."""
        return [{"Name": name, "Value": value} for name, value in self.dimensions.items()]


def measured(
    client: CloudWatchClient, metrics: Mapping[str, Metric], span: Window, period: int = 0
) -> dict[str, list[tuple[datetime, float]]]:
    """Return the points of metrics in a window and the time before it, oldest first, by the names given here.

    The points are `period` seconds apart; 0 is as near to each other as a page allows. One request is for up to 500:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    ids = {f"m{number}": name for number, name in enumerate(metrics)}
    queries = [_query(each, metrics[name], span, period) for each, name in ids.items()]
    found: dict[str, list[tuple[datetime, float]]] = {name: [] for name in metrics}
    pages = client.get_paginator("get_metric_data")
    for page in pages.paginate(MetricDataQueries=queries, StartTime=span.before, EndTime=span.end):
        for result in page["MetricDataResults"]:
            found[ids[result["Id"]]] += zip(result["Timestamps"], result["Values"], strict=True)
    return {name: sorted(points) for name, points in found.items()}


def _query(name: str, metric: Metric, span: Window, period: int) -> MetricDataQueryTypeDef:
    seconds = (span.end - span.before).total_seconds()
    period = period or next((each for each in PERIODS if seconds / each <= MOST_POINTS), PERIODS[-1])
    named: MetricTypeDef = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": metric.pairs}
    stat: MetricStatTypeDef = {"Metric": named, "Period": period, "Stat": metric.stat}
    return {"Id": name, "MetricStat": stat}

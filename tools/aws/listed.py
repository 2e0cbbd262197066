"""Which metrics there are of a thing: some are told by one dimension, others only together with a second."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from tools.aws.kinds import Kind, Sign
from tools.aws.measurements import Metric

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

LISTED, EACH = 1000, 20
"""Metrics looked through, and series of one sign that are measured."""


def series_of(client: CloudWatchClient, told: Kind, name: str) -> list[tuple[Sign, Metric]]:
    """Return what to measure for each sign of a thing: the metric of the thing alone, else one for each part of it.

    A load balancer's unhealthy targets are counted by target group, an ECS service's CPU together with its cluster.
    """
    named = {"Name": told.dimension, "Value": name}
    pages = client.get_paginator("list_metrics").paginate(Namespace=told.namespace, Dimensions=[named])  # type: ignore[list-item]  # a plain dict
    listed = [
        (one.get("MetricName", ""), {each["Name"]: each["Value"] for each in one.get("Dimensions", [])})
        for one in islice((one for page in pages for one in page["Metrics"]), LISTED)
    ]
    signs = [sign for sign in told.signs if re.search(sign.only, name, re.IGNORECASE)]
    return [(sign, metric) for sign in signs for metric in _fitting(told, sign, name, listed)]


def _fitting(told: Kind, sign: Sign, name: str, listed: Sequence[tuple[str, dict[str, str]]]) -> Iterator[Metric]:
    """Yield the metric of the thing alone where it is, or where nothing is known of any; else those of its parts."""
    own = {told.dimension: name}
    parts = [dimensions for metric, dimensions in listed if metric == sign.metric]
    by = [one for one in parts if set(one) == {told.dimension, sign.by}]
    if own in parts or not by:
        yield Metric(told.namespace, sign.metric, own, sign.stat)
    else:
        yield from (Metric(told.namespace, sign.metric, one, sign.stat) for one in by[:EACH])

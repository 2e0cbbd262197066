"""Things that can run out: what is measured of them, and how much there can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tools.aws.measurements import Metric
from tools.aws.rds_records import Instance, connection_limit, read
from tools.aws.wording import GIBIBYTE

if TYPE_CHECKING:
    from types_boto3_rds import RDSClient

What: TypeAlias = Literal["", "disk", "connections", "cpu", "nodes", "quota"]
"""What runs out; empty is anything."""

BUSY = 90.0
"""Per cent of its CPU at which a database makes clients wait."""


@dataclass(frozen=True, slots=True)
class Query:
    """Something that Prometheus measures: a query, and which of the series of its answer."""

    promql: str
    labels: frozenset[tuple[str, str]]

    @property
    def pointer(self) -> str:
        """What was asked of whom."""
        return f"Prometheus, {self.promql}"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that can run out.

    Attributes:
        what: Which kind of thing.
        subject: As findings name it, such as `rds/orders-db`.
        said: As people call it, such as `the disk of orders-db`.
        unit: Of all amounts.
        metric: What CloudWatch or Prometheus measures of it.
        limit: The most there can be, in the unit.
        source: Where the limit is known from.
        free: The measured is what is free of so many, in the metric's own unit; 0 if it is what is used.
        per: Units of the metric that are one of `unit`.
        share: A second metric that the first is a percentage of.
        grown: How much there is now, where it grows by itself up to the limit; 0 where it does not.
        sized: The limit rises with the size of the machine that it is of.
        code: What the thing is called where it is declared, such as a quota's code.
    """

    what: What
    subject: str
    said: str
    unit: str
    metric: Metric | Query
    limit: float
    source: str
    free: float = 0.0
    per: float = 1.0
    share: Metric | None = None
    grown: float = 0.0
    sized: bool = False
    code: str = ""

    @property
    def name(self) -> str:
        """What it is called where it runs."""
        return self.subject.partition("/")[2]

    @property
    def kind(self) -> str:
        """The kind of thing that it is a part of, such as `rds`."""
        return self.subject.partition("/")[0]

    @property
    def pointer(self) -> str:
        """Where what is used of it was read."""
        one = self.metric
        return one.pointer if isinstance(one, Query) else f"GetMetricData, {one.namespace}/{one.name}"


def of_databases(client: RDSClient) -> Iterator[Resource]:
    """Yield disk, connections and CPU of every RDS instance."""
    for page in client.get_paginator("describe_db_instances").paginate():
        for told in map(read, page["DBInstances"]):
            if told.storage and not told.engine.startswith("aurora"):  # Aurora's storage grows without a limit of ours
                yield _disk(told)
            yield from _connections(client, told)
            yield _cpu(told)


def _disk(told: Instance) -> Resource:
    autoscales = told.storage_most > told.storage
    return Resource(
        what="disk",
        subject=f"rds/{told.name}",
        said=f"the disk of {told.name}",
        unit="GiB",
        metric=_metric(told, "FreeStorageSpace", "Minimum"),
        limit=max(told.storage, told.storage_most) / GIBIBYTE,
        source="MaxAllocatedStorage" if autoscales else "AllocatedStorage, which does not grow by itself",
        free=told.storage,
        per=GIBIBYTE,
        grown=told.storage / GIBIBYTE if autoscales else 0.0,
    )


def _connections(client: RDSClient, told: Instance) -> Iterator[Resource]:
    if limit := connection_limit(client, told):
        yield Resource(
            what="connections",
            subject=f"rds/{told.name}",
            said=f"the connections of {told.name}",
            unit="connections",
            metric=_metric(told, "DatabaseConnections", "Maximum"),
            limit=limit.value,
            source=f"max_connections, {limit.source}",
            sized=told.kind in limit.source,  # a number that somebody wrote stays what it is
        )


def _cpu(told: Instance) -> Resource:
    return Resource(
        what="cpu",
        subject=f"rds/{told.name}",
        said=f"the CPU of {told.name}",
        unit="%",
        metric=_metric(told, "CPUUtilization", "Average"),
        limit=BUSY,
        source=f"at {BUSY:g} % clients wait",
        sized=True,
    )


def _metric(told: Instance, name: str, stat: str) -> Metric:
    return Metric("AWS/RDS", name, {"DBInstanceIdentifier": told.name}, stat)

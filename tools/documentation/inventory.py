"""What runs now, as far as documents speak of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tools.aws.client import cloudwatch, logs, rds
from tools.contract import JsonObject, ToolError
from tools.kube.client import reader
from tools.kube.fields import name_of, namespace_of, number, part, text
from tools.scope import sees

T = TypeVar("T")

NEEDS = (
    "apps/deployments:list",
    "autoscaling/horizontalpodautoscalers:list",
    "rds:DescribeDBInstances",
    "cloudwatch:DescribeAlarms",
    "logs:DescribeLogGroups",
)


@dataclass(frozen=True, slots=True)
class Workload:
    """A deployment; `replicas` is None where an autoscaler decides."""

    namespace: str
    name: str
    replicas: int | None = None


@dataclass(frozen=True, slots=True)
class Database:
    """An RDS instance; storage in GiB."""

    name: str
    endpoint: str = ""
    kind: str = ""
    storage: int = 0
    engine: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What there is; None where it could not be read, so that nothing is taken for gone.

    Attributes:
        workloads: Deployments.
        databases: RDS instances.
        alarms: Names of CloudWatch alarms.
        log_groups: Names of log groups.
        region: Region that was asked.
        unread: Sentences on what could not be read.
    """

    workloads: tuple[Workload, ...] | None = None
    databases: tuple[Database, ...] | None = None
    alarms: frozenset[str] | None = None
    log_groups: frozenset[str] | None = None
    region: str = ""
    unread: tuple[str, ...] = ()


def inventory(region: str) -> Inventory:
    """Return what the cluster and the account have, within what this run may see; what fails is told, not raised."""
    unread: list[str] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ToolError as why:
            unread.append(str(why))
            return None

    found = (tried(_workloads), tried(_databases), tried(_alarms), tried(_log_groups))
    return Inventory(*found, region=region, unread=tuple(unread))


def _workloads() -> tuple[Workload, ...]:
    api = reader()
    scalers = api.any("horizontalpodautoscalers")
    targets = {(namespace_of(one), text(one, "spec", "scaleTargetRef", "name")) for one in scalers}
    return tuple(_workload(one, targets) for one in api.every("deployments"))


def _workload(one: JsonObject, scaled: set[tuple[str, str]]) -> Workload:
    here = (namespace_of(one), name_of(one))
    fixed = here not in scaled and "replicas" in part(one, "spec")
    return Workload(*here, number(one, "spec", "replicas", default=1) if fixed else None)


def _databases() -> tuple[Database, ...]:
    with rds() as client:
        pages = list(client.get_paginator("describe_db_instances").paginate())
    found = [one for page in pages for one in page["DBInstances"]]
    return tuple(
        Database(
            name=one["DBInstanceIdentifier"],
            endpoint=one.get("Endpoint", {}).get("Address", ""),
            kind=one.get("DBInstanceClass", ""),
            storage=one.get("AllocatedStorage", 0),
            engine=one.get("Engine", ""),
            version=one.get("EngineVersion", ""),
        )
        for one in found
        if sees("databases", one["DBInstanceIdentifier"])
    )


def _alarms() -> frozenset[str]:
    with cloudwatch() as client:
        pages = list(client.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"]))
    metric = {one.get("AlarmName", "") for page in pages for one in page.get("MetricAlarms", [])}
    composite = {one.get("AlarmName", "") for page in pages for one in page.get("CompositeAlarms", [])}
    return frozenset(name for name in metric | composite if sees("alarms", name))


def _log_groups() -> frozenset[str]:
    with logs() as client:
        pages = list(client.get_paginator("describe_log_groups").paginate())
    names = {one.get("logGroupName", "") for page in pages for one in page["logGroups"]}
    return frozenset(name for name in names if sees("log_groups", name))

"""Instances and databases that CloudWatch saw far below what they have, for weeks: half the size would do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.aws.client import reader
from tools.aws.measurements import Metric, measured
from tools.aws.windows import Window
from tools.cost.clients import ec2
from tools.cost.idle import Saving, tagged
from tools.cost.prices import monthly

DAYS, LEAST_DAYS = 21, 14
DAY = 86_400
BUSY, FULL = 35.0, 45.0
"""Percent of CPU (p99 of the busiest day) and of memory at most; twice that still leaves room."""
HALF = {"xlarge": "large", "2xlarge": "xlarge", "4xlarge": "2xlarge", "8xlarge": "4xlarge", "16xlarge": "8xlarge"}
"""Sizes with half of the vCPUs, memory and price: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html"""
GIB_OF_LARGE = {"m": 8, "r": 16}
TIMES = {"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16, "16xlarge": 32}
GIB = 1024**3
AT_ONCE = 100
"""Things a request; with their metrics they stay under its 500."""
_TYPE = re.compile(r"(?P<family>(?:db\.)?(?P<kind>[a-z])[a-z0-9-]*)\.(?P<size>[a-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Load:
    """What a thing carried in the weeks that were looked at.

    Attributes:
        days: With points; few mean that it is new or was off.
        cpu: p99 of its busiest day, percent.
        peak: Most of any moment, percent.
        memory: Most that was used, percent; None where nothing publishes it.
        network: Most that left it, bytes a second on a day's average.
    """

    days: int
    cpu: float
    peak: float
    memory: float | None
    network: float

    @property
    def light(self) -> bool:
        """Whether half of everything would do, as far as is known."""
        return self.days >= LEAST_DAYS and self.cpu < BUSY and (self.memory is None or self.memory < FULL)

    @property
    def words(self) -> str:
        """Say it."""
        memory = "memory unknown, as no agent publishes it" if self.memory is None else f"memory {self.memory:.0f} %"
        cpu = f"CPU p99 {self.cpu:.0f} %, at most {self.peak:.0f} %"
        return f"{cpu}, {memory}, {self.network / 1e6:.1f} MB/s out on the busiest day of {self.days}"


def light_instances(region: str = "") -> Iterator[Saving]:
    """Yield running instances that half the size would do.

    Raises:
        ToolError: EC2 or CloudWatch could not be asked.
    """
    running: Any = [{"Name": "instance-state-name", "Values": ["running"]}]
    with ec2(region) as client:
        pages = client.get_paginator("describe_instances").paginate(Filters=running)
        found: Sequence[Any] = [one for page in pages for held in page["Reservations"] for one in held["Instances"]]
    fit = {one["InstanceId"]: one for one in found if _half(one["InstanceType"]) and not one.get("InstanceLifecycle")}
    for name, load in _loads(list(fit), _of_instance, region).items():
        half, saved = _half(fit[name]["InstanceType"]), _saved(fit[name]["InstanceType"])
        if load.light and saved:
            names = tagged(fit[name], "InstanceId")
            said = f"{fit[name]['InstanceType']}, {load.words}; {half} would do."
            risk = "The instance stops and starts once; what runs once a month or quarter may not fit."
            edit = ("instance_type", f'"{half}"')
            yield Saving("cost_light_instance", "instance", names, saved, said, risk, ("aws_instance",), edit)


def light_databases(region: str = "") -> Iterator[Saving]:
    """Yield PostgreSQL databases that half the class would do; CPU and memory are both known of these.

    Raises:
        ToolError: RDS or CloudWatch could not be asked.
    """
    with reader("rds", region) as client:
        pages = client.get_paginator("describe_db_instances").paginate()
        found: Sequence[Any] = [one for page in pages for one in page["DBInstances"]]
    fit = {one["DBInstanceIdentifier"]: one for one in found if one.get("Engine") == "postgres"}
    fit = {name: one for name, one in fit.items() if _half(one["DBInstanceClass"]) and _gib(one["DBInstanceClass"])}
    gib = {name: _gib(one["DBInstanceClass"]) for name, one in fit.items()}
    for name, load in _loads(list(fit), _of_database, region, gib).items():
        half, saved = _half(fit[name]["DBInstanceClass"]), _saved(fit[name]["DBInstanceClass"])
        if load.light and load.memory is not None and saved:
            amount = saved * (2 if fit[name].get("MultiAZ") else 1)
            said = f"{fit[name]['DBInstanceClass']}, {load.words}; {half} would do."
            risk = "The database restarts, and half the memory means half the connections and a smaller cache."
            edit = ("instance_class", f'"{half}"')
            yield Saving(
                "cost_light_database", "database", (name, name), amount, said, risk, ("aws_db_instance",), edit
            )


def _of_instance(name: str) -> Mapping[str, Metric]:
    own = {"InstanceId": name}
    return {
        "cpu": Metric("AWS/EC2", "CPUUtilization", own, "p99"),
        "peak": Metric("AWS/EC2", "CPUUtilization", own, "Maximum"),
        "memory": Metric("CWAgent", "mem_used_percent", own, "Maximum"),
        "network": Metric("AWS/EC2", "NetworkOut", own, "Sum"),
    }


def _of_database(name: str) -> Mapping[str, Metric]:
    own = {"DBInstanceIdentifier": name}
    return {
        "cpu": Metric("AWS/RDS", "CPUUtilization", own, "p99"),
        "peak": Metric("AWS/RDS", "CPUUtilization", own, "Maximum"),
        "free": Metric("AWS/RDS", "FreeableMemory", own, "Minimum"),
        "network": Metric("AWS/RDS", "NetworkTransmitThroughput", own, "Average"),
    }


def _loads(names: Sequence[str], metrics: Any, region: str, gib: Mapping[str, int] | None = None) -> dict[str, Load]:
    """Return what each thing carried; things of which CloudWatch knows nothing have no days."""
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start, told = end - timedelta(days=DAYS), dict[str, list[tuple[datetime, float]]]()
    with reader("cloudwatch", region) as client:
        for first in range(0, len(names), AT_ONCE):
            here = names[first : first + AT_ONCE]
            asked = {f"{name} {key}": one for name in here for key, one in metrics(name).items()}
            told |= measured(client, asked, Window(start, start, end), DAY)
    return {name: _load(name, told, (gib or {}).get(name, 0)) for name in names}


def _load(name: str, told: Mapping[str, Sequence[tuple[datetime, float]]], gib: int) -> Load:
    most = {key: [value for _, value in told.get(f"{name} {key}", ())] for key in ("cpu", "peak", "memory", "network")}
    free = [value for _, value in told.get(f"{name} free", ())]
    memory = 100 - min(free) / (gib * GIB) * 100 if free and gib else max(most["memory"], default=None)
    out = max(most["network"], default=0.0) / (1 if gib else DAY)
    return Load(len(most["cpu"]), max(most["cpu"], default=100.0), max(most["peak"], default=100.0), memory, out)


def _half(kind: str) -> str:
    found = _TYPE.fullmatch(kind)
    half = HALF.get(found["size"]) if found and found["kind"] != "t" else None
    return f"{found['family']}.{half}" if found and half else ""


def _gib(kind: str) -> int:
    found = _TYPE.fullmatch(kind.removeprefix("db."))
    return GIB_OF_LARGE.get(found["kind"], 0) * TIMES.get(found["size"], 0) if found else 0


def _saved(kind: str) -> Decimal | None:
    """Return what half the size costs less; a family's prices double with its size. None if none of it is listed."""
    whole, half = monthly(kind), monthly(_half(kind))
    return half if half is not None else whole / 2 if whole is not None else None

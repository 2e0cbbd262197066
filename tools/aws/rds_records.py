"""RDS instances as AWS tells them, made plain, with the limits that follow from their class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from tools.aws.wording import GIBIBYTE
from tools.contract import ToolError

if TYPE_CHECKING:
    from types_boto3_rds import RDSClient

InstanceName = Annotated[
    str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z][A-Za-z0-9-]*$", description="RDS instance identifier")
]

SIZES = {"large": 1.0, "xlarge": 2.0} | {
    f"{number}xlarge": number * 2.0 for number in (2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32)
}
SMALL = {"micro": 1.0, "small": 2.0, "medium": 4.0}
"""GiB of the burstable sizes below large."""

LARGE_GIBIBYTES = {"t": 8.0, "m": 8.0, "r": 16.0, "x": 32.0, "z": 16.0, "c": 4.0}
"""GiB of a family's `large`: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html"""

MAX_CONNECTIONS_PAGE = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections"
)
POSTGRES_BYTES, POSTGRES_MOST = 9_531_392, 5000
MYSQL_BYTES, MYSQL_MOST = 12_582_880, 16_000
"""Bytes of memory a connection in the default formulas, and their caps: MAX_CONNECTIONS_PAGE."""

GP3_IOPS, GP3_LARGE_IOPS, GP3_LARGE_GIBIBYTES = 3000, 12_000, 400
GP2_LEAST, GP2_MOST, GP2_PER_GIBIBYTE = 100, 16_000, 3
"""Baselines of storage: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"""


@dataclass(frozen=True)
class Limit:
    """The most there can be of something, and where that is known from."""

    value: float
    source: str


@dataclass(frozen=True)
class Instance:
    """An RDS instance; unknown fields are empty or 0."""

    name: str
    resource: str
    status: str
    engine: str
    version: str
    kind: str
    storage: float
    storage_most: float
    storage_type: str
    iops: float
    multi_az: bool
    replica_of: str
    replicas: tuple[str, ...]
    parameter_group: str
    insights: bool
    pending: Mapping[str, Any]

    @property
    def memory(self) -> float:
        """Return the class's memory in bytes; 0 if the class is unknown."""
        family, size = self._parts()
        if family == "t" and size in SMALL:
            return SMALL[size] * GIBIBYTE
        return LARGE_GIBIBYTES.get(family, 0.0) * SIZES.get(size, 0.0) * GIBIBYTE

    @property
    def cpus(self) -> float:
        """Return the class's virtual CPUs; 0 if the class is unknown."""
        _, size = self._parts()
        return 2.0 if size in SMALL else SIZES.get(size, 0.0) * 2

    @property
    def burstable(self) -> bool:
        """Whether the class runs on CPU credits."""
        return self._parts()[0] == "t"

    @property
    def iops_limit(self) -> Limit | None:
        """Return what the storage does per second."""
        gibibytes = self.storage / GIBIBYTE
        if self.iops:
            return Limit(self.iops, "provisioned")
        if self.storage_type == "gp3":
            return Limit(GP3_LARGE_IOPS if gibibytes >= GP3_LARGE_GIBIBYTES else GP3_IOPS, "baseline of gp3")
        if self.storage_type == "gp2" and gibibytes:
            return Limit(min(max(gibibytes * GP2_PER_GIBIBYTE, GP2_LEAST), GP2_MOST), "baseline of gp2")
        return None

    def _parts(self) -> tuple[str, str]:
        """Return the family's letter and the size of a class such as db.r6g.2xlarge."""
        found = re.match(r"db\.([a-z])[a-z0-9-]*\.(\w+)", self.kind)
        return (found[1], found[2]) if found else ("", "")


def instance_of(client: RDSClient, name: str) -> Instance:
    """Return an instance.

    Raises:
        ToolError: There is none; names those that exist.
    """
    told = [each for page in client.get_paginator("describe_db_instances").paginate() for each in page["DBInstances"]]
    found = next((each for each in told if each["DBInstanceIdentifier"] == name), None)
    if found is None:
        exist = ", ".join(sorted(each["DBInstanceIdentifier"] for each in told)[:12]) or "none"
        raise ToolError(f"There is no RDS instance {name} in this region; there are: {exist}.")
    return read(found)


def read(told: Any) -> Instance:
    """Return an instance from DescribeDBInstances' structure, whatever it leaves out."""
    groups = told.get("DBParameterGroups", [])
    return Instance(
        name=told["DBInstanceIdentifier"],
        resource=told.get("DbiResourceId", ""),
        status=told.get("DBInstanceStatus", ""),
        engine=told.get("Engine", ""),
        version=told.get("EngineVersion", ""),
        kind=told.get("DBInstanceClass", ""),
        storage=told.get("AllocatedStorage", 0) * GIBIBYTE,
        storage_most=told.get("MaxAllocatedStorage", 0) * GIBIBYTE,
        storage_type=told.get("StorageType", ""),
        iops=float(told.get("Iops", 0)),
        multi_az=told.get("MultiAZ", False),
        replica_of=told.get("ReadReplicaSourceDBInstanceIdentifier", ""),
        replicas=tuple(told.get("ReadReplicaDBInstanceIdentifiers", [])),
        parameter_group=groups[0].get("DBParameterGroupName", "") if groups else "",
        insights=told.get("PerformanceInsightsEnabled", True),
        pending=told.get("PendingModifiedValues", {}),
    )


def connection_limit(client: RDSClient, instance: Instance) -> Limit | None:
    """Return max_connections: as the parameter group says, else by the engine's default formula."""
    written = _parameter(client, instance.parameter_group) if instance.parameter_group else ""
    if written.isdigit():
        return Limit(float(written), f"max_connections in parameter group {instance.parameter_group}")
    formula = re.search(r"DBInstanceClassMemory/(\d+)\}?(?:\s*,\s*(\d+))?", written)
    if formula and instance.memory:
        most = float(formula[2]) if formula[2] else float("inf")
        return Limit(min(instance.memory // float(formula[1]), most), f"{written} of {instance.kind}")
    return default_limit(instance)


def default_limit(instance: Instance) -> Limit | None:
    """Return max_connections by the default formula (MAX_CONNECTIONS_PAGE); None for other engines or classes.

    The formula's memory is what the class leaves to the database, so the true limit is a little lower.
    """
    if not instance.memory:
        return None
    source = f"default formula for {instance.kind}, {MAX_CONNECTIONS_PAGE}"
    if "postgres" in instance.engine:
        return Limit(min(instance.memory // POSTGRES_BYTES, POSTGRES_MOST), source)
    if "mysql" in instance.engine or "maria" in instance.engine:
        return Limit(min(instance.memory // MYSQL_BYTES, MYSQL_MOST), source)
    return None


def _parameter(client: RDSClient, group: str) -> str:
    for page in client.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group):
        for parameter in page["Parameters"]:
            if parameter.get("ParameterName") == "max_connections":
                return str(parameter.get("ParameterValue", ""))
    return ""

"""The vital signs of an RDS instance: what is measured, and what is too much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.aws.rds_records import Instance, Limit
from tools.aws.wording import number, size
from tools.contract import Role


@dataclass(frozen=True)
class Bound:
    """When a value is too much (or too little), and what to call that.

    Attributes:
        code: The finding.
        at: The bound.
        role: What part such a value plays.
        sure: Confidence.
        limit: What the bound is a share of, in words; empty for an absolute one.
    """

    code: str
    at: float
    role: Role
    sure: float
    limit: str = ""


@dataclass(frozen=True)
class Vital:
    """One thing that is measured.

    Attributes:
        name: CloudWatch's name; reads and writes per second are summed under IOPS.
        words: What people call it.
        above: Whether too much is bad; else too little.
        write: How a value is written.
        bounds: By an instance and its connection limit, the worst first.
        times: A value is bad only if it is so many times the usual one, too.
        advice: What a person could do.
        key: Whether its absence is worth telling.
        activity: Whether it is what clients do, so that twice the usual is worth telling within the bounds, too.
    """

    name: str
    words: str
    above: bool
    write: Callable[[float], str]
    bounds: Callable[[Instance, Limit | None], list[Bound]]
    times: float = 0.0
    advice: str = ""
    key: bool = False
    activity: bool = False


def _connections(instance: Instance, limit: Limit | None) -> list[Bound]:
    del instance
    if limit is None:
        return []
    of = f" of {number(limit.value)} ({limit.source})"
    return [
        Bound("rds_connections_exhausted", limit.value * 0.95, Role.CAUSE, 0.85, of),
        Bound("rds_connections_high", limit.value * 0.8, Role.SYMPTOM, 0.7, of),
    ]


def _storage(instance: Instance, limit: Limit | None) -> list[Bound]:
    del limit
    if not instance.storage:
        return []
    of = f" free of {size(instance.storage)}"
    return [
        Bound("rds_storage_full", instance.storage * 0.02, Role.CAUSE, 0.9, of),
        Bound("rds_storage_low", instance.storage * 0.1, Role.SYMPTOM, 0.75, of),
    ]


def _memory(instance: Instance, limit: Limit | None) -> list[Bound]:
    del limit
    of = f" of {size(instance.memory)}"
    return [Bound("rds_memory_low", instance.memory * 0.05, Role.SYMPTOM, 0.6, of)] if instance.memory else []


def _credits(instance: Instance, limit: Limit | None) -> list[Bound]:
    del limit
    return [Bound("rds_cpu_credits_exhausted", 1.0, Role.CAUSE, 0.75, " left")] if instance.burstable else []


def _iops(instance: Instance, limit: Limit | None) -> list[Bound]:
    del limit
    most = instance.iops_limit
    return (
        [Bound("rds_iops_limit", most.value * 0.95, Role.CAUSE, 0.7, f" of {number(most.value)} ({most.source})")]
        if most
        else []
    )


def _fixed(code: str, at: float, role: Role, sure: float) -> Callable[[Instance, Limit | None], list[Bound]]:
    return lambda _instance, _limit: [Bound(code, at, role, sure)]


def _percent(value: float) -> str:
    return f"{number(value)} %"


def _milliseconds(value: float) -> str:
    return f"{number(value * 1000)} ms"


def _seconds(value: float) -> str:
    return f"{number(value)} s"


def _unbounded(instance: Instance, limit: Limit | None) -> list[Bound]:
    del instance, limit
    return []


VITALS = (
    Vital(
        "DatabaseConnections",
        "Connections",
        above=True,
        write=number,
        bounds=_connections,
        key=True,
        activity=True,
        advice="Find the client that opened them and have it open fewer, or put RDS Proxy in between.",
    ),
    Vital(
        "CPUUtilization",
        "CPU",
        above=True,
        write=_percent,
        bounds=_fixed("rds_cpu_saturated", 90.0, Role.CAUSE, 0.65),
        key=True,
        advice="See the top SQL; tune it, or take a larger class.",
    ),
    Vital(
        "FreeStorageSpace",
        "Free storage",
        above=False,
        write=size,
        bounds=_storage,
        key=True,
        advice="Grow the storage or switch on storage autoscaling, then look for what filled it.",
    ),
    Vital("FreeableMemory", "Freeable memory", above=False, write=size, bounds=_memory, key=True),
    Vital(
        "ReplicaLag",
        "Replica lag",
        above=True,
        write=_seconds,
        # AWS names no figure; a minute is where readers of a replica begin to notice that what they wrote is missing.
        bounds=_fixed("rds_replica_lag", 60.0, Role.SYMPTOM, 0.85),
        advice="See the writes on the source and the long queries on the replica.",
    ),
    Vital(
        "ReadLatency",
        "Read latency",
        above=True,
        write=_milliseconds,
        times=3.0,
        bounds=_fixed("rds_reads_slow", 0.02, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "WriteLatency",
        "Write latency",
        above=True,
        write=_milliseconds,
        times=3.0,
        bounds=_fixed("rds_writes_slow", 0.02, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "CommitLatency",  # of Aurora, in milliseconds
        "Commit latency",
        above=True,
        write=lambda value: f"{number(value)} ms",
        times=3.0,
        bounds=_fixed("rds_commits_slow", 100.0, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "Deadlocks",  # of Aurora, a second
        "Deadlocks / s",
        above=True,
        write=number,
        times=3.0,
        bounds=_fixed("rds_deadlocks", 0.1, Role.CAUSE, 0.7),
        advice="See the engine's log for the two statements; take locks in one order, and keep transactions short.",
    ),
    Vital(
        "DiskQueueDepth",
        "Disk queue",
        above=True,
        write=number,
        times=3.0,
        bounds=_fixed("rds_disk_queue", 10.0, Role.SYMPTOM, 0.65),
    ),
    Vital(
        "IOPS",
        "Reads and writes / s",
        above=True,
        write=number,
        bounds=_iops,
        advice="Provision more IOPS, or find what reads and writes so much.",
    ),
    Vital("WriteIOPS", "Writes / s", above=True, write=number, bounds=_unbounded, activity=True),
    Vital("TransactionLogsGeneration", "WAL / s", above=True, write=size, bounds=_unbounded, activity=True),
    Vital(
        "BurstBalance",
        "I/O credits",
        above=False,
        write=_percent,
        bounds=_fixed("rds_burst_exhausted", 10.0, Role.CAUSE, 0.8),
        advice="Move the volume to gp3, whose baseline needs no credits.",
    ),
    Vital(
        "CPUCreditBalance",
        "CPU credits",
        above=False,
        write=number,
        bounds=_credits,
        advice="Take a class that is not burstable, or unlimited mode.",
    ),
    Vital(
        "MaximumUsedTransactionIDs",
        "Transaction ids",
        above=True,
        write=number,
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Autovacuum.html
        bounds=_fixed("rds_transaction_ids", 1e9, Role.CAUSE, 0.7),
        advice="Vacuum the oldest tables now; find what keeps autovacuum from them.",
    ),
)
"""What is looked at, in the order it is told."""

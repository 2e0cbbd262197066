"""The vital signs of an RDS instance: what is measured, in the order it is told, and what a person could do."""

from __future__ import annotations

from tools.aws.rds_bounds import Vital, burst, connections, fixed, iops, memory, slots, storage, swap, unbounded
from tools.aws.wording import number, size
from tools.contract import Role


def _percent(value: float) -> str:
    return f"{number(value)} %"


def _milliseconds(value: float) -> str:
    return f"{number(value * 1000)} ms"


def _seconds(value: float) -> str:
    return f"{number(value)} s"


VITALS = (
    Vital(
        "DatabaseConnections",
        "Connections",
        above=True,
        write=number,
        bounds=connections,
        key=True,
        activity=True,
        advice="Find the client that opened them and have it open fewer, or put RDS Proxy in between.",
    ),
    Vital(
        "CPUUtilization",
        "CPU",
        above=True,
        write=_percent,
        bounds=fixed("rds_cpu_saturated", 90.0, Role.CAUSE, 0.65),
        key=True,
        advice="See the top SQL; tune it, or take a larger class.",
    ),
    Vital(
        "FreeStorageSpace",
        "Free storage",
        above=False,
        write=size,
        bounds=storage,
        key=True,
        advice="Grow the storage or switch on storage autoscaling, then look for what filled it.",
    ),
    Vital("FreeableMemory", "Freeable memory", above=False, write=size, bounds=memory, key=True),
    Vital(
        "SwapUsage",
        "Swap",
        above=True,
        write=size,
        times=3.0,
        bounds=swap,
        advice="Find what takes the memory (large sorts, many connections, shared_buffers), or take a larger class.",
    ),
    Vital(
        "OldestReplicationSlotLag",
        "WAL kept for the oldest replication slot",
        above=True,
        write=size,
        bounds=slots,
        advice="See pg_replication_slots: have who reads the inactive slot go on, or have the slot dropped.",
    ),
    Vital(
        "ReplicaLag",
        "Replica lag",
        above=True,
        write=_seconds,
        # AWS names no figure; a minute is where readers of a replica begin to notice that what they wrote is missing.
        bounds=fixed("rds_replica_lag", 60.0, Role.SYMPTOM, 0.85),
        advice="See the writes on the source and the long queries on the replica.",
    ),
    Vital(
        "ReadLatency",
        "Read latency",
        above=True,
        write=_milliseconds,
        times=3.0,
        bounds=fixed("rds_reads_slow", 0.02, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "WriteLatency",
        "Write latency",
        above=True,
        write=_milliseconds,
        times=3.0,
        bounds=fixed("rds_writes_slow", 0.02, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "CommitLatency",  # of Aurora, in milliseconds
        "Commit latency",
        above=True,
        write=lambda value: f"{number(value)} ms",
        times=3.0,
        bounds=fixed("rds_commits_slow", 100.0, Role.SYMPTOM, 0.7),
    ),
    Vital(
        "Deadlocks",  # of Aurora, a second
        "Deadlocks / s",
        above=True,
        write=number,
        times=3.0,
        bounds=fixed("rds_deadlocks", 0.1, Role.CAUSE, 0.7),
        advice="See the engine's log for the two statements; take locks in one order, and keep transactions short.",
    ),
    Vital(
        "DiskQueueDepth",
        "Disk queue",
        above=True,
        write=number,
        times=3.0,
        bounds=fixed("rds_disk_queue", 10.0, Role.SYMPTOM, 0.65),
    ),
    Vital(
        "IOPS",
        "Reads and writes / s",
        above=True,
        write=number,
        bounds=iops,
        advice="Provision more IOPS, or find what reads and writes so much.",
    ),
    Vital("WriteIOPS", "Writes / s", above=True, write=number, bounds=unbounded, activity=True),
    Vital("TransactionLogsGeneration", "WAL / s", above=True, write=size, bounds=unbounded, activity=True),
    Vital(
        "BurstBalance",
        "I/O credits",
        above=False,
        write=_percent,
        bounds=fixed("rds_burst_exhausted", 10.0, Role.CAUSE, 0.8),
        advice="Move the volume to gp3, whose baseline needs no credits.",
    ),
    Vital(
        "CPUCreditBalance",
        "CPU credits",
        above=False,
        write=number,
        bounds=burst,
        advice="Take a class that is not burstable, or unlimited mode.",
    ),
    Vital(
        "MaximumUsedTransactionIDs",
        "Transaction ids",
        above=True,
        write=number,
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Autovacuum.html
        bounds=fixed("rds_transaction_ids", 1e9, Role.CAUSE, 0.7),
        advice="Vacuum the oldest tables now; find what keeps autovacuum from them.",
    ),
)
"""What is looked at, in the order it is told."""

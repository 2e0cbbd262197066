"""What is too much of a vital sign of an RDS instance, or too little: bounds by its class, storage and parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.aws.rds_records import Instance, Limit
from tools.aws.wording import GIBIBYTE, number, size
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


def connections(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bounds of connections, by max_connections; none where that is not known."""
    del instance
    if limit is None:
        return []
    of = f" of {number(limit.value)} ({_spelled(limit)})"
    return [
        Bound("rds_connections_exhausted", limit.value * 0.95, Role.CAUSE, 0.85, of),
        Bound("rds_connections_high", limit.value * 0.8, Role.SYMPTOM, 0.7, of),
    ]


def _spelled(limit: Limit) -> str:
    """Return where the limit is known from; it is PostgreSQL's and MySQL's max_connections either way."""
    return limit.source if "max_connections" in limit.source else f"max_connections by the {limit.source}"


def storage(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bounds of free storage, by what is allocated."""
    del limit
    if not instance.storage:
        return []
    of = f" free of {size(instance.storage)}"
    return [
        Bound("rds_storage_full", instance.storage * 0.02, Role.CAUSE, 0.9, of),
        Bound("rds_storage_low", instance.storage * 0.1, Role.SYMPTOM, 0.75, of),
    ]


def memory(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bound of freeable memory, by the class."""
    del limit
    of = f" of {size(instance.memory)}"
    return [Bound("rds_memory_low", instance.memory * 0.05, Role.SYMPTOM, 0.6, of)] if instance.memory else []


def swap(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bound of swap, by the class: some pages are always out, a twentieth of the memory is too much."""
    del limit
    of = f" beside {size(instance.memory)} of memory"
    return [Bound("rds_swapping", instance.memory * 0.05, Role.SYMPTOM, 0.6, of)] if instance.memory else []


def slots(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bound of what a replication slot keeps: a tenth of the storage, 10 GiB where that is not known."""
    del limit
    of = f" of {size(instance.storage)}" if instance.storage else ""
    return [Bound("rds_slot_keeps_wal", instance.storage * 0.1 or 10 * GIBIBYTE, Role.CAUSE, 0.8, of)]


def burst(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bound of CPU credits; only burstable classes live on them."""
    del limit
    return [Bound("rds_cpu_credits_exhausted", 1.0, Role.CAUSE, 0.75, " left")] if instance.burstable else []


def iops(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return the bound of reads and writes a second, by the storage."""
    del limit
    most = instance.iops_limit
    return (
        [Bound("rds_iops_limit", most.value * 0.95, Role.CAUSE, 0.7, f" of {number(most.value)} ({most.source})")]
        if most
        else []
    )


def fixed(code: str, at: float, role: Role, sure: float) -> Callable[[Instance, Limit | None], list[Bound]]:
    """Return a bound that is the same for every instance."""
    return lambda _instance, _limit: [Bound(code, at, role, sure)]


def unbounded(instance: Instance, limit: Limit | None) -> list[Bound]:
    """Return no bound: what clients do is judged by what is usual only."""
    del instance, limit
    return []

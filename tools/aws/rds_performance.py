"""What an RDS instance's load is made of, as Performance Insights samples it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING, Any

from tools.aws.client import pi, rds
from tools.aws.levels import Course, level
from tools.aws.rds_records import Instance, InstanceName, instance_of
from tools.aws.rds_waits import advice_on, kind_of, locks_out, means, wait_of
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number, shortened, sparkline
from tools.contract import Call, Finding, Observation, Role
from tools.declare import Minutes, reads

if TYPE_CHECKING:
    from types_boto3_pi import PIClient

FINDINGS = {
    "db_load_high": "More sessions are active than the instance has virtual CPUs.",
    "db_load_risen": "Load stands well above its level before, within what the CPUs can do.",
    "db_load_normal": "Load is at its usual level and below the virtual CPUs.",
    "db_waits_on_locks": "Sessions wait for each other's locks most of the time.",
    "db_lock_holder": "A statement that locks a table for itself runs while most sessions wait for locks.",
    "db_waits_on_io": "Sessions wait for the disk most of the time.",
    "db_waits_on_clients": "Sessions wait for their clients most of the time: idle or slow connections hold them.",
    "db_busy_with_cpu": "Sessions are on the CPU most of the time.",
    "db_waits_on_memory": "Sessions wait for the engine's own latches or memory most of the time.",
    "db_waits": "Sessions wait for one other thing most of the time.",
    "db_top_sql": "One statement makes a quarter of a load that is high, or more; from half on it is its cause.",
    "db_insights_off": "Performance Insights is off, so nothing is known about the load.",
}

DOMINANT = 0.5
"""A part that is half of the load or more is what the load is about."""

NOTABLE = 0.25
"""A statement of a quarter of the load is worth naming."""

HEAVY = 0.66
"""A statement that is half of the load is nearer to the cause than the resource that it uses up."""

BUSY = 0.5
"""Below this share of the virtual CPUs, what the load is made of matters to nobody."""


@dataclass(frozen=True)
class Share:
    """A part of the load: its name, its average active sessions, its share of the whole."""

    name: str
    kind: str
    load: float
    share: float


@dataclass(frozen=True)
class Load:
    """A database's load in a window."""

    points: Sequence[tuple[datetime, float]]
    waits: Sequence[Share]
    statements: Sequence[Share]
    users: Sequence[Share] = ()
    hosts: Sequence[Share] = ()


@reads(needs=("rds:DescribeDBInstances", "pi:GetResourceMetrics", "pi:DescribeDimensionKeys"))
def aws_rds_performance(instance: InstanceName, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Tell a database's load (average active sessions), what it waits for, and which SQL makes it."""
    span = window(minutes, around)
    with rds() as client:
        told = instance_of(client, instance)
    if not told.insights:
        text = f"Performance Insights is off for {instance}, so its load is unknown."
        return Observation(text, (_finding(told, "db_insights_off", text, Role.CONTEXT, 0.9),))
    with pi() as insights:
        load = _load(insights, told, span)
    return Observation(_text(told, load, span), findings(told, load, span))


def findings(instance: Instance, load: Load, span: Window) -> tuple[Finding, ...]:
    """Return what the load means: how high, waiting for what, made by which statement."""
    if not load.points:
        told = f"Performance Insights has no load of {instance.name} in the window."
        return (_finding(instance, "db_insights_off", told, Role.CONTEXT, 0.7),)
    head, busy = _height(instance, load, span)
    if not busy:
        return (head,)
    waits = [each for each in load.waits if each.share >= DOMINANT]
    heavy = [_statement(instance, each, load) for each in load.statements if each.share >= NOTABLE]
    parts = [*(_wait(instance, each) for each in waits), *_holder(instance, load), *heavy]
    return (head, *(replace(each, since=head.since) for each in parts))


def _makers(load: Load) -> str:
    """Say who makes most of the load: a user, and the host it comes from."""
    users, hosts = ([each.name for each in some[:1] if each.share >= DOMINANT] for some in (load.users, load.hosts))
    by = [f"user {users[0]}"] if users else []
    return " from ".join([*by, *([f"host {hosts[0]}"] if hosts else [])])


def _height(instance: Instance, load: Load, span: Window) -> tuple[Finding, bool]:
    found = level(load.points, span.start)
    cpus = instance.cpus
    told = f"Load of {instance.name} is {number(found.now)} active sessions"
    of = f"; the class has {number(cpus)} virtual CPUs" if cpus else ""
    risen = found.course is Course.RISEN
    if cpus and found.now > cpus:
        text = f"{told}{of}, {number(found.before)} before."
        return replace(_finding(instance, "db_load_high", text, Role.SYMPTOM, 0.8), since=found.since), True
    if risen and found.now > cpus * BUSY:
        text = f"{told}, {number(found.before)} before{of}."
        return replace(_finding(instance, "db_load_risen", text, Role.SYMPTOM, 0.6), since=found.since), True
    peak = f", {number(found.high)} at most" if found.high > found.now else ""
    return _finding(instance, "db_load_normal", f"{told}{peak}{of}.", Role.HEALTHY, 0.75), False


def _wait(instance: Instance, share: Share) -> Finding:
    told, does = wait_of(share.kind, share.name), means(share.kind, share.name)
    so = f": {does}" if does else ""
    said = f"{share.share:.0%} of the load of {instance.name} is {share.name} ({number(share.load)} sessions){so}."
    return _finding(instance, told.code, said, told.role, told.sure)


def _waits_for(load: Load, code: str) -> bool:
    """Tell whether half of the load or more is one type of waits."""
    return sum(each.share for each in load.waits if wait_of(each.kind, each.name).code == code) >= DOMINANT


def _holder(instance: Instance, load: Load) -> list[Finding]:
    """Return the statement that locks a table for itself while most sessions wait for locks, however light it is."""
    locking = [each for each in load.statements if locks_out(each.name)]
    if not locking or not _waits_for(load, "db_waits_on_locks"):
        return []
    said = f"While sessions of {instance.name} wait for locks, this runs, which locks its table for itself"
    told = _finding(instance, "db_lock_holder", f"{said}: {shortened(locking[0].name, 200)}.", Role.CAUSE, 0.77)
    return [replace(told, advice="Stop this statement, and run it again with a lock_timeout at a quiet hour.")]


def _statement(instance: Instance, share: Share, load: Load) -> Finding:
    """Return a heavy statement; below half of the load it is a cause among others.

    Where sessions wait for their clients, the statement is what they ran last, and not heavy.
    """
    makers, idle = _makers(load), _waits_for(load, "db_waits_on_clients")
    by = f", mostly by {makers}" if makers else ""
    told = f"{share.share:.0%} of the load of {instance.name} is one statement"
    said = f"{told} ({kind_of(share.name)}{by}): {shortened(share.name, 200)}."
    sure = HEAVY if share.share >= DOMINANT else 0.4
    found = _finding(instance, "db_top_sql", said, Role.SYMPTOM if idle else Role.CAUSE, sure)
    return replace(found, advice=advice_on(share.name))


def _finding(instance: Instance, code: str, told: str, role: Role, sure: float) -> Finding:
    leads = (Call("aws_rds_health", {"instance": instance.name}),) if role is not Role.HEALTHY else ()
    return Finding(code, f"rds/{instance.name}", told, "Performance Insights db.load.avg", sure, role, None, leads)


def _load(client: PIClient, instance: Instance, span: Window) -> Load:
    told = client.get_resource_metrics(
        ServiceType="RDS",
        Identifier=instance.resource,
        MetricQueries=[{"Metric": "db.load.avg"}],
        StartTime=span.before,
        EndTime=span.end,
        PeriodInSeconds=60 if (span.end - span.before).total_seconds() <= 60 * 300 else 300,
        MaxResults=20,
    )
    whole = next((each for each in told.get("MetricList", []) if not each.get("Key", {}).get("Dimensions")), None)
    points = [(each["Timestamp"], each["Value"]) for each in (whole or {}).get("DataPoints", []) if "Value" in each]
    average = fmean([value for at, value in points if at >= span.start] or [0.0])
    waits = _shares(client, instance, span, "db.wait_event", average)
    statements = _shares(client, instance, span, "db.sql_tokenized", average) or _shares(
        client, instance, span, "db.sql", average
    )
    users, hosts = (_shares(client, instance, span, group, average) for group in ("db.user", "db.host"))
    return Load(sorted(points), waits, statements, users, hosts)


def _shares(client: PIClient, instance: Instance, span: Window, group: Any, whole: float) -> list[Share]:
    told = client.describe_dimension_keys(
        ServiceType="RDS",
        Identifier=instance.resource,
        Metric="db.load.avg",
        GroupBy={"Group": group, "Limit": 10},
        StartTime=span.start,
        EndTime=span.end,
    )
    keys = told.get("Keys", [])
    most = max(whole, sum(key.get("Total", 0.0) for key in keys))  # parts may not outgrow the whole
    return [_share(key, group, most) for key in keys]


def _share(key: Any, group: str, most: float) -> Share:
    dimensions, load = key.get("Dimensions", {}), key.get("Total", 0.0)
    names = (dimensions.get(f"{group}.{member}") for member in ("name", "statement", "id"))
    name = next(filter(None, names), "") or next(iter(dimensions.values()), "?")
    return Share(name, dimensions.get(f"{group}.type", ""), load, load / most if most else 0.0)


def _text(instance: Instance, load: Load, span: Window) -> str:
    values = [value for at, value in load.points if at >= span.start]
    head = f"Load of {instance.name}, {clock(span.start)} to {clock(span.end)}: {sparkline(values) or 'no data'}"
    average = f"average {number(fmean(values))} of {number(instance.cpus)} virtual CPUs" if values else ""
    waits = [f"  {each.share:>4.0%}  {each.name}" for each in load.waits[:5]]
    statements = [f"  {each.share:>4.0%}  {shortened(each.name, 160)}" for each in load.statements[:5]]
    makers = [f"By: {_makers(load)}"] if _makers(load) else []
    rows = [head, average, "Waits:", *(waits or ["  unknown"]), "SQL:", *(statements or ["  unknown"]), *makers]
    return "\n".join(row for row in rows if row)

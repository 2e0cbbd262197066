"""Judge one vital sign of an RDS instance: beyond its bound, recovered, or in order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime
from statistics import median

from tools.aws.levels import LEAST, RECENT, Course, Level, Points, level
from tools.aws.rds_bounds import Bound, Vital
from tools.aws.rds_records import Instance, Limit
from tools.aws.rds_terms import RISES, TERMS
from tools.aws.windows import Window
from tools.aws.wording import clock, duration, sparkline
from tools.contract import Call, Finding, JsonObject, Role

FINDINGS = {
    "rds_connections_exhausted": "Connections are at max_connections (95 % or more): clients are being refused.",
    "rds_connections_high": "Connections are above 80 % of max_connections; a cause if they are twice the usual, too.",
    "rds_cpu_saturated": "CPU is at 90 % or more.",
    "rds_cpu_credits_exhausted": "A burstable class has no CPU credits left and runs at its baseline.",
    "rds_storage_full": "Less than 2 % of the storage is free: writes fail or soon will.",
    "rds_storage_low": "Less than 10 % of the storage is free.",
    "rds_memory_low": "Less than 5 % of the class's memory is freeable.",
    "rds_swapping": "More is swapped out than 5 % of the class's memory, three times as much as before.",
    "rds_slot_keeps_wal": "A replication slot that nobody reads keeps a tenth of the storage as WAL, or more.",
    "rds_replica_lag": "A replica is more than 60 s behind its source.",
    "rds_reads_slow": "A read takes more than 20 ms, and three times as long as before.",
    "rds_writes_slow": "A write takes more than 20 ms, and three times as long as before.",
    "rds_commits_slow": "A commit takes more than 100 ms (Aurora), and three times as long as before.",
    "rds_deadlocks": "Transactions deadlock, a tenth a second or more (Aurora), three times as many as before.",
    "rds_disk_queue": "More than 10 requests wait for the disk, three times as many as before.",
    "rds_burst_exhausted": "A gp2 volume has less than 10 % of its I/O credits left.",
    "rds_iops_limit": "Reads and writes are at 95 % or more of what the storage does.",
    "rds_transaction_ids": "More than a billion transaction ids are unvacuumed: wraparound protection comes nearer.",
    "rds_vital_recovered": "A vital sign was beyond its limit in the window and no longer is.",
    "rds_clients_gone": "Connections have fallen to a tenth of the usual, or less.",
    "rds_activity_resumed": "What clients do stopped in the window and has come back.",
    "rds_storage_falling": "More than half of the free storage has gone in the window.",
    "rds_activity_risen": "Clients do twice as much as usual, or more, within what the instance can do.",
    "rds_normal": "The vital signs that could be read are in order.",
    "rds_unmeasured": "CloudWatch has no data for a vital sign.",
}


BUSIER = 2.0
"""Traffic swings by half; twice the usual is a surge."""

STOPPED, LEFT = 0.1, 0.5
"""Less than this share of the usual is an interruption; a tenth of so few connections is none to speak of."""


def judge(vital: Vital, points: Points, instance: Instance, limit: Limit | None, span: Window) -> Finding | None:
    """Return what a vital sign shows, or None if it is in order."""
    told = _lately(vital, points, level(points, span.start))
    usual, now = told.before, told.now
    shown = [(at, value) for at, value in points if at >= span.start]
    for bound in vital.bounds(instance, limit):
        if _beyond(vital, now, bound, usual):
            return _bad(vital, bound, instance, told, _since(vital, points, bound, usual))
        past = [(at, value) for at, value in shown if _beyond(vital, value, bound, usual)]
        if len(past) >= RECENT:  # a lone point is no state to recover from
            return _recovered(vital, bound, instance, now, past)
    if vital.name == "DatabaseConnections" and told.course is Course.FALLEN and now <= STOPPED * usual >= LEFT:
        return _stopped(vital, instance, told)
    if vital.activity and told.course is Course.RISEN and now >= BUSIER * usual:
        return _risen(vital, instance, told)
    interrupted = told.since and len(shown) > RECENT and told.since >= shown[RECENT][0]
    if vital.activity and interrupted and told.course is Course.DIPPED and told.low <= STOPPED * usual:
        return _resumed(vital, instance, told)
    return _running_out(vital, instance, shown) if vital.name == "FreeStorageSpace" else None


def _lately(vital: Vital, points: Points, told: Level) -> Level:
    """Return the level with the last value as that of now, where each of the last few was worse than the one before.

    Three points make a level; a climb that is still going on has passed it by then.
    """
    last = [value for _, value in points[-RECENT:]]
    steps = itertools.pairwise(last if vital.above else last[::-1])
    away = min(last) >= BUSIER * told.before if vital.above else max(last) <= told.before / BUSIER
    climbing = len(last) == RECENT and away and all(sooner < later for sooner, later in steps)
    return replace(told, now=last[-1]) if climbing else told


def line(vital: Vital, points: Points, span: Window) -> str:
    """Write a vital sign in a line of the table."""
    values = [value for at, value in points if at >= span.start] or [points[-1][1]]
    now = median(value for _, value in points[-RECENT:])
    low, high = vital.write(min(values)), vital.write(max(values))
    return f"{vital.words:<22} now {vital.write(now):>9}, {low} to {high}  {sparkline(values)}"


def _risen(vital: Vital, instance: Instance, told: Level) -> Finding:
    since = f" since {clock(told.since)}" if told.since else ""
    now, usual = vital.write(told.now), vital.write(told.before)
    return Finding(
        code="rds_activity_risen",
        subject=f"rds/{instance.name}",
        observed=f"{RISES[vital.name]} on {instance.name}: {vital.words} {now}{since}, usually {usual} ({vital.name}).",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=0.6,
        role=Role.SYMPTOM,
        since=told.since,
        leads_to=(Call("aws_rds_performance", {"instance": instance.name}),),
    )


def _stopped(vital: Vital, instance: Instance, told: Level) -> Finding:
    since = f" since {clock(told.since)}" if told.since else ""
    now, usual = vital.write(told.now), vital.write(told.before)
    tools = ("aws_rds_events", "aws_rds_instance")
    return Finding(
        code="rds_clients_gone",
        subject=f"rds/{instance.name}",
        observed=f"Connections of {instance.name} are down to {now}{since}, usually {usual}: clients no longer reach "
        f"it, or have stopped ({vital.name}).",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=0.7,
        role=Role.SYMPTOM,
        since=told.since,
        leads_to=(*(Call(one, {"instance": instance.name}) for one in tools), Call("aws_network_changes", {})),
    )


def _resumed(vital: Vital, instance: Instance, told: Level) -> Finding:
    at = f" at {clock(told.since)}" if told.since else ""
    now, low = vital.write(told.now), vital.write(told.low)
    return Finding(
        code="rds_activity_resumed",
        subject=f"rds/{instance.name}",
        observed=f"{vital.words} of {instance.name} dropped to {low}{at} and are back at {now}: "
        f"the workload resumed normally ({vital.name}).",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=0.7,
        role=Role.HEALTHY,
        since=told.since,
        leads_to=(Call("aws_rds_events", {"instance": instance.name}),),
    )


def _running_out(vital: Vital, instance: Instance, shown: Points) -> Finding | None:
    """Return when free storage will be used up, if more than half of it has gone in the window."""
    if not _drained(shown):
        return None
    (began, had), (at, left) = shown[0], shown[-1]
    minutes = left * (at - began).total_seconds() / 60 / (had - left)
    told = (
        f"Storage of {instance.name} is running out: free storage fell from {vital.write(had)} to {vital.write(left)}"
    )
    pace = f"at this pace none is left in {duration(minutes)}"
    return Finding(
        code="rds_storage_falling",
        subject=f"rds/{instance.name}",
        observed=f"{told} since {clock(began)}, and {pace} ({vital.name}).",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=0.75,
        role=Role.CAUSE,
        since=began,
        leads_to=(Call("aws_rds_performance", {"instance": instance.name}),),
        advice=vital.advice,
    )


def _drained(shown: Points) -> bool:
    """Tell whether more than half has gone in the window, in both its halves: one load or deletion is no trend."""
    if len(shown) < LEAST:
        return False
    had, half, left = shown[0][1], shown[len(shown) // 2][1], shown[-1][1]
    return had > half > left and left <= had / 2


def _beyond(vital: Vital, value: float, bound: Bound, usual: float) -> bool:
    if vital.times and value < vital.times * usual:
        return False
    return value >= bound.at if vital.above else value <= bound.at


def _since(vital: Vital, points: Points, bound: Bound, usual: float) -> datetime | None:
    """Return since when the value is beyond its bound without a break of more than a point or two."""
    since, calm = None, 0
    for at, value in reversed(points):
        calm = 0 if _beyond(vital, value, bound, usual) else calm + 1
        if calm >= RECENT:
            break
        since = since if calm else at
    return since


def _bad(vital: Vital, bound: Bound, instance: Instance, told: Level, since: datetime | None) -> Finding:
    """Return that a vital sign is beyond its bound; its trouble began when it left its usual level."""
    now, when = told.now, f" since {clock(since)}" if since else ""
    left = told.since if told.course in {Course.RISEN, Course.FALLEN} else None
    return Finding(
        code=bound.code,
        subject=f"rds/{instance.name}",
        observed=f"{TERMS[bound.code]} on {instance.name}: {vital.words} {vital.write(now)}{bound.limit}{when} "
        f"({vital.name}).",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=bound.sure,
        role=Role.CAUSE if _surging(bound, told) else bound.role,
        since=min((at for at in (left, since) if at), default=None),
        leads_to=_leads(bound, instance),
        advice=vital.advice,
    )


def _surging(bound: Bound, told: Level) -> bool:
    """Tell whether connections near their limit got there by a surge: how most of them run out."""
    return bound.code == "rds_connections_high" and told.course is Course.RISEN and told.now >= BUSIER * told.before


def _leads(bound: Bound, instance: Instance) -> tuple[Call, ...]:
    """Return where to look next; a replica lags because of what its source writes."""
    name = instance.name
    own = (Call("aws_rds_events", {"instance": name}), Call("aws_rds_performance", {"instance": name}))
    if bound.code != "rds_replica_lag" or not instance.replica_of:
        return own
    source: JsonObject = {"instance": instance.replica_of}
    return (Call("aws_rds_health", source), Call("aws_rds_performance", dict(source)), *own)


def _recovered(vital: Vital, bound: Bound, instance: Instance, now: float, past: Points) -> Finding:
    values = [value for _, value in past]
    worst = vital.write(max(values) if vital.above else min(values))
    told = f"{vital.words} ({vital.name}) of {instance.name} was {worst}{bound.limit} until {clock(past[-1][0])}"
    return Finding(
        code="rds_vital_recovered",
        subject=f"rds/{instance.name}",
        observed=f"{told} and is {vital.write(now)} now.",
        pointer=f"CloudWatch AWS/RDS {vital.name}, DBInstanceIdentifier={instance.name}",
        confidence=0.85,
        role=Role.HEALTHY,
        since=past[0][0],
    )

"""RDS instances and what happened to them: state, pending changes, events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.aws.client import rds
from tools.aws.rds_meanings import MEANINGS, Meaning, meaning_of
from tools.aws.rds_records import Instance, InstanceName, connection_limit, instance_of
from tools.aws.windows import Around, window
from tools.aws.wording import clock, duration, number, shortened, size
from tools.contract import Call, Finding, Observation, Role
from tools.declare import Minutes, reads

FINDINGS = {
    "rds_failed_over": "The instance failed over to its standby.",
    "rds_restarted": "The instance was restarted or was down.",
    "rds_storage_ran_low": "RDS reported low or full storage.",
    "rds_storage_grown": "The storage was grown, by autoscaling or by hand.",
    "rds_configuration_changed": "Somebody changed the instance, its class, parameters or credentials.",
    "rds_replication_trouble": "RDS reported that replication failed or stopped.",
    "rds_replication_lagging": "RDS reported that a replica lags behind its source.",
    "rds_recovering": "RDS is recovering or rebuilding the instance.",
    "rds_connections_refused": "RDS reported that connections were refused or had run out.",
    "rds_checkpoints": "RDS or PostgreSQL reported checkpoints that come too often or take too long.",
    "rds_io_throttled": "RDS reported that the storage's IOPS or burst balance is used up.",
    "rds_cpu_reported": "RDS reported high CPU.",
    "rds_locks_reported": "RDS or PostgreSQL reported deadlocks or lock waits.",
    "rds_vacuum_due": "PostgreSQL warns that a database must be vacuumed, or its transaction ids run out.",
    "rds_calm": "RDS reported routine only: no error, restart or failover.",
    "rds_failure": "RDS reported a failure.",
    "rds_backup": "A backup or snapshot ran; it may slow reads and writes for its time.",
    "rds_maintenance": "Maintenance or patching took place.",
    "rds_uneventful": "RDS reported nothing in the window.",
    "rds_not_available": "The instance is in a state in which it may not serve.",
    "rds_change_pending": "A change waits for the next maintenance window or a restart.",
    "rds_replica_of": "The instance is a read replica of another.",
    "rds_available": "The instance is available.",
}

SERVING = {
    "available",
    "backing-up",
    "configuring-enhanced-monitoring",
    "configuring-log-exports",
    "storage-optimization",
    "storage-config-upgrade",
    "storage-initialization",
}
"""States in which an instance serves: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""

ROWS = 40

LAGGING = {"rds_storage_ran_low", "rds_replication_lagging", "rds_connections_refused", "rds_cpu_reported"}
"""Reported once a limit is passed, so the report's time says nothing of when it began."""

BACK = re.compile(r"\bis (now )?available\b", re.IGNORECASE)
OUTAGES = ("rds_failed_over", "rds_restarted")
STEPS = 6

DONE = re.compile(r"complet|finished|has been increased", re.IGNORECASE)


@reads(needs=("rds:DescribeDBInstances", "rds:DescribeDBParameters"))
def aws_rds_instance(instance: InstanceName) -> Observation:
    """Describe an RDS instance: state, engine, class, storage, connection limit, replicas, pending changes."""
    with rds() as client:
        told = instance_of(client, instance)
        limit = connection_limit(client, told)
    most = size(told.storage_most) if told.storage_most else "no more"
    rows = [
        f"{told.name}: {told.status}, {told.engine} {told.version}, {told.kind}{', Multi-AZ' if told.multi_az else ''}",
        f"storage {size(told.storage)} {told.storage_type}, grows to {most}",
        f"max_connections {number(limit.value)} ({limit.source})" if limit else "max_connections unknown",
        f"replica of {told.replica_of}" if told.replica_of else f"replicas: {', '.join(told.replicas) or 'none'}",
        *([f"pending: {_pending(told)}"] if told.pending else []),
    ]
    return Observation("\n".join(rows), tuple(state_findings(told)))


@reads(needs=("rds:DescribeDBInstances", "rds:DescribeEvents"))
def aws_rds_events(instance: InstanceName, minutes: Minutes = 180, around: Around = "") -> Observation:
    """List what RDS says happened to an instance: failovers, restarts, storage, changes, backups."""
    span = window(minutes, around)
    with rds() as client:
        told = instance_of(client, instance)
        pages = client.get_paginator("describe_events").paginate(
            SourceIdentifier=instance,
            SourceType="db-instance",
            StartTime=span.start,
            EndTime=span.end + timedelta(minutes=1),
        )
        events = [each for page in pages for each in page["Events"]]
    rows = [
        f"{clock(each['Date'])}  {shortened(each.get('Message', ''), 300)}" for each in events[-ROWS:] if "Date" in each
    ]
    head = f"Events of {told.name} in {duration(span.minutes)} to {clock(span.end)}: {len(events) or 'none'}"
    return Observation("\n".join([head, *rows]), event_findings(told.name, events, told.replica_of))


def event_findings(name: str, events: Sequence[Any], source: str = "") -> tuple[Finding, ...]:
    """Return what events mean: one finding a kind, dated by the first and told by the last of its kind.

    A replica's trouble leads to its `source`, which writes what the replica has to replay.
    """
    kinds: dict[str, list[Any]] = {}
    meanings = {meaning.code: meaning for meaning in MEANINGS}
    for event in sorted(events, key=_date):
        if code := _kind(event.get("Message", ""), kinds):
            kinds.setdefault(code, []).append(event)
    if not events:
        told = f"RDS reported nothing about {name} in the window."
        return (Finding("rds_uneventful", f"rds/{name}", told, "DescribeEvents", 0.8, Role.HEALTHY),)
    found = [_settled(_event(name, meanings[code], held, source), kinds) for code, held in kinds.items()]
    hurting = any(one.role is not Role.CONTEXT for one in found)
    return tuple(found) if hurting else (*found, _calm(name, events))


def _kind(message: str, before: Mapping[str, object]) -> str:
    """Return what an event means; that an instance is available again belongs to the outage before it."""
    meaning = meaning_of(message)
    if meaning is None and BACK.search(message):
        return next((code for code in OUTAGES if code in before), "")
    return meaning.code if meaning else ""


def _calm(name: str, events: Sequence[Any]) -> Finding:
    said = f"RDS reported no error, restart or failover of {name} in the window, only routine ({len(events)} events)."
    return Finding("rds_calm", f"rds/{name}", said, f"DescribeEvents, {name}", 0.75, Role.HEALTHY)


def state_findings(instance: Instance) -> list[Finding]:
    """Return what an instance's own state says."""
    subject, pointer = f"rds/{instance.name}", f"DescribeDBInstances, {instance.name}, DBInstanceStatus"
    events = Call("aws_rds_events", {"instance": instance.name})
    health = Call("aws_rds_health", {"instance": instance.name})
    if instance.status in SERVING:
        told = f"{instance.name} is {instance.status}."
        found = [Finding("rds_available", subject, told, pointer, 0.8, Role.HEALTHY, leads_to=(health,))]
    else:
        told = f"{instance.name} is {instance.status}."
        found = [Finding("rds_not_available", subject, told, pointer, 0.85, Role.CAUSE, leads_to=(events, health))]
    if instance.pending:
        told = f"A change of {instance.name} is pending: {_pending(instance)}."
        found.append(Finding("rds_change_pending", subject, told, pointer, 0.8, Role.CONTEXT))
    followed = [(instance.replica_of, instance.name)] if instance.replica_of else []
    pairs = [*followed, *((instance.name, each) for each in instance.replicas)]
    return [*found, *(_replica(source, each) for source, each in pairs)]


def _replica(source: str, replica: str) -> Finding:
    """Return that a replica follows its source: what the source writes is what the replica has to replay.

    Whoever names the one in an alarm may mean the other, so both are looked at.
    """
    tools = ("aws_rds_health", "aws_rds_events")
    looks = [Call(tool, {"instance": each}) for tool in tools for each in (replica, source)]
    load = Call("aws_rds_performance", {"instance": source})
    told, where = f"{replica} is a read replica of {source}.", f"DescribeDBInstances, {source}"
    return Finding("rds_replica_of", f"rds/{replica}", told, where, 0.9, Role.CONTEXT, leads_to=(*looks, load))


def _story(name: str, meaning: Meaning, events: Sequence[Any]) -> str:
    """Tell an outage event by event; of anything else the last event says most, as RDS words it."""
    if meaning.code == "rds_failed_over":
        steps = "; ".join(_said(each) for each in events[:STEPS])
        return f"Failover of {name}, as RDS reported it: {steps}.{_again(events[-1])}"
    count = f" ({len(events)} such events)" if len(events) > 1 else ""
    return f"{_said(events[-1])}{count}."


def _again(last: Any) -> str:
    """Say since when the instance serves again, if the last event is that."""
    back = BACK.search(last.get("Message", "")) and "Date" in last
    return f" Instance available again since {clock(last['Date'])}." if back else ""


def _said(event: Any) -> str:
    at = f"{clock(event['Date'])}: " if "Date" in event else ""
    one_sentence = re.sub(r"\.\s+", ", ", shortened(event.get("Message", ""), 300).rstrip("."))
    return f"{at}{one_sentence}"


def _settled(finding: Finding, kinds: Mapping[str, Sequence[Any]]) -> Finding:
    """Return low storage as context where storage was grown after the last such event: it no longer hurts."""
    grown = kinds.get("rds_storage_grown", [])
    if finding.code != "rds_storage_ran_low" or not grown or not DONE.search(grown[-1].get("Message", "")):
        return finding
    if _date(grown[-1]) < _date(kinds[finding.code][-1]):
        return finding
    return replace(finding, role=Role.CONTEXT, observed=f"{finding.observed} Storage has been grown since.")


def _date(event: Any) -> datetime:
    return event.get("Date") or datetime.min.replace(tzinfo=UTC)


def _pending(instance: Instance) -> str:
    return ", ".join(f"{name} → {value}" for name, value in sorted(instance.pending.items()))


def _event(name: str, meaning: Meaning, events: Sequence[Any], source: str) -> Finding:
    first, looks = events[0], [Call("aws_rds_health", {"instance": name})]
    if source and meaning.code == "rds_replication_lagging":
        looks += [Call(tool, {"instance": source}) for tool in ("aws_rds_health", "aws_rds_performance")]
    return Finding(
        code=meaning.code,
        subject=f"rds/{name}",
        observed=_story(name, meaning, events),
        pointer=f"DescribeEvents, {name}",
        confidence=meaning.sure,
        role=meaning.role,
        since=None if meaning.code in LAGGING else first.get("Date"),
        leads_to=tuple(looks),
    )

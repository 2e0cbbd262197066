"""RDS instances and what happened to them: state, pending changes, events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.aws.client import rds
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
    "rds_replication_trouble": "RDS reported a replication error or lag.",
    "rds_recovering": "RDS is recovering or rebuilding the instance.",
    "rds_connections_refused": "RDS reported that connections were refused or had run out.",
    "rds_failure": "RDS reported a failure.",
    "rds_backup": "A backup or snapshot ran; it may slow reads and writes for its time.",
    "rds_maintenance": "Maintenance or patching took place.",
    "rds_uneventful": "RDS reported nothing in the window.",
    "rds_not_available": "The instance is in a state in which it may not serve.",
    "rds_change_pending": "A change waits for the next maintenance window or a restart.",
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

DONE = re.compile(r"complet|finished|has been increased", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """What an event means when its message says certain words."""

    code: str
    words: re.Pattern[str]
    role: Role
    sure: float


def _meaning(code: str, words: str, role: Role, sure: float) -> Meaning:
    return Meaning(code, re.compile(words, re.IGNORECASE), role, sure)


MEANINGS = (
    _meaning("rds_configuration_changed", r"(updated|changed|modified|applied).{0,20} parameter", Role.CHANGE, 0.7),
    _meaning(
        "rds_storage_ran_low",
        r"(free )?storage.{0,60}(\blow\b|exhaust|\bfull\b|consumed|run out|critical)|low storage|storage.full|no space",
        Role.CAUSE,
        0.8,
    ),
    _meaning(
        "rds_storage_grown",
        r"(finished|complet|started|initiated|in progress|applying|increas).{0,60}storage"
        r"|storage.{0,80}(increased|autoscal|finished|modification)",
        Role.CHANGE,
        0.7,
    ),
    _meaning("rds_failed_over", r"fail(ed)?.?over|multi-az.{0,40}(activat|complet|started)", Role.CAUSE, 0.8),
    _meaning(
        "rds_connections_refused",
        r"too many connections|max_connections|connection.{0,30}(exhaust|refus|limit|saturat)",
        Role.CAUSE,
        0.75,
    ),
    _meaning(
        "rds_replication_trouble",
        r"replicat.{0,60}(error|stopp|terminat|lag|fail|broken)|replica.{0,40}(lag|behind|error)",
        Role.CAUSE,
        0.65,
    ),
    _meaning("rds_restarted", r"restart|reboot|shut ?down|stopped|crash|out of memory", Role.CAUSE, 0.7),
    _meaning("rds_recovering", r"recover(y|ing)|restor(ed|ing)", Role.SYMPTOM, 0.5),
    _meaning(
        "rds_configuration_changed",
        r"parameter group|class.{0,40}chang|modif|applying|reset.{0,20}(password|credential)|master (user )?credential"
        r"|renam|upgrade",
        Role.CHANGE,
        0.7,
    ),
    _meaning("rds_backup", r"back(ing)?.?(ed)? ?up|snapshot", Role.CONTEXT, 0.8),
    _meaning("rds_maintenance", r"maintenance|patch", Role.CHANGE, 0.6),
    _meaning("rds_failure", r"fail|error|incompatible|unable|cannot", Role.SYMPTOM, 0.6),
)
"""What messages mean, the most telling first: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"""


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
    return Observation("\n".join([head, *rows]), event_findings(told.name, events))


def event_findings(name: str, events: Sequence[Any]) -> tuple[Finding, ...]:
    """Return what events mean: one finding a kind, dated by the first and told by the last of its kind."""
    kinds: dict[str, list[Any]] = {}
    meanings = {meaning.code: meaning for meaning in MEANINGS}
    for event in sorted(events, key=_date):
        meaning = meaning_of(event.get("Message", ""))
        if meaning:
            kinds.setdefault(meaning.code, []).append(event)
    if not events:
        told = f"RDS reported nothing about {name} in the window."
        return (Finding("rds_uneventful", f"rds/{name}", told, "DescribeEvents", 0.8, Role.HEALTHY),)
    return tuple(_settled(_event(name, meanings[code], held), kinds) for code, held in kinds.items())


def meaning_of(message: str) -> Meaning | None:
    """Return what a message means; None if it is nothing special."""
    return next((each for each in MEANINGS if each.words.search(message)), None)


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
    return found


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


def _event(name: str, meaning: Meaning, events: Sequence[Any]) -> Finding:
    first, last = events[0], events[-1]
    count = f" ({len(events)} such events)" if len(events) > 1 else ""
    at = f"{clock(last['Date'])}: " if "Date" in last else ""
    return Finding(
        code=meaning.code,
        subject=f"rds/{name}",
        observed=f"{at}{shortened(last.get('Message', ''), 300).rstrip('.')}{count}.",
        pointer=f"DescribeEvents, {name}",
        confidence=meaning.sure,
        role=meaning.role,
        since=first.get("Date"),
        leads_to=(Call("aws_rds_health", {"instance": name}),),
    )

"""What a database's waits and statements mean: whom sessions wait for, and what a statement does to the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.contract import Role


@dataclass(frozen=True)
class Wait:
    """A type of waits, as PostgreSQL and MySQL name them.

    Attributes:
        word: The type.
        code: The finding where most of the load is that.
        role: What part it plays.
        sure: Confidence.
        means: What the sessions do.
    """

    word: str
    code: str
    role: Role
    sure: float
    means: str


WAITS = (
    Wait("lock", "db_waits_on_locks", Role.CAUSE, 0.75, "blocked by locks that other sessions hold"),
    Wait("lwlock", "db_waits_on_memory", Role.SYMPTOM, 0.55, "waiting for the engine's own latches"),
    Wait("synch", "db_waits_on_memory", Role.SYMPTOM, 0.55, "waiting for the engine's own latches"),
    Wait("io", "db_waits_on_io", Role.SYMPTOM, 0.65, "waiting for the disk"),
    Wait("client", "db_waits_on_clients", Role.SYMPTOM, 0.6, "waiting for their clients, as idle transactions do"),
    Wait("cpu", "db_busy_with_cpu", Role.SYMPTOM, 0.6, "on the CPU"),
)
"""Types of waits: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Tuning.concepts.html"""
OTHER = Wait("", "db_waits", Role.SYMPTOM, 0.5, "")

_EVENTS = (
    ("DataFileRead", "reading data that is not in memory, as scans of whole tables do"),
    ("BufFile", "sorting or hashing on disk, what does not fit into work_mem"),
    ("WAL", "writing the write-ahead log (WAL)"),
    ("DataFileWrite|DataFileExtend", "writing data to disk"),
    ("Checkpoint", "writing a checkpoint"),
)
"""Events that say more: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Tuning.concepts.summary.html"""

_COMMENTS = r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*"
_WRITES = re.compile(_COMMENTS + r"(WITH\b.{0,400}?\b)?(INSERT|UPDATE|DELETE|COPY|MERGE)\b", re.IGNORECASE | re.DOTALL)
_LOCKING = re.compile(
    _COMMENTS + r"(ALTER\s+TABLE|DROP|TRUNCATE|REINDEX|CLUSTER|LOCK\s+TABLE|VACUUM\s*\(?\s*FULL"
    r"|CREATE\s+(UNIQUE\s+)?INDEX(?!\s+CONCURRENTLY)|REFRESH\s+MATERIALIZED\s+VIEW(?!\s+CONCURRENTLY))\b",
    re.IGNORECASE | re.DOTALL,
)
_VACUUM = re.compile(r"\s*(autovacuum|VACUUM\b)", re.IGNORECASE)


def wait_of(kind: str, name: str) -> Wait:
    """Return what a wait is: by its type, or by what its name begins with, such as IO:DataFileRead."""
    said = kind.lower() or name.partition(":")[0].lower()
    return next((one for one in WAITS if one.word == said), OTHER)


def means(kind: str, name: str) -> str:
    """Return what sessions do that wait like this; empty if it is not known."""
    event = next((words for sign, words in _EVENTS if re.search(sign, name)), "")
    return event or wait_of(kind, name).means


def locks_out(statement: str) -> bool:
    """Tell whether a statement keeps everybody else from a table while it runs.

    https://www.postgresql.org/docs/current/explicit-locking.html
    """
    return bool(_LOCKING.match(statement))


def kind_of(statement: str) -> str:
    """Return what a statement is that makes most of a load."""
    if _VACUUM.match(statement):
        return "vacuum"
    return "a write-heavy workload" if _WRITES.match(statement) else "a heavy query"


def advice_on(statement: str) -> str:
    """Return what a person could do about it."""
    if _VACUUM.match(statement):
        return "Let the vacuum finish; have it run more often in smaller parts (autovacuum_vacuum_scale_factor)."
    if _WRITES.match(statement):
        return "Run this statement in smaller batches, or stop what runs it."
    return "See this statement's plan (EXPLAIN): is an index missing, so that it scans a whole table? Else stop it."

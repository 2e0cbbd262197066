"""The audit trail: each record names the hash of the one before it, under a key that is not where the trail is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tools.canonical import digest, sign, signed_by
from tools.contract import JsonObject

START = "0" * 64
"""What the first record names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened.

    Attributes:
        seq: 1 for the first record, one more for each.
        at: When (UTC), by the store's clock.
        kind: What happened, such as `vote` or `dispatch`.
        data: The particulars.
        previous: Hash of the record before.
        mac: HMAC over all of the above, hex.
    """

    seq: int
    at: datetime
    kind: str
    data: JsonObject
    previous: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the trail ends: how many records there are and the hash of the last."""

    seq: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Verified:
    """What walking the trail showed: how many records hold, whether all do, and the first thing that does not."""

    records: int
    ok: bool
    problem: str = ""


def link(key: bytes, head: Head, at: datetime, kind: str, data: JsonObject) -> tuple[Record, Head]:
    """Return the record that follows a head, and the head it makes."""
    bare = Record(head.seq + 1, at, kind, data, head.hash)
    record = Record(bare.seq, at, kind, data, head.hash, sign(key, bare))
    return record, Head(record.seq, digest(record))


def walk(key: bytes, records: Iterable[Record], head: Head) -> Verified:
    """Check every record against the one before it, and the last against the head."""
    reached = Head()
    for record in records:
        if problem := _broken(key, reached, record):
            return Verified(reached.seq, ok=False, problem=problem)
        reached = Head(record.seq, digest(record))
    if reached != head:
        problem = f"The trail ends at record {reached.seq}, but record {head.seq} was written: the end was cut off."
        return Verified(reached.seq, ok=False, problem=problem)
    return Verified(reached.seq, ok=True)


def _broken(key: bytes, reached: Head, record: Record) -> str:
    bare = Record(record.seq, record.at, record.kind, record.data, record.previous)
    if not signed_by(key, bare, record.mac):
        return f"Record {reached.seq + 1} was edited: its signature does not match."
    if (record.seq, record.previous) != (reached.seq + 1, reached.hash):
        return f"Record {record.seq} does not follow record {reached.seq}: something was removed, moved or inserted."
    return ""

"""The audit trail: each record names the hash of the one before it, under a key that is not where the trail is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tools.canonical import canonical
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
    record = replace(bare, mac=_mac(key, _body(bare)))
    return record, Head(record.seq, _hash(_body(record), record.mac))


def walk(key: bytes, records: Iterable[Record], head: Head) -> Verified:
    """Check every record against the one before it, and the last against the head."""
    verified, reached = follow(key, records)
    if verified.ok and reached != head:
        problem = f"The trail ends at record {reached.seq}, but record {head.seq} was written: the end was cut off."
        return Verified(reached.seq, ok=False, problem=problem)
    return verified


def follow(key: bytes, records: Iterable[Record]) -> tuple[Verified, Head]:
    """Check every record against the one before it, from the first; return also where the good part ends."""
    reached = Head()
    for record in records:
        body = _body(record)
        if problem := _broken(key, reached, record, body):
            return Verified(reached.seq, ok=False, problem=problem), reached
        reached = Head(record.seq, _hash(body, record.mac))
    return Verified(reached.seq, ok=True), reached


def _body(record: Record) -> bytes:
    """Return what a record's signature is over: everything but the signature."""
    at = record.at.astimezone(UTC).isoformat()
    return canonical([record.seq, at, record.kind, record.data, record.previous])


def _mac(key: bytes, body: bytes) -> str:
    return hmac.digest(key, body, "sha256").hex()


def _hash(body: bytes, mac: str) -> str:
    return hashlib.sha256(body + mac.encode()).hexdigest()


def _broken(key: bytes, reached: Head, record: Record, body: bytes) -> str:
    if not hmac.compare_digest(record.mac.encode(), _mac(key, body).encode()):
        return f"Record {reached.seq + 1} was edited: its signature does not match."
    if (record.seq, record.previous) != (reached.seq + 1, reached.hash):
        return f"Record {record.seq} does not follow record {reached.seq}: something was removed, moved or inserted."
    return ""

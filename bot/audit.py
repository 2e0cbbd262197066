"""The audit trail: each record names the hash of the one before it, under a key that is not where the trail is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

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


RECORDS = TypeAdapter(Record)
"""Records as lines of JSON; a record is always written in the same way, so its line can be signed."""


def link(key: bytes, head: Head, at: datetime, kind: str, data: JsonObject) -> tuple[Record, Head]:
    """Return the record that follows a head, and the head it makes."""
    bare = Record(head.seq + 1, at, kind, data, head.hash)
    record = replace(bare, mac=_mac(key, _body(_line(bare), bare)))
    return record, Head(record.seq, _hash(_line(record)))


def walk(key: bytes, lines: Iterable[Record | str], head: Head) -> Verified:
    """Check every record against the one before it, and the last against the head."""
    verified, reached = follow(key, lines)
    if verified.ok and reached != head:
        problem = f"The trail ends at record {reached.seq}, but record {head.seq} was written: the end was cut off."
        return Verified(reached.seq, ok=False, problem=problem)
    return verified


def follow(key: bytes, lines: Iterable[Record | str]) -> tuple[Verified, Head]:
    """Check every record against the one before it, from the first; return also where the good part ends.

    Args:
        key: What the trail is signed with.
        lines: Records, or the lines they are kept as: a line that says the same in another spelling was edited, too.
    """
    reached = Head()
    for each in lines:
        line = each if isinstance(each, str) else _line(each)
        try:
            record = RECORDS.validate_json(line, strict=True)
        except ValidationError:
            return Verified(reached.seq, ok=False, problem=f"Record {reached.seq + 1} cannot be read."), reached
        if problem := _broken(key, reached, record, line):
            return Verified(reached.seq, ok=False, problem=problem), reached
        reached = Head(record.seq, _hash(line))
    return Verified(reached.seq, ok=True), reached


def _line(record: Record) -> str:
    return RECORDS.dump_json(record).decode()


def _body(line: str, record: Record) -> str:
    """Return what a record's signature is over: its line up to the signature."""
    return line.removesuffix(f',"mac":"{record.mac}"}}')


def _mac(key: bytes, body: str) -> str:
    return hmac.digest(key, body.encode(), "sha256").hex()


def _hash(line: str) -> str:
    """Return the hash that the next record names: anybody can check the chain with sha256sum, without the key."""
    return hashlib.sha256(line.encode()).hexdigest()


def _broken(key: bytes, reached: Head, record: Record, line: str) -> str:
    if not hmac.compare_digest(record.mac.encode(), _mac(key, _body(line, record)).encode()):
        return f"Record {reached.seq + 1} was edited: its signature does not match."
    if (record.seq, record.previous) != (reached.seq + 1, reached.hash):
        return f"Record {record.seq} does not follow record {reached.seq}: something was removed, moved or inserted."
    return ""

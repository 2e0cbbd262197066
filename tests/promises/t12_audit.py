"""T12: whatever is done to the audit trail in Redis is found and named; while it cannot grow nothing changes."""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.exceptions import RedisError

from bot.approvals.model import Approval
from bot.audit import Head, Record, link
from bot.store import keys
from bot.store.trail import RECORDS, AuditError
from tests.promises.leaves import one_changed
from tests.promises.office import Office, open_office
from tests.promises.rows import Row

FULL, QUICK = 1000, 40
LENGTH = 12
BROKEN = 25
"""One in so many trials breaks the appending instead of what was appended."""

Rows = list[str]
Harmed = tuple[Rows, int]
"""The rows that are put in place, and the number of the first record that is not what was written there."""


@dataclass(frozen=True)
class Trail:
    """A trail as it was written."""

    rows: Rows
    head: str
    chance: random.Random


def measure(n: int) -> list[Row]:
    """Harm the trail n times in seven ways, and verify; then try to have changes made while appending fails."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    broken = max(len(FAULTS), n // BROKEN)
    async with open_office(1) as office:
        changed = sum([await _changed_while(office, FAULTS[number % len(FAULTS)]) for number in range(broken)])
        unharmed = await _changed_while(office, _nothing)
        trail = _written(office)
        found = [_found(office, trail, HARMS[number % len(HARMS)]) for number in range(n)]
        whole = _put(office, trail.rows, trail.head)
    return [
        Row("T12", "harm that was not found", found.count(""), n),
        Row("T12", "found, said to be elsewhere", found.count("elsewhere"), n),
        Row("T12", "left alone, said to be harmed", int(bool(whole)), 1),
        Row("T12", "changes and votes while appending fails", changed, broken),
        Row("T12", "not done though nothing failed", 2 - unharmed, 2),
    ]


def _written(office: Office) -> Trail:
    client = office.connection.sync
    client.delete(keys.AUDIT, keys.AUDIT_HEAD)
    for number in range(LENGTH):
        office.store.trail.append("vote", {"approval": f"p-{number}", "voter": "U0BEN0001", "number": number})
    rows = [str((fields or {})["record"]) for _, fields in client.xrange(keys.AUDIT) or ()]
    return Trail(rows, str(client.get(keys.AUDIT_HEAD)), random.Random(12))  # noqa: S311 - the same trials every time


def _found(office: Office, trail: Trail, harm: Callable[[Trail], Harmed]) -> str:
    """Return what verifying says after some harm: `here`, `elsewhere`, or nothing."""
    rows, at = harm(trail)
    problem = _put(office, rows, trail.head)
    named = {int(number) for number in re.findall(r"\b\d+\b", problem)}
    return "" if not problem else "here" if named & {at - 1, at, at + 1} or "cannot be read" in problem else "elsewhere"


def _put(office: Office, rows: Rows, head: str) -> str:
    """Put rows in place of the trail, and return what is said to be wrong with it."""
    with office.connection.sync.pipeline() as at_once:
        at_once.delete(keys.AUDIT)
        for row in rows:
            at_once.xadd(keys.AUDIT, {"record": row})
        at_once.set(keys.AUDIT_HEAD, head)
        at_once.execute()
    return office.store.trail.verify().problem


def _edited(trail: Trail) -> Harmed:
    at = trail.chance.randrange(LENGTH)
    edited = one_changed(json.loads(trail.rows[at]), trail.chance)
    row = json.dumps(edited, separators=(",", ":"), ensure_ascii=False)  # spelled as we spell it
    return [*trail.rows[:at], row, *trail.rows[at + 1 :]], at + 1


def _deleted(trail: Trail) -> Harmed:
    at = trail.chance.randrange(LENGTH)
    return [*trail.rows[:at], *trail.rows[at + 1 :]], at + 1


def _reordered(trail: Trail) -> Harmed:
    first, second = sorted(trail.chance.sample(range(LENGTH), 2))
    rows = list(trail.rows)
    rows[first], rows[second] = rows[second], rows[first]
    return rows, first + 1


def _truncated(trail: Trail) -> Harmed:
    kept = trail.chance.randrange(LENGTH)
    return trail.rows[:kept], kept + 1


def _doubled(trail: Trail) -> Harmed:
    at = trail.chance.randrange(LENGTH)
    return [*trail.rows[: at + 1], *trail.rows[at:]], at + 2


def _forked(trail: Trail) -> Harmed:
    """Go on from the middle with other records, made without the key."""
    kept = trail.chance.randrange(LENGTH)
    return [*trail.rows[:kept], *_others(trail.rows[:kept], b"not our key, but as long as it is")], kept + 1


def _swapped_in(trail: Trail) -> Harmed:
    """Put a record of ours from another place in the place of one."""
    to, source = trail.chance.sample(range(LENGTH), 2)
    return [*trail.rows[:to], trail.rows[source], *trail.rows[to + 1 :]], to + 1


HARMS = (_edited, _deleted, _reordered, _truncated, _doubled, _forked, _swapped_in)


def _others(kept: Rows, key: bytes) -> Iterator[str]:
    head = Head(len(kept), json.loads(kept[-1])["mac"] if kept else Head().hash)
    for number in range(LENGTH - len(kept)):
        record: Record
        record, head = link(key, head, datetime.now(UTC), "vote", {"approval": f"x-{number}"})
        yield RECORDS.dump_json(record).decode()


async def _changed_while(office: Office, fault: "Fault") -> int:
    """Break the appending, and try to vote on one change and to dispatch another; return how much was done."""
    [waiting] = await office.propose(office.rescale(0))
    [approved] = await office.approved(office.rescale(0))
    before, client = len(office.site.writes), office.connection.client
    await fault(office)
    counted = await _tried(office, waiting, approved)
    await client.config_set("maxmemory", 0)
    await client.delete(keys.AUDIT, keys.AUDIT_HEAD)
    return counted + len(office.site.writes) - before


async def _tried(office: Office, waiting: Approval, approved: Approval) -> int:
    counted = False
    with suppress(RedisError):
        counted = (await office.vote(waiting.proposal.id)).counted
    for _ in range(2):  # the queue sends again what broke
        with suppress(RedisError, AuditError):
            await office.flow.dispatch(approved.proposal.id)
    return int(counted)


Fault = Callable[[Office], Awaitable[None]]


async def _nothing(_: Office) -> None:
    pass


async def _head_gone(office: Office) -> None:
    await office.connection.client.delete(keys.AUDIT_HEAD)


async def _head_forged(office: Office) -> None:
    await office.connection.client.set(keys.AUDIT_HEAD, '0.{"seq":1,"hash":""}')


async def _not_a_stream(office: Office) -> None:
    await office.connection.client.set(keys.AUDIT, "gone")


async def _full(office: Office) -> None:
    await office.connection.client.config_set("maxmemory", 1)


FAULTS = (_head_gone, _head_forged, _not_a_stream, _full)

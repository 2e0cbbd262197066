"""Approvals: signed rows that change by compare-and-set only."""

from datetime import datetime

from redis.asyncio import Redis

from bot.approvals.model import Approval, State
from bot.store import keys
from bot.store.replies import Told, text, texts
from bot.store.sealed import Sealed, Tampered

OPEN = """
-- KEYS: approval, proposed, index (if any)   ARGV: id, row, revision, seconds, score
if redis.call('exists', KEYS[1]) == 1 then return 0 end
if not redis.call('set', KEYS[2], ARGV[1], 'nx', 'ex', ARGV[4]) then return 0 end
redis.call('hset', KEYS[1], 'row', ARGV[2], 'revision', ARGV[3])
redis.call('expire', KEYS[1], ARGV[4])
if KEYS[3] then redis.call('zadd', KEYS[3], ARGV[5], ARGV[1]) end
return 1
"""

REPLACE = """
-- KEYS: approval, open, granted, index (if any)   ARGV: id, old revision, row, new revision, score
if redis.call('hget', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
redis.call('hset', KEYS[1], 'row', ARGV[3], 'revision', ARGV[4])
redis.call('zrem', KEYS[2], ARGV[1])
redis.call('zrem', KEYS[3], ARGV[1])
if KEYS[4] then redis.call('zadd', KEYS[4], ARGV[5], ARGV[1]) end
return 1
"""


EXCHANGE = """
-- KEYS: approval, open, granted, new approval, proposed, index of the new one
-- ARGV: id, old revision, row, new revision, id of the new one, its row, its revision, seconds, score
if redis.call('hget', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
if redis.call('exists', KEYS[4]) == 1 then return 0 end
redis.call('hset', KEYS[1], 'row', ARGV[3], 'revision', ARGV[4])
redis.call('zrem', KEYS[2], ARGV[1])
redis.call('zrem', KEYS[3], ARGV[1])
redis.call('set', KEYS[5], ARGV[5], 'ex', ARGV[8])
redis.call('hset', KEYS[4], 'row', ARGV[6], 'revision', ARGV[7])
redis.call('expire', KEYS[4], ARGV[8])
redis.call('zadd', KEYS[6], ARGV[9], ARGV[5])
return 1
"""

SHORTEST_NAME = 6
"""Characters of an approval's id that people have to write; cards show eight."""


class Approvals:
    """Keeps approvals."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._rows = Sealed(Approval, key)
        self._open = client.register_script(OPEN)
        self._replace = client.register_script(REPLACE)
        self._exchange = client.register_script(EXCHANGE)

    async def open(self, approval: Approval, once: str) -> bool:
        """Keep a new approval; False if one was opened under the name `once` before."""
        name = approval.proposal.id
        index, score = _index(approval)
        where = [keys.APPROVAL.format(name), keys.PROPOSED.format(once), *index]
        told: Told = [name, self._rows.dump(name, approval), approval.revision, keys.APPROVAL_SECONDS, score]
        return bool(await self._open(keys=where, args=told))

    async def opened_as(self, once: str) -> Approval | None:
        """Return the approval that was opened under the name `once`."""
        name = text(await self._client.get(keys.PROPOSED.format(once)))
        return await self.get(name) if name else None

    async def get(self, approval_id: str) -> Approval | None:
        """Return an approval; None if there never was one or it is no longer kept.

        Raises:
            Tampered: The row is not what we wrote; it counts for nothing.
        """
        row = text(await self._client.hget(keys.APPROVAL.format(approval_id), "row"))
        return self._rows.load(approval_id, row) if row else None

    async def named(self, start: str) -> str:
        """Return the id that begins so, if exactly one approval that has not ended has one; else what was given."""
        names = texts(await self._client.zrange(keys.OPEN_APPROVALS, 0, -1))
        found = [name for name in names if len(start) >= SHORTEST_NAME and name.startswith(start)]
        return found[0] if len(found) == 1 else start

    async def replace(self, old: Approval, new: Approval) -> bool:
        """Put `new` in place of `old`; False if somebody else changed it first."""
        name = old.proposal.id
        index, score = _index(new)
        where = [keys.APPROVAL.format(name), keys.OPEN_APPROVALS, keys.GRANTED_APPROVALS, *index]
        told: Told = [name, old.revision, self._rows.dump(name, new), new.revision, score]
        return bool(await self._replace(keys=where, args=told))

    async def exchange(self, old: Approval, closed: Approval, new: Approval, once: str) -> bool:
        """Close an approval and open the one that takes its place, both or neither; False if somebody was first."""
        name, fresh = old.proposal.id, new.proposal.id
        [index], score = _index(new)
        indexes = [keys.OPEN_APPROVALS, keys.GRANTED_APPROVALS]
        where = [keys.APPROVAL.format(name), *indexes, keys.APPROVAL.format(fresh), keys.PROPOSED.format(once), index]
        first: Told = [name, old.revision, self._rows.dump(name, closed), closed.revision]
        second: Told = [fresh, self._rows.dump(fresh, new), new.revision, keys.APPROVAL_SECONDS, score]
        return bool(await self._exchange(keys=where, args=[*first, *second]))

    async def waiting(self) -> tuple[Approval, ...]:
        """Return the approvals that take votes, the first to expire first."""
        return tuple(one for one in await self._load(keys.OPEN_APPROVALS, "+inf") if one.state is State.OPEN)

    async def expired(self, now: datetime) -> tuple[Approval, ...]:
        """Return the approvals whose time to vote is over."""
        return await self._load(keys.OPEN_APPROVALS, now.timestamp())

    async def stuck(self, since: datetime) -> tuple[Approval, ...]:
        """Return the approvals that were granted, or are being carried out, since before a moment."""
        return await self._load(keys.GRANTED_APPROVALS, since.timestamp())

    async def _load(self, index: str, until: float | str) -> tuple[Approval, ...]:
        found = []
        for name in texts(await self._client.zrangebyscore(index, "-inf", until)):
            try:
                approval = await self.get(name)
            except Tampered:
                approval = None
            if approval is None:
                await self._client.zrem(index, name)
            else:
                found.append(approval)
        return tuple(found)


def _index(approval: Approval) -> tuple[list[str], float]:
    match approval.state:
        case State.OPEN | State.FROZEN:
            return [keys.OPEN_APPROVALS], approval.expires_at.timestamp()
        case State.APPROVED | State.DISPATCHED:
            last = approval.votes[-1].at if approval.votes else approval.opened_at
            return [keys.GRANTED_APPROVALS], last.timestamp()
        case _:
            return [], 0

"""Incidents that are over, for those to come: what each was, and what ended it."""

from collections.abc import Iterable

import redis
from redis.asyncio import Redis

from bot.store import keys
from bot.store.replies import text, texts
from bot.store.sealed import Sealed, Tampered
from tools.knowledge.past import Past


class Memories:
    """Keeps the latest incidents that are over; `sync` is for readings, which run in threads."""

    def __init__(self, client: Redis, sync: redis.Redis, key: bytes) -> None:
        self._client = client
        self._sync = sync
        self._rows = Sealed(Past, key)

    async def keep(self, past: Past) -> None:
        """Keep an incident; what was kept of it before is replaced."""
        async with self._client.pipeline(transaction=True) as steps:
            steps.hset(keys.MEMORIES, past.id, self._rows.dump(past.id, past))
            steps.zadd(keys.MEMORIES_BY_TIME, {past.id: past.opened.timestamp()})
            await steps.execute()
        old = texts(await self._client.zrange(keys.MEMORIES_BY_TIME, 0, -1 - keys.MEMORIES_MOST))
        if old:
            await self._client.hdel(keys.MEMORIES, *old)
            await self._client.zrem(keys.MEMORIES_BY_TIME, *old)

    async def of(self, name: str) -> Past | None:
        """Return what is kept of the incident of a thread."""
        row = text(await self._client.hget(keys.MEMORIES, name))
        return next(iter(self._loaded([(name, row)])), None)

    def all(self) -> tuple[Past, ...]:
        """Return every incident that is kept, the newest first; one that was tampered with is left out."""
        names = texts(self._sync.zrevrange(keys.MEMORIES_BY_TIME, 0, -1))
        rows = texts(self._sync.hmget(keys.MEMORIES, names)) if names else ()
        return tuple(self._loaded(zip(names, rows, strict=True)))

    def _loaded(self, rows: Iterable[tuple[str, str]]) -> Iterable[Past]:
        for name, row in rows:
            try:
                yield self._rows.load(name, row)
            except Tampered:
                continue

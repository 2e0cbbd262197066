"""Asks for later: kept until they fall due."""

from datetime import datetime

from redis.asyncio import Redis

from agents.contract import Ask
from bot.store import keys
from bot.store.replies import Told, text, texts
from bot.store.sealed import Sealed, Tampered

KEEP = """
-- KEYS: heard, due, asks   ARGV: ask id, ask, due, seconds
if not redis.call('set', KEYS[1], ARGV[1], 'nx', 'ex', ARGV[4]) then return 0 end
redis.call('hset', KEYS[3], ARGV[1], ARGV[2])
redis.call('zadd', KEYS[2], ARGV[3], ARGV[1])
return 1
"""


class Due:
    """Keeps asks that are due later. An ask leaves only after it was heard, so a crash between repeats, never loses."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._asks = Sealed(Ask, key)
        self._keep = client.register_script(KEEP)

    async def keep(self, ask: Ask, due: datetime) -> bool:
        """Keep an ask until it is due; False if this very ask was kept before."""
        where = [keys.HEARD.format(f"later:{ask.id}"), keys.DUE, keys.DUE_ASKS]
        told: Told = [ask.id, self._asks.dump(ask.id, ask), due.timestamp(), keys.HEARD_SECONDS]
        return bool(await self._keep(keys=where, args=told))

    async def fallen(self, now: datetime) -> tuple[Ask, ...]:
        """Return the asks that are due, the earliest first."""
        names = await self._client.zrangebyscore(keys.DUE, "-inf", now.timestamp())
        return await self._load(texts(names))

    async def all(self) -> tuple[Ask, ...]:
        """Return all asks to come, the earliest first."""
        names = await self._client.zrange(keys.DUE, 0, -1)
        return await self._load(texts(names))

    async def of(self, thread_key: str) -> tuple[Ask, ...]:
        """Return what a thread waits for."""
        return tuple(ask for ask in await self.all() if ask.thread.key == thread_key)

    async def drop(self, ask_id: str) -> None:
        """Forget an ask: it was heard, or is not wanted any more."""
        async with self._client.pipeline(transaction=True) as both:
            both.zrem(keys.DUE, ask_id)
            both.hdel(keys.DUE_ASKS, ask_id)
            await both.execute()

    async def _load(self, names: tuple[str, ...]) -> tuple[Ask, ...]:
        found = []
        for name in names:
            row = text(await self._client.hget(keys.DUE_ASKS, name))
            try:
                found.append(self._asks.load(name, row))
            except Tampered:
                await self.drop(name)
        return tuple(found)

"""Transcripts: what was said in a thread, for the runs that follow."""

from redis.asyncio import Redis

from agents.contract import Turn
from bot.store import keys
from bot.store.replies import texts
from bot.store.sealed import Sealed, Tampered


class Transcripts:
    """Keeps the last turns of each thread."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._turns = Sealed(Turn, key)

    async def add(self, thread_key: str, *turns: Turn) -> None:
        """Append turns."""
        name = keys.TRANSCRIPT.format(thread_key)
        async with self._client.pipeline(transaction=True) as steps:
            steps.rpush(name, *(self._turns.dump(thread_key, turn) for turn in turns))
            steps.ltrim(name, -keys.TRANSCRIPT_TURNS, -1)
            steps.expire(name, keys.TRANSCRIPT_SECONDS)
            await steps.execute()

    async def of(self, thread_key: str) -> tuple[Turn, ...]:
        """Return a thread's turns, oldest first; a turn that was tampered with is left out."""
        found = []
        for row in texts(await self._client.lrange(keys.TRANSCRIPT.format(thread_key), 0, -1)):
            try:
                found.append(self._turns.load(thread_key, row))
            except Tampered:
                continue
        return tuple(found)

"""Stop messages: signed, published to every worker, ahead of any queue."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store import keys
from bot.store.replies import text
from bot.store.sealed import Sealed, Tampered

log = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
"""A stop names runs, which are never used again, so an old one can do no harm; it is still not listened to."""

AGAIN_SECONDS = 0.5
LISTEN_SECONDS = 2.0  # below the connections' own time-out


@dataclass(frozen=True, slots=True)
class Stop:
    """These runs are to stop; `at` is when that was said (epoch seconds)."""

    run_ids: tuple[str, ...]
    at: float


class Stops:
    """Publishes stops and listens for them."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._sealed = Sealed(Stop, key)

    async def send(self, run_ids: tuple[str, ...]) -> None:
        """Tell every worker to stop these runs."""
        await self._client.publish(keys.STOPS, self._sealed.dump(keys.STOPS, Stop(run_ids, time.time())))

    async def listen(self, heard: Callable[[tuple[str, ...]], None]) -> None:
        """Call `heard` for each stop, until canceled; while Redis is away the runs' own records tell."""
        while True:
            try:
                await self._listen(heard)
            except RedisError:
                log.warning("cannot hear stops; trying again", exc_info=True)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, heard: Callable[[tuple[str, ...]], None]) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(keys.STOPS)
            while True:
                said = await channel.get_message(timeout=LISTEN_SECONDS)
                if said:
                    self._pass_on(text(said["data"]), heard)

    def _pass_on(self, row: str, heard: Callable[[tuple[str, ...]], None]) -> None:
        try:
            stop = self._sealed.load(keys.STOPS, row)
        except Tampered:
            log.exception("a stop that we did not sign")
            return
        if time.time() - stop.at < FRESH_SECONDS:
            heard(stop.run_ids)

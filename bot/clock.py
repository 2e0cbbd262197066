"""The clock: ticks in every process that has one, and acts in one of them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from redis.exceptions import RedisError

from bot.store.leases import Lease, Leases
from bot.tasks import Tasks

log = logging.getLogger(__name__)

LEAVE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so many seconds."""

    name: str
    seconds: float
    do: Callable[[], Awaitable[None]]


class Clock:
    """Does chores while it holds the clock's lease; other clocks stand by and take over."""

    def __init__(self, leases: Leases, chores: tuple[Chore, ...]) -> None:
        self._leases = leases
        self._chores = chores
        self._lease: Lease | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._tasks = Tasks()
        self._stopped = False

    async def start(self) -> None:
        """Begin to tick."""
        await self._hold()
        self._every(self._leases.seconds / 4, self._hold)
        for chore in self._chores:
            self._every(chore.seconds, self._act, chore)
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking and let another clock act at once; what is under way is cut off, and the next tick does it."""
        self._stopped = True
        self._scheduler.shutdown(wait=False)
        self._tasks.cancel()
        await self._tasks.ended(LEAVE_SECONDS)
        if self._lease:
            await self._leases.release(self._lease)
            self._lease = None

    @property
    def acting(self) -> bool:
        """Whether this is the clock that acts."""
        return self._lease is not None

    def _every(self, seconds: float, do: Callable[..., Awaitable[None]], *args: object) -> None:
        """Have something done regularly, late rather than not, and never twice at a time."""
        self._scheduler.add_job(
            self._tick,
            "interval",
            (do, *args),
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def _tick(self, do: Callable[..., Awaitable[None]], *args: object) -> None:
        if not self._stopped:
            await self._tasks.run(do, *args)

    async def _hold(self) -> None:
        try:
            if self._lease and not await self._leases.renew(self._lease):
                self._lease = None
            self._lease = self._lease or await self._leases.take("clock")
        except RedisError:
            log.warning("the clock cannot reach the store", exc_info=True)
            self._lease = None

    async def _act(self, chore: Chore) -> None:
        if self._lease is None:
            return
        try:
            await chore.do()
        except (RedisError, OSError):  # the next tick tries again
            log.warning("%s could not be done", chore.name, exc_info=True)

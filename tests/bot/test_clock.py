"""The clock: chores are done by one clock, and by another when that one is gone."""

import asyncio

from redis.exceptions import ConnectionError as RedisAway

from bot.clock import Chore, Clock
from bot.store.store import Store
from tests.bot.conftest import SHORT_LIVED, until


class Counted:
    """A chore that counts how often it was done."""

    def __init__(self, failures: int = 0) -> None:
        self.done = 0
        self._failures = failures

    async def __call__(self) -> None:
        """Do it."""
        self.done += 1
        if self.done <= self._failures:
            raise RedisAway("away")


def make_clock(store: Store, chore: Counted) -> Clock:
    """Return a clock that does one chore often."""
    return Clock(store.leases, (Chore("count", 0.02, chore),))


async def test_a_chore_is_done_again_and_again(store: Store) -> None:
    """A clock alone does its chores."""
    counted = Counted()
    clock = make_clock(store, counted)

    await clock.start()
    await until(lambda: counted.done >= 3)
    await clock.stop()


async def test_a_stopped_clock_has_let_go(store: Store) -> None:
    """What a chore has to put back is back when the clock has stopped, and the clock takes no lease again."""
    began, left = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await store.leases.take("put back")
            left.set()

    clock = Clock(store.leases, (Chore("long", 0.02, long),))
    await clock.start()
    await began.wait()

    await clock.stop()

    assert left.is_set()
    assert await store.leases.take("clock")


async def test_one_of_several_clocks_acts(store: Store) -> None:
    """While one clock acts the others stand by."""
    first, second = Counted(), Counted()
    acting, waiting = make_clock(store, first), make_clock(store, second)
    await acting.start()
    await waiting.start()

    await until(lambda: first.done >= 5)

    assert (acting.acting, waiting.acting) == (True, False)
    assert second.done == 0
    await acting.stop()
    await waiting.stop()


@SHORT_LIVED
async def test_another_clock_takes_over(store: Store) -> None:
    """When the clock that acts goes, another acts."""
    first, second = Counted(), Counted()
    acting, waiting = make_clock(store, first), make_clock(store, second)
    await acting.start()
    await waiting.start()

    await acting.stop()
    await until(lambda: second.done >= 1)

    assert waiting.acting
    await waiting.stop()


@SHORT_LIVED
async def test_a_clock_that_was_overtaken_stands_by(store: Store) -> None:
    """A clock that slept through its lease does not act beside the one that took over."""
    counted = Counted()
    clock = make_clock(store, counted)
    await clock.start()

    await store.connection.client.set("infra:lease:clock", "another's")
    await until(lambda: not clock.acting)

    await clock.stop()
    assert await store.connection.client.get("infra:lease:clock") == "another's"


async def test_a_chore_that_fails_is_done_at_the_next_tick(store: Store) -> None:
    """A store that is away for a moment does not end the clock."""
    counted = Counted(failures=2)
    clock = make_clock(store, counted)

    await clock.start()
    await until(lambda: counted.done >= 4)
    await clock.stop()

"""T24: each slot of a schedule has one report, whatever becomes of the clocks; of missed ones the latest only."""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store import embedded
from bot.store.connection import connected
from bot.store.store import Store, make_store
from tests.bot.digests.clocks import STEPS, Clocks, hourly
from tests.promises.rows import Row
from tests.promises.t07_expiry import own_clock_off

FULL, QUICK = 1000, 14
KEY = b"a key of thirty-two bytes for us"
NIGHTS = (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2027, 3, 27, 12, tzinfo=UTC))
"""Half a day before the clocks change in Berlin, to and from winter time."""
MISSED = timedelta(hours=6)
SKEW = timedelta(seconds=90)
LATER = timedelta(minutes=2)


def measure(n: int) -> list[Row]:
    """Let clocks die, stand still, disagree and be away, n slots long, over both nights that change the hour."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    async with _store() as store:
        wrong = old = missed = 0
        for night in NIGHTS:
            clocks = Clocks(
                store, hourly("0 * * * *", "Europe/Berlin").model_copy(update={"name": f"night-{night:%m}"})
            )
            clocks.at = night + timedelta(minutes=5)
            await clocks.tick()
            for number in range(n // len(NIGHTS)):
                slot, kind = await _slot(clocks, number)
                asked = Counter(clocks.slots())
                wrong += asked[slot.isoformat()] != 1 or _hanging(clocks, slot) != 1
                missed += kind is _away
                old += kind is _away and any(asked[gone.isoformat()] for gone in _skipped(slot))
        twice = await _daily(store)
    return [
        Row("T24", "slots with other than one report", wrong, n // len(NIGHTS) * len(NIGHTS)),
        Row("T24", "absences of 6 h made up for by more than the latest slot", old, missed),
        Row("T24", "nights that change the hour with other than one daily report", twice, len(NIGHTS)),
    ]


async def _slot(clocks: Clocks, number: int) -> tuple[datetime, Callable[[Clocks], Awaitable[None]]]:
    """Let the next slot come, or six of them, with something going wrong; return it, and what went wrong."""
    kind = KINDS[number % len(KINDS)]
    clocks.at = clocks.at.replace(minute=5) + (MISSED if kind is _away else timedelta(hours=1))
    with own_clock_off(random.Random(number).choice((-SKEW, timedelta(), SKEW))):  # noqa: S311 - a trial, no secret
        await kind(clocks)
        clocks.at += LATER
        await clocks.tick()
    return clocks.at.replace(minute=0), kind


async def _fine(clocks: Clocks) -> None:
    await clocks.tick()


async def _away(clocks: Clocks) -> None:
    await clocks.tick()


async def _held_up(clocks: Clocks) -> None:
    async with clocks.held_up():
        clocks.at += LATER
        await clocks.tick()


def _dying(step: str) -> Callable[[Clocks], Awaitable[None]]:
    async def die(clocks: Clocks) -> None:
        await clocks.dies(step)
        await clocks.tick()

    return die


KINDS = (_fine, _away, _held_up, *map(_dying, STEPS))


def _hanging(clocks: Clocks, slot: datetime) -> int:
    return sum(one.run.endswith(slot.isoformat()) for one in clocks.wall.posted)


def _skipped(slot: datetime) -> list[datetime]:
    return [slot - timedelta(hours=hours) for hours in range(1, 6)]


async def _daily(store: Store) -> int:
    """Return in how many of the nights what is due at 02:30 is asked other than once."""
    wrong = 0
    for night in NIGHTS:
        clocks = Clocks(store, hourly("30 2 * * *", "Europe/Berlin").model_copy(update={"name": f"daily-{night:%m}"}))
        clocks.at = night
        for _ in range(24 * 4):
            await clocks.tick()
            clocks.at += timedelta(minutes=15)
        wrong += len(clocks.wall.posted) != 1 or len(clocks.heard) != 1
    return wrong


@asynccontextmanager
async def _store() -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        connection = connected(server.url, server)
        try:
            yield make_store(connection, KEY)
        finally:
            await connection.close()

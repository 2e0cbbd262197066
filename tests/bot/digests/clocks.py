"""Three clocks on one store and one wall, at a time that tests set, any of which may die or stand still anywhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agents.contract import Ask, ThreadRef
from bot.digests.asking import Asking
from bot.digests.planning import Planning
from bot.digests.schedules import Schedule, Schedules
from bot.store.store import Store
from bot.thread import Notice
from tests.bot.flow_fakes import FakeDirectory

STEPS = ("before it posts", "after it posted", "before it asks", "after it asked")
TEAM = "T0ACME001"


def hourly(when: str = "0 * * * *", zone: str = "UTC") -> Schedule:
    """Return a schedule."""
    return Schedule(name="posture", what="posture", agent="security", when=when, zone=zone, channel="C0PLATFOR")


class Killed(BaseException):
    """The process is gone; nothing of ours gets to see this."""


@dataclass(frozen=True)
class Posted:
    """A message, and what it was for."""

    ts: str
    run: str


@dataclass
class Wall:
    """A channel: what hangs there, and what was taken down."""

    posted: list[Posted] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    number: int = 0


@dataclass
class Crier:
    """One clock's way to the wall. Looks first, and may die, or wait for the gate, between looking and posting."""

    wall: Wall
    dies: str = ""
    gate: asyncio.Event | None = None
    waits: asyncio.Event = field(default_factory=asyncio.Event)

    async def announce(self, notice: Notice, since: datetime) -> ThreadRef:
        """Find it on the wall, or post it."""
        del since
        found = next((one.ts for one in self.wall.posted if one.run == notice.run), "")
        await self._pause()
        if not found:
            self.step(STEPS[0])
            self.wall.number += 1
            found = f"{self.wall.number}.0"
            self.wall.posted.append(Posted(found, notice.run))
        self.step(STEPS[1])
        return ThreadRef(TEAM, notice.channel, found)

    async def withdraw(self, thread: ThreadRef) -> None:
        """Take it down."""
        self.wall.posted = [one for one in self.wall.posted if one.ts != thread.ts]
        self.wall.withdrawn.append(thread.ts)

    def step(self, name: str) -> None:
        """Die, if this is where."""
        if self.dies == name:
            raise Killed

    async def _pause(self) -> None:
        self.waits.set()
        if self.gate:
            await self.gate.wait()


class Clocks:
    """The clocks, what they asked, and the time of the store."""

    def __init__(self, store: Store, schedule: Schedule, number: int = 3) -> None:
        self.at = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
        self.store, self.schedule = store, schedule
        self.heard: list[Ask] = []
        self.wall = Wall()
        self.planning = Planning(lambda: Schedules(schedule=(self.schedule,)), store, self._now, FakeDirectory())
        self.clocks = [self.clock(Crier(self.wall)) for _ in range(number)]

    def clock(self, crier: Crier) -> Asking:
        """Return another clock."""

        async def hear(ask: Ask) -> bool:
            crier.step(STEPS[2])
            new = ask.id not in {one.id for one in self.heard}
            self.heard += [ask] if new else []
            crier.step(STEPS[3])
            return new

        return Asking(self.planning, self.store.slots, self._now, crier, hear)

    async def tick(self) -> None:
        """Let all clocks tick at once."""
        await asyncio.gather(*(clock.chore() for clock in self.clocks))

    async def dies(self, step: str) -> None:
        """Let the clock that acts die at a step."""
        with suppress(Killed):
            await self.clock(Crier(self.wall, step)).chore()

    @asynccontextmanager
    async def held_up(self) -> AsyncIterator[None]:
        """Let the clock that acts stand still before it posts, for the length of the block."""
        gate = asyncio.Event()
        crier = Crier(self.wall, gate=gate)
        task = asyncio.create_task(self.clock(crier).chore())
        await crier.waits.wait()
        yield
        gate.set()
        await task

    def slots(self) -> list[str]:
        """Return the slots that were asked."""
        return [ask.id.partition(":")[2].partition(":")[2] for ask in self.heard]

    async def _now(self) -> datetime:
        return self.at

"""Ask what a schedule says when its slot has come, once, however many clocks there are and whichever of them dies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from agents.contract import Ask, AskKind, ThreadRef
from bot.digests.frame import PREFIX
from bot.digests.planning import Planning
from bot.digests.schedules import Schedule
from bot.store.slots import Slots
from bot.thread import Notice, NotShownError

log = logging.getLogger(__name__)

HOLD = 60.0
"""Seconds a slot is held; if its holder has not announced it by then, another clock does."""
GIVE_UP = HOLD / 2
"""Seconds after which announcing is given up, well before another clock takes over."""

SKEW = timedelta(minutes=5)
"""How far Slack's clock may be behind the store's."""

Hear = Callable[[Ask], Awaitable[bool]]
Now = Callable[[], Awaitable[datetime]]


class Crier(Protocol):
    """Announces in the channel what is being looked into."""

    async def announce(self, notice: Notice, since: datetime) -> ThreadRef:
        """Post the message that the answer to a run is a thread of, or find it if it was posted since then (UTC).

        Raises:
            NotShownError: It could not be posted, or nobody knows whether it was.
        """
        ...

    async def withdraw(self, thread: ThreadRef) -> None:
        """Take a message back that somebody else had posted already."""
        ...


class Asking:
    """Looks at the store's time, not at its own clock, so that clocks that disagree agree on what is due."""

    def __init__(self, planning: Planning, slots: Slots, now: Now, crier: Crier, hear: Hear) -> None:
        self._planning = planning
        self._slots = slots
        self._now = now
        self._crier = crier
        self._hear = hear

    async def chore(self) -> None:
        """Ask what is due and was not asked; of several missed slots, only the latest."""
        now = await self._now()
        for planned in await self._planning.all():
            schedule = planned.schedule
            if planned.paused:
                await self._slots.fire(schedule.name, now)
                continue
            slot = schedule.latest(now)
            if await self._slots.take(schedule.name, schedule.due, slot, now, HOLD) and slot:
                await self._due(schedule, slot, now)

    async def run(self, schedule: Schedule, name: str) -> ThreadRef:
        """Ask a schedule now, whatever its slots are; the same name again is the same run.

        Raises:
            NotShownError: It could not be posted.
        """
        run = f"{PREFIX}{schedule.name}:{name}"
        now = await self._now()
        thread = await self._announced(schedule, run, now)
        await self._ask(schedule, run, thread, now)
        return thread

    async def _due(self, schedule: Schedule, slot: datetime, now: datetime) -> None:
        """Announce, ask, and only then let the slot be over: each step can be taken again by another clock."""
        run = f"{PREFIX}{schedule.name}:{slot.isoformat()}"
        try:
            async with asyncio.timeout(GIVE_UP):
                thread = await self._announced(schedule, run, slot)
        except (NotShownError, TimeoutError):
            log.exception("%s is tried again in a minute", run)
            return
        first = await self._slots.place(schedule.name, slot, thread.ts)
        if first != thread.ts:
            await self._crier.withdraw(thread)
        if first:
            await self._ask(schedule, run, replace(thread, ts=first), now)
            await self._slots.fire(schedule.name, slot)

    async def _announced(self, schedule: Schedule, run: str, since: datetime) -> ThreadRef:
        people = await self._planning.audience(schedule)
        notice = Notice(schedule.channel, schedule.name, schedule.what, run, people)
        return await self._crier.announce(notice, since - SKEW)

    async def _ask(self, schedule: Schedule, run: str, thread: ThreadRef, now: datetime) -> None:
        ask = Ask(run, AskKind.SCHEDULE, schedule.what, thread, "", now, agent=schedule.agent)
        await self._hear(replace(ask, audience=schedule.audience))

"""Ask what a schedule says when its slot has come, once a slot, however many clocks there are."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from agents.contract import Ask, AskKind, ThreadRef
from bot.digests.schedules import Schedule, Schedules
from bot.store.slots import Slots

log = logging.getLogger(__name__)

Announce = Callable[[Schedule], Awaitable[ThreadRef | None]]
"""Posts the message that the answer is a thread of; None if the channel does not take it."""
Hear = Callable[[Ask], Awaitable[bool]]
Now = Callable[[], Awaitable[datetime]]


class Asking:
    """Looks at the store's time, not at its own clock, so that clocks that disagree agree on what is due."""

    def __init__(self, said: Callable[[], Schedules], slots: Slots, now: Now, announce: Announce, hear: Hear) -> None:
        self._said = said
        self._slots = slots
        self._now = now
        self._announce = announce
        self._hear = hear

    async def chore(self) -> None:
        """Ask what is due and was not asked; of several missed slots, only the latest."""
        now = await self._now()
        for schedule in self._said().schedule:
            slot = schedule.latest(now)
            if slot and await self._slots.claim(schedule.name, slot):
                await self._ask(schedule, slot, now)

    async def _ask(self, schedule: Schedule, slot: datetime, now: datetime) -> None:
        thread = await self._announce(schedule)
        if thread is None:
            log.error("%s of %s could not be posted in %s", schedule.name, slot, schedule.channel)
            return
        name = f"schedule:{schedule.name}:{slot.isoformat()}"
        await self._hear(Ask(name, AskKind.SCHEDULE, schedule.what, thread, "", now, agent=schedule.agent))

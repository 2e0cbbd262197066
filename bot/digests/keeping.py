"""Digests as they live: made of a run's report, shown, and marked by people."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from agents.contract import Ask, ThreadRef
from agents.events import Ended
from bot.aside import aside
from bot.digests.counting import account_of, counted
from bot.digests.frame import asked_by, framed
from bot.digests.trend import trend
from bot.store.digests import Digest, Item, Mark, Picture, Said
from bot.store.store import Store
from bot.thread import NotShownError
from tools.contract import Chart
from tools.instances import instances

log = logging.getLogger(__name__)
Now = Callable[[], Awaitable[datetime]]


class Face(Protocol):
    """Where digests are seen."""

    async def picture(self, chart: Chart) -> Picture:
        """Put a chart up as a picture that nobody sees until a digest shows it."""
        ...

    async def show(self, digest: Digest, marks: Mapping[tuple[Said, str], Mark], page: int = 0, ts: str = "") -> None:
        """Bring a digest's message, or a page of all its items, up to date.

        Raises:
            NotShownError: Nobody can see it yet.
        """
        ...


class Digesting:
    """Makes digests, and keeps what people say of them. What is said is on record before it counts."""

    def __init__(self, store: Store, now: Now, face: Face) -> None:
        self._store = store
        self._now = now
        self._face = face

    async def reported(self, ask: Ask, agent: str, ended: Ended, charts: Sequence[Chart] = ()) -> None:
        """Make a digest of what a schedule's run found; asks of anything else are left alone. Safe to repeat.

        Its picture is the first of the run's charts, or else how many items were open from digest to digest.
        """
        if schedule := asked_by(ask):
            digest = await self._counted(framed(ask, agent, ended, await self._store.digests.latest(schedule)), ended)
            if chart := next(iter(charts), None) or trend(digest):
                digest = replace(digest, picture=await self._face.picture(chart))
            await self._store.digests.keep(digest)
            await self.show(digest)

    async def _counted(self, digest: Digest, ended: Ended) -> Digest:
        """Return a digest of a whole posture with what came and went of all of it, however little is listed."""
        account = account_of(ended.report, instances())
        return digest if account is None else counted(digest, await aside(self._store.postures.of, account))

    async def of(self, thread: ThreadRef) -> Digest | None:
        """Return the digest that a thread is under."""
        return await self._store.digests.of_thread(thread)

    async def show(self, digest: Digest, page: int = 0, ts: str = "") -> None:
        """Show a digest, or a page of its items, as it stands; a message that cannot be reached stays as it was."""
        marks = await self._store.digests.marks(digest.schedule, await self._now())
        try:
            await self._face.show(digest, marks, page, ts)
        except NotShownError:
            log.exception("the digest of %s cannot be shown", digest.schedule)

    async def snooze(self, digest: Digest, item: Item, days: int, by: str) -> None:
        """Hide an item for some days."""
        now = await self._now()
        await self._mark(digest, item, Mark(Said.HIDDEN, item.subject, by, now, now + timedelta(days=days)))

    async def disown(self, digest: Digest, item: Item, why: str, by: str) -> None:
        """Hide an item for good, for a reason."""
        await self._mark(digest, item, Mark(Said.HIDDEN, item.subject, by, await self._now(), None, why))

    async def assign(self, digest: Digest, item: Item, to: str, by: str) -> None:
        """Say who takes care of an item."""
        await self._mark(digest, item, Mark(Said.ASSIGNED, item.subject, by, await self._now(), None, to))

    async def _mark(self, digest: Digest, item: Item, mark: Mark) -> None:
        told = {"schedule": digest.schedule, "item": item.key, "by": mark.by, "words": mark.words}
        until = {"until": mark.until.isoformat()} if mark.until else {}
        await aside(self._store.trail.append, f"item {mark.said}", {**told, **until})
        await self._store.digests.mark(digest.schedule, item.ref, mark)

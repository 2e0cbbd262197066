"""Digests: what was found the last time, and what people said of its items."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from redis.asyncio import Redis

from agents.contract import ThreadRef
from bot.store import keys
from bot.store.replies import text
from bot.store.sealed import Sealed, Tampered

Known: TypeAlias = tuple[tuple[str, str], ...]
"""Items that were open: reference and subject of each."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a digest that is open.

    Attributes:
        key: Its name from one digest to the next, as `agents.contract.item_key` gives it.
        subject: What it is about.
        words: What was observed, one sentence.
        evidence: The reading it comes from.
        remedy: The change that would end it; empty if none of ours would.
        new: Whether the digest before did not have it.
    """

    key: str
    subject: str
    words: str
    evidence: str
    remedy: str = ""
    new: bool = False

    @property
    def ref(self) -> str:
        """Its name where there is little room."""
        return ref_of(self.key)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a digest shows beside its words.

    Attributes:
        words: What it shows, for those who do not see it.
        file: Id of the picture; empty where none could be put up, and the words have to do.
    """

    words: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Stir:
    """How much is open of all there is, listed or not, and what came and went since the digest before."""

    open: int
    new: int
    fixed: int
    reopened: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a schedule's run found, against what the one before found.

    Attributes:
        schedule: Whose it is.
        what: What was asked.
        agent: Who looked.
        run: The ask it answers; the same again is the same digest.
        at: When it was made (UTC).
        thread: Its message, and the thread under it.
        headline: What it comes to, Markdown.
        items: What is open, what matters most first.
        fixed: Subjects that are not open any more.
        unknowns: What could not be read, sentences.
        seen: All that is known to be open, by reference; what could not be read again counts as open.
        before: The same of the digest before.
        since: When that was; None for the first.
        history: How many items were open in each digest up to this one, with its time.
        picture: Its chart.
        audience: Groups it is for, by their handles.
        stir: How much is open, new, fixed and reopened, where more is known than what is listed.
    """

    schedule: str
    what: str
    agent: str
    run: str
    at: datetime
    thread: ThreadRef
    headline: str
    items: tuple[Item, ...]
    fixed: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    seen: Known = ()
    before: Known = ()
    since: datetime | None = None
    history: tuple[tuple[datetime, int], ...] = ()
    picture: Picture | None = None
    audience: tuple[str, ...] = ()
    stir: Stir | None = None

    def item(self, ref: str) -> Item | None:
        """Return an item by its reference."""
        return next((one for one in self.items if one.ref == ref), None)


class Said(StrEnum):
    """What people say of an item."""

    HIDDEN = "hidden"  # snoozed, or not ours
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said of an item of a schedule.

    Attributes:
        said: What.
        subject: What the item is about, for those who do not see it any more.
        by: Slack id of who said it.
        at: When (UTC).
        until: Until when it holds; for good if None.
        words: Why it is not ours, or the Slack id of who has it.
    """

    said: Said
    subject: str
    by: str
    at: datetime
    until: datetime | None = None
    words: str = ""

    def holds(self, now: datetime) -> bool:
        """Tell whether it still holds."""
        return self.until is None or now < self.until


class Digests:
    """Keeps digests by thread, the latest of each schedule, and what people said of items."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._digests = Sealed(Digest, key)
        self._marks = Sealed(Mark, key)

    async def keep(self, digest: Digest) -> None:
        """Keep a digest under its thread, and as its schedule's latest."""
        async with self._client.pipeline(transaction=True) as both:
            for name in (digest.thread.key, digest.schedule):
                both.set(keys.DIGEST.format(name), self._digests.dump(name, digest), ex=keys.DIGEST_SECONDS)
            await both.execute()

    async def of_thread(self, thread: ThreadRef) -> Digest | None:
        """Return the digest that a thread is under; None if it is under none."""
        return await self._get(thread.key)

    async def latest(self, schedule: str) -> Digest | None:
        """Return the latest digest of a schedule."""
        return await self._get(schedule)

    async def mark(self, schedule: str, ref: str, mark: Mark) -> None:
        """Keep what somebody said of an item, in place of what was said before."""
        field = f"{mark.said}:{ref}"
        row = self._marks.dump(f"{schedule}:{field}", mark)
        await self._client.hset(keys.DIGEST_MARKS.format(schedule), field, row)

    async def unmark(self, schedule: str, ref: str, said: Said) -> bool:
        """Forget what was said of an item; False if nothing was."""
        return bool(await self._client.hdel(keys.DIGEST_MARKS.format(schedule), f"{said}:{ref}"))

    async def marks(self, schedule: str, now: datetime) -> dict[tuple[Said, str], Mark]:
        """Return what was said of a schedule's items and still holds, by kind and reference; the rest is forgotten."""
        found: dict[tuple[Said, str], Mark] = {}
        where = keys.DIGEST_MARKS.format(schedule)
        for field, row in (await self._client.hgetall(where)).items():
            said, _, ref = text(field).partition(":")
            mark = self._mark(f"{schedule}:{text(field)}", text(row))
            if mark and mark.holds(now):
                found[Said(said), ref] = mark
            else:
                await self._client.hdel(where, field)
        return found

    async def _get(self, name: str) -> Digest | None:
        row = text(await self._client.get(keys.DIGEST.format(name)))
        try:
            return self._digests.load(name, row) if row else None
        except Tampered:
            return None

    def _mark(self, name: str, row: str) -> Mark | None:
        try:
            return self._marks.load(name, row)
        except Tampered:
            return None


def ref_of(key: str) -> str:
    """Return a short name for an item's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]

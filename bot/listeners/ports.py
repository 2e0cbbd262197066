"""What the listeners are given, behind the smallest interfaces that will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.contract import Ask, ThreadRef
from bot.approvals.model import Approval, Vote
from bot.digests.asking import Asking
from bot.digests.planning import Planning
from bot.flow import Ruling, Status
from bot.intake.parking import Parked, Released
from bot.intake.record import Received
from bot.intake.taking import Taken
from bot.store.digests import Digest, Item
from bot.store.incidents import Incident
from bot.store.store import Store
from tools.contract import JsonObject


class Flow(Protocol):
    """The two ways in, and two things people may want to know or do at once."""

    async def hear(self, ask: Ask, keys: tuple[str, ...] = ()) -> bool:
        """Keep an ask durably; False if it was heard before."""
        ...

    async def rule(self, vote: Vote) -> Ruling:
        """Count a vote."""
        ...

    async def edit(self, vote: Vote, args: JsonObject) -> Ruling:
        """Put somebody's version of a proposal in its place."""
        ...

    async def break_glass(self, vote: Vote) -> Ruling:
        """Have one person carry out what waits for others."""
        ...

    async def stop(self, thread: ThreadRef, by: str) -> int:
        """Stop what a thread runs and waits for; return how many."""
        ...

    async def status(self) -> Status:
        """Return what is going on."""
        ...

    async def status_for(self, channel: str, asker: str) -> Status:
        """Return what is going on, as far as somebody in a channel is to know of it."""
        ...


class Alerts(Protocol):
    """Gathers alerts into incidents."""

    async def take(self, received: Sequence[Received], thread: ThreadRef | None = None) -> list[Taken]:
        """Keep alerts durably and return what became of each."""
        ...

    async def snooze(self, what: str, until: datetime, by: str) -> Incident | None:
        """Leave an incident, or alerts of that name, alone until then; return the incident."""
        ...

    async def unsnooze(self, what: str, by: str) -> bool:
        """Look at it again; False if it was not left alone."""
        ...

    async def parked(self) -> tuple[Parked, ...]:
        """Return what could not be taken in, newest first."""
        ...

    async def release(self, by: str) -> Released:
        """Try that again."""
        ...


class Digests(Protocol):
    """Keeps what people say of the items of digests."""

    async def of(self, thread: ThreadRef) -> Digest | None:
        """Return the digest that a thread is under."""
        ...

    async def show(self, digest: Digest, page: int = 0, ts: str = "") -> None:
        """Show a digest, or a page of its items, as it stands."""
        ...

    async def snooze(self, digest: Digest, item: Item, days: int, by: str) -> None:
        """Hide an item for some days."""
        ...

    async def disown(self, digest: Digest, item: Item, why: str, by: str) -> None:
        """Hide an item for good."""
        ...

    async def assign(self, digest: Digest, item: Item, to: str, by: str) -> None:
        """Say who takes care of an item."""
        ...


@dataclass(frozen=True)
class Schedules:
    """What is asked by itself: known and changed here, and asked there."""

    planning: Planning
    asking: Asking


class Explain(Protocol):
    """Says what the policy would decide."""

    def __call__(self, words: str, asker: str, channel: str, now: datetime) -> str:
        """Return it in a few sentences; `words` are those after `policy explain`."""
        ...


class Memory(Protocol):
    """What a listener may look up."""

    async def knows(self, thread: ThreadRef) -> bool:
        """Tell whether we are part of a thread."""
        ...

    async def approval(self, approval_id: str) -> Approval | None:
        """Return an approval as it stands."""
        ...


class StoreMemory:
    """Memory as the store has it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def knows(self, thread: ThreadRef) -> bool:
        """Tell whether a thread has a run, waits for one, or had one."""
        waits = await self._store.runs.next(thread.key) or await self._store.due.of(thread.key)
        return bool(waits) or bool(await self._store.transcripts.of(thread.key))

    async def approval(self, approval_id: str) -> Approval | None:
        """Return an approval as it stands."""
        return await self._store.approvals.get(approval_id)

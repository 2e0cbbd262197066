"""The one way out: what the product may do in a conversation, whatever carries it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from agents.contract import ThreadRef
from agents.events import RunEvent
from bot.approvals.model import Approval
from bot.store.incidents import Incident


class Thread(Protocol):
    """A conversation people read. Implementations never raise for a display problem: they degrade and log."""

    async def show(self, events: AsyncIterator[RunEvent], before: str = "") -> None:
        """Stream a run: steps as cards, words as they come, the report at the end. Consumes all events.

        Args:
            events: What the run says.
            before: The run of which this is another look; while it waits on, it takes that one's place.
        """
        ...

    async def say(self, text: str) -> None:
        """Post Markdown of our own making (never raw tool or model text)."""
        ...

    async def whisper(self, user: str, text: str) -> None:
        """Tell one person something only they need to know."""
        ...

    async def summon(self, people: tuple[str, ...], text: str, quoted: str = "") -> None:
        """Say a sentence of our own and mention people, so that they look now; `quoted` is somebody else's."""
        ...

    async def card(self, approval: Approval) -> None:
        """Post the approval's card, or bring the posted one up to date; the card is found by the approval's id."""
        ...


class Threads(Protocol):
    """Opens conversations."""

    def open(self, ref: ThreadRef, reader: str) -> Thread:
        """Open a thread; `reader` is the Slack id of the person it is for, empty if nobody in particular."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """What is announced: whose slot, what is asked, under which run, and who is called to it."""

    channel: str
    name: str
    what: str
    run: str
    people: tuple[str, ...] = ()


class NotShownError(Exception):
    """An incident could not be shown; what stands in the way may pass."""


class Board(Protocol):
    """Where incidents are told, each in one message that is kept up to date."""

    def room(self) -> bool:
        """Tell whether a message could be brought up to date right now, without holding up what is new."""
        ...

    async def show(self, incident: Incident) -> ThreadRef:
        """Tell an incident, or bring what was told of it up to date; return the thread it has.

        Raises:
            NotShownError: Nobody can see it yet.
        """
        ...

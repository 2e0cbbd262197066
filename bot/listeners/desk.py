"""What every listener works with, and what all of them do: check who speaks, whisper, and finish in time."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agents.contract import ThreadRef
from bot.channels import Channels
from bot.listeners.ports import Alerts, Digests, Explain, Flow, Memory, Schedules
from bot.people import Directory
from bot.slack.calls import Calls
from bot.slack.directory import Sharing
from bot.slack.posting import Identity
from bot.thread import Threads
from tools import CATALOGUE
from tools.contract import Tool

log = logging.getLogger(__name__)
T = TypeVar("T")

IN_TIME = 2.4
"""Seconds; Slack wants its answer within three: https://docs.slack.dev/interactivity/handling-user-interaction"""

GUEST = "I work for full members of this workspace only. Please ask a colleague on the team to look into it with you."
SHARED = "Other organizations are in this channel, so I do not answer here. Send me a direct message instead."
UNLISTED = (
    "This channel ({channel}) is not on my list, so I do not answer here. "
    "Send me a direct message, or have the channel added to config/channels.toml."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not heard; empty words mean that even saying so would be too much."""

    words: str


@dataclass
class Desk:
    """Where payloads arrive."""

    flow: Flow
    memory: Memory
    threads: Threads
    directory: Directory
    channels: Channels
    calls: Calls
    identity: Identity
    explain: Explain
    alerts: Alerts | None = None  # without it, every alert is an incident of its own
    schedules: Schedules | None = None  # without them, nothing is asked by itself
    digests: Digests | None = None  # without it, no button of a digest does anything
    tools: Mapping[str, Tool] = field(default_factory=lambda: CATALOGUE)
    going: set[asyncio.Task[Any]] = field(default_factory=set)
    sharing: Sharing = field(init=False)

    def __post_init__(self) -> None:
        """Ask Slack which channels are shared; a command and a click do not say so themselves."""
        self.sharing = Sharing(self.calls)

    async def refuses(self, user: str, team: str, channel: str, *, shared: bool = False) -> Refusal | None:
        """Return why a person is not heard here, if they are not.

        Raises:
            LookupDownError: Slack could not say who they are; without an ack it delivers again.
        """
        ours = str((await self.identity.known())["team_id"])
        if team != ours:
            return Refusal("")
        person = await self.directory.person(user)
        if person.team != ours or person.bot or person.deactivated:
            return Refusal("")
        if person.guest:
            return Refusal(GUEST)
        if not self.channels.listed(channel):
            return Refusal(UNLISTED.format(channel=channel))
        return Refusal(SHARED) if shared or await self.sharing.of(channel) else None

    async def whisper(self, thread: ThreadRef, user: str, words: str) -> None:
        """Tell one person something, if there is something to tell."""
        if words:
            await self.threads.open(thread, user).whisper(user, words)

    async def in_time(self, work: Coroutine[None, None, None]) -> None:
        """Do the work; if it takes longer than Slack waits for an answer, let it go on behind the answer.

        Raises:
            Exception: What the work raised in time; without an ack Slack delivers again.
        """
        task = self.begin(work)
        done, _ = await asyncio.wait({task}, timeout=IN_TIME)
        if done:
            task.result()

    def begin(self, work: Coroutine[None, None, T]) -> asyncio.Task[T]:
        """Begin work that nobody has to wait for; whatever it raises is logged."""
        task = asyncio.create_task(work)
        self.going.add(task)
        task.add_done_callback(self._finished)
        return task

    async def settle(self, seconds: float) -> None:
        """Wait for what goes on behind its answer, but no longer than so many seconds."""
        if self.going:
            await asyncio.wait(set(self.going), timeout=seconds)

    def _finished(self, task: asyncio.Task[T]) -> None:
        self.going.discard(task)
        if not task.cancelled() and task.exception():
            log.error("A listener failed.", exc_info=task.exception())

"""What the flow is given: everything that reaches outside it, each behind the smallest interface that will do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn, Protocol

from agents.contract import Ask, AskKind
from agents.events import Ended, Runner
from bot.approvals.glass import Glass
from bot.approvals.model import Decision
from bot.approvals.policy import Context, Matter
from bot.people import Directory
from bot.store.store import Store
from bot.thread import Threads
from tools.contract import Chart, JsonObject, ToolError
from tools.proposal import Grant, Outcome, Proposal
from tools.scope import Scopes


class Lane(StrEnum):
    """Where a run queues, so that people never wait behind a storm of alerts."""

    PEOPLE = "people"
    BACKGROUND = "background"


BACKGROUND = frozenset({AskKind.ALERT, AskKind.SCHEDULE, AskKind.WAKE})


def lane_of(kind: AskKind) -> Lane:
    """Return the lane for an ask; an outcome has somebody waiting for it."""
    return Lane.BACKGROUND if kind in BACKGROUND else Lane.PEOPLE


class Queue(Protocol):
    """Sends work to whichever worker is free, at least once. Only names are sent; the store says what is true."""

    async def send_run(self, thread_key: str, lane: Lane) -> None:
        """Have a worker go through a thread's inbox."""
        ...

    async def send_dispatch(self, approval_id: str) -> None:
        """Have a worker carry out an approval."""
        ...

    async def send_stop(self, run_ids: tuple[str, ...]) -> None:
        """Have every worker stop these runs at once."""
        ...


class Rules(Protocol):
    """The policy as it is by now: a `Policy`, or one whose file is read again when it is edited."""

    @property
    def version(self) -> str:
        """Digest of the rules."""
        ...

    @property
    def problem(self) -> str:
        """Why the file as it is now is not in force; empty if it is."""
        ...

    @property
    def glass(self) -> Glass | None:
        """Who may break the glass, if anybody may."""
        ...

    def decide(self, proposal: Proposal, context: Context) -> Decision:
        """Return who has to say yes to a proposal, if anybody can."""
        ...

    def rule_on(self, matter: Matter) -> Decision:
        """Return who would have to say yes, if anybody could."""
        ...


class Executor(Protocol):
    """The only door to the world; synchronous, called in a thread."""

    def execute(self, grant: Grant) -> Outcome:
        """Carry out a grant."""
        ...

    def reconcile(self, grant: Grant) -> Outcome:
        """Read back what became of a grant whose dispatch was cut off."""
        ...


class Redraft(Protocol):
    """Makes a proposal out of a person's edit of another; synchronous, called in a thread."""

    def __call__(self, old: Proposal, args: JsonObject, editor: str, at: datetime) -> Proposal:
        """Return the edited proposal, previewed anew.

        Raises:
            ToolError: A sentence on why there is none.
        """
        ...


def not_here(old: Proposal, args: JsonObject, editor: str, at: datetime) -> NoReturn:
    """Refuse every edit, where nothing else was given."""
    del args, editor, at
    raise ToolError(f"{old.tool} cannot be edited here; reject it and ask for what you want.")


async def unreported(_ask: Ask, _agent: str, _ended: Ended, _charts: Sequence[Chart]) -> None:
    """Make nothing more of what a run found."""


async def everywhere(_channel: str, _asker: str) -> Scopes:
    """Let everybody see everything, where nothing else was said."""
    return ()


@dataclass(frozen=True)
class Ports:
    """All of them.

    Attributes:
        store: State.
        queue: Work for workers.
        threads: The way out.
        runner: Turns an ask into a run.
        directory: Who people are.
        policy: Who decides.
        executor: Makes changes.
        key: Signs grants.
        now: The store's time (UTC).
        run_seconds: A run that takes longer is ended.
        redraft: Makes proposals out of edits.
        scoped: What a person may see, and have changed, in a channel.
        oncall: Groups that are called to what nobody owns.
        reported: Is told what a run came to, which agent's it was and what it drew, before the run counts as done.
    """

    store: Store
    queue: Queue
    threads: Threads
    runner: Runner
    directory: Directory
    policy: Rules
    executor: Executor
    key: bytes
    now: Callable[[], Awaitable[datetime]]
    run_seconds: float = 300.0
    redraft: Redraft = not_here
    scoped: Callable[[str, str], Awaitable[Scopes]] = everywhere
    reported: Callable[[Ask, str, Ended, Sequence[Chart]], Awaitable[None]] = unreported
    oncall: tuple[str, ...] = ("oncall",)

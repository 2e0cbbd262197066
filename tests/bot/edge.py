"""The Slack edge under test: a sandbox workspace on a port, the product's client, and a flow that only remembers."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

from agents.contract import Ask, Ending, Report, ThreadRef
from agents.events import Began, Ended, RunEvent, Said, Step, StepState, Usage
from bot.approvals.model import Answer, Approval, Decision, Effect, State, Vote
from bot.channels import Channels, read_channels
from bot.flow import Ruling, Status
from bot.slack.calls import Calls, make_client
from bot.slack.posting import Identity
from bot.slack.thread import SlackThreads
from config.settings import HERE, Settings
from sandbox.clock import Clock
from sandbox.slack.messages import Message
from sandbox.slack.server import Workspace, make_app
from tools.contract import Call, JsonObject, Preview, Risk
from tools.proposal import Proposal

TEAM = "T0ACME001"
ANA, BEN, CARA, GUS = "U0ANA0001", "U0BEN0001", "U0CARA001", "U0GUS0001"
INCIDENTS, GENERAL, PLATFORM = "C0INCIDEN", "C0GENERAL", "C0PLATFOR"
NOW = datetime(2026, 5, 4, 14, 5, tzinfo=UTC)


@dataclass
class FakeFlow:
    """Remembers what it was told; hears each key once, as the real one does."""

    asks: list[Ask] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    stops: list[tuple[ThreadRef, str]] = field(default_factory=list)
    ruling: Ruling = field(default_factory=lambda: Ruling(counted=True, words="Approved; it is being carried out."))
    now: Status = field(default_factory=lambda: Status((), (), ()))
    keys: set[str] = field(default_factory=set)
    failing: bool = False
    stoppable: int = 1
    seconds: float = 0.0
    edits: list[tuple[Vote, JsonObject]] = field(default_factory=list)

    async def hear(self, ask: Ask, keys: tuple[str, ...] = ()) -> bool:
        """Remember an ask."""
        if self.failing:
            raise ConnectionError("the store is down")
        if self.keys & set(keys):
            return False
        self.keys |= set(keys)
        self.asks.append(ask)
        return True

    async def rule(self, vote: Vote) -> Ruling:
        """Remember a vote, and take as long over it as it was told to."""
        self.votes.append(vote)
        await asyncio.sleep(self.seconds)
        return self.ruling

    async def edit(self, vote: Vote, args: JsonObject) -> Ruling:
        """Remember an edit."""
        self.edits.append((vote, args))
        return self.ruling

    async def break_glass(self, vote: Vote) -> Ruling:
        """Remember who broke the glass."""
        self.votes.append(vote)
        return self.ruling

    async def stop(self, thread: ThreadRef, by: str) -> int:
        """Remember a stop."""
        self.stops.append((thread, by))
        return self.stoppable

    async def status(self) -> Status:
        """Return what it was given."""
        return self.now

    async def status_for(self, channel: str, asker: str) -> Status:
        """Return what it was given, to whoever asks wherever."""
        del channel, asker
        return self.now


@dataclass
class FakeMemory:
    """Knows the threads and approvals it was given."""

    threads: set[str] = field(default_factory=set)
    approvals: dict[str, Approval] = field(default_factory=dict)

    async def knows(self, thread: ThreadRef) -> bool:
        """Tell whether it was given the thread."""
        return thread.key in self.threads

    async def approval(self, approval_id: str) -> Approval | None:
        """Return what it was given."""
        return self.approvals.get(approval_id)


@dataclass
class Edge:
    """A workspace, and the product's side of it."""

    workspace: Workspace
    url: str
    calls: Calls
    identity: Identity
    stopped: list[tuple[ThreadRef, str]] = field(default_factory=list)
    reader: str = ""

    def threads(self, **settings: float) -> SlackThreads:
        """Return threads as the product has them; `settings` are those of slack_stream_*."""
        told = {f"slack_stream_{name}": value for name, value in settings.items()}
        return SlackThreads(self.calls, Settings().model_copy(update=told), self._reader, self._stop)

    async def root(self, channel: str = INCIDENTS) -> ThreadRef:
        """Start a thread and return it."""
        posted = await self.calls.call("chat.postMessage", {"channel": channel, "text": "why is checkout slow?"})
        return ThreadRef(TEAM, channel, str(posted["ts"]))

    def replies(self, ref: ThreadRef) -> list[Message]:
        """Return the replies of a thread, ephemerals and deleted ones left out."""
        return [
            message
            for message in self.workspace.messages[ref.channel]
            if message.thread_ts == ref.ts and not message.ephemeral_to and not message.deleted
        ]

    def whispers(self, user: str) -> list[str]:
        """Return what one person alone was told."""
        everywhere = [message for messages in self.workspace.messages.values() for message in messages]
        return [message.text for message in everywhere if message.ephemeral_to == user]

    async def _reader(self, _channel: str) -> str:
        return self.reader

    async def _stop(self, thread: ThreadRef, by: str) -> None:
        self.stopped.append((thread, by))


@asynccontextmanager
async def open_edge(manifest: JsonObject | None = None) -> AsyncIterator[Edge]:
    """Serve a workspace for the length of the block, without rate limits."""
    workspace = Workspace(Clock(), manifest)
    workspace.rates.multiplier = math.inf
    runner = web.AppRunner(make_app(workspace), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    calls = Calls(make_client(workspace.bot_token, f"{url}/api/"), gaps={}, per_minute={}, patience=20)
    try:
        yield Edge(workspace, url, calls, Identity(calls))
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for a condition, or fail."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the sandbox has no event to wait for
            await asyncio.sleep(0.01)


def words(messages: Sequence[Message]) -> str:
    """Return all Markdown people read in these messages."""
    return "".join(_words(message) for message in messages)


def _words(message: Message) -> str:
    if message.stream:
        return message.stream.text
    return "".join(str(block["text"]) for block in message.blocks if block["type"] == "markdown")


def shipped_channels() -> Channels:
    """Return the channel rules as shipped."""
    return read_channels(HERE / "channels.toml")


async def a_run(*said: str, pause: float = 0.0, ending: Ending = Ending.ANSWERED) -> AsyncIterator[RunEvent]:
    """Yield the events of a run that looks once and then says something."""
    yield Began("run-1", "incident", "runbook")
    yield Step("s1", "Pods of shop", StepState.IN_PROGRESS, "kube_pods(namespace=shop)")
    yield Step("s1", "Pods of shop", StepState.COMPLETE, output="1 of 3 crash")
    for one in said:
        await asyncio.sleep(pause)
        yield Said(one)
    yield Ended(ending, Report("".join(said), cause="a bad deploy", confidence=0.9), Usage("runbook", readings=1))


def a_proposal(**changed: object) -> Proposal:
    """Return a proposal to roll back checkout."""
    preview = Preview(
        summary="Roll back deployment shop/checkout from revision 7 to 6",
        diff="-image: checkout:1.7\n+image: checkout:1.6",
        blast_radius="3 pods restart one by one",
        way_back="Roll forward to revision 7",
        observed={"resourceVersion": "42"},
        undo=Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 7}),
    )
    told: dict[str, object] = {
        "id": "p-0123456789abcdef",
        "tool": "kube_rollback",
        "version": "v1",
        "args": {"namespace": "shop", "deployment": "checkout", "revision": 6},
        "risk": Risk.MEDIUM,
        "needs": ("apps/deployments:patch",),
        "preview": preview,
        "reason": "Revision 7 crashes on start",
        "evidence": ("E1", "E3"),
        "asker": ANA,
        "environment": "production",
        "service": "checkout",
        "run_id": "run-1",
        "at": NOW,
    }
    return Proposal(**(told | changed))  # type: ignore[arg-type] # fields by name


def an_approval(state: State = State.OPEN, proposal: Proposal | None = None, **changed: object) -> Approval:
    """Return an approval that one person of the on-call group has to decide."""
    told: dict[str, object] = {
        "proposal": proposal or a_proposal(),
        "decision": Decision(Effect.ASK, "production", ("oncall",), 1, 15, "v1"),
        "thread": ThreadRef(TEAM, INCIDENTS, "1.1"),
        "state": state,
        "votes": () if state is State.OPEN else (Vote("p", BEN, TEAM, Answer.APPROVE, "button", NOW),),
        "opened_at": NOW,
        "expires_at": NOW + timedelta(minutes=15),
        "digest": "d",
    }
    return Approval(**(told | changed))  # type: ignore[arg-type] # fields by name

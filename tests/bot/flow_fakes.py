"""Fakes of everything the flow is given: a thread that remembers, a runner that says what it is told, a directory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from agents.contract import Ask, AskKind, Ending, Report, ThreadRef, Turn
from agents.events import Began, Ended, Proposed, RunEvent, Said, Usage, Woken
from bot.approvals.model import Answer, Approval, State, Vote
from bot.people import LookupDownError, Person
from tools.contract import Call, Preview, Risk
from tools.proposal import Grant, Outcome, Proposal, Verdict

TEAM = "T0ACME001"
ANA, BEN, CARA, GUS = "U0ANA0001", "U0BEN0001", "U0CARA001", "U0GUS0001"
THREAD = ThreadRef(TEAM, "C0INCIDEN", "1700000000.000100")
NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def make_ask(name: str = "Ev1", thread: ThreadRef = THREAD, kind: AskKind = AskKind.MENTION, text: str = "why?") -> Ask:
    """Return an ask of Ana's."""
    return Ask(id=name, kind=kind, text=text, thread=thread, asker=ANA, at=NOON)


def make_proposal(name: str = "p-1", tool: str = "kube_scale", risk: Risk = Risk.MEDIUM, asker: str = ANA) -> Proposal:
    """Return a proposal to scale checkout."""
    return Proposal(
        id=name,
        tool=tool,
        version="1",
        args={"namespace": "shop", "deployment": "checkout", "replicas": 3},
        risk=risk,
        needs=("apps/deployments:patch",),
        preview=Preview(
            summary="Scale checkout from 1 to 3",
            diff="-1\n+3",
            blast_radius="2 more pods",
            way_back="Scale back to 1.",
            observed={"uid": "u-1", "replicas": 1, "share": 0.5},
            undo=Call("kube_scale", {"replicas": 1}),
        ),
        reason="Too few pods.",
        evidence=("E1",),
        asker=asker,
        environment="production",
        service="checkout",
        run_id="run-1",
        at=NOON,
    )


def make_vote(approval_id: str = "p-1", voter: str = BEN, answer: Answer = Answer.APPROVE, via: str = "button") -> Vote:
    """Return a click."""
    return Vote(approval_id, voter, TEAM, answer, via, NOON)


@dataclass
class FakeThread:
    """Remembers what was shown."""

    ref: ThreadRef
    said: list[str] = field(default_factory=list)
    summoned: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    events: list[RunEvent] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    cards: list[Approval] = field(default_factory=list)
    cut_off: int = 0

    async def show(self, events: AsyncIterator[RunEvent], before: str = "") -> None:
        """Remember the events."""
        self.before.append(before)
        try:
            async for event in events:
                self.events.append(event)
        except asyncio.CancelledError:
            self.cut_off += 1
            raise

    async def say(self, text: str) -> None:
        """Remember the words."""
        self.said.append(text)

    async def summon(self, people: tuple[str, ...], text: str, quoted: str = "") -> None:
        """Remember the words and who they were for."""
        self.summoned.append((people, f"{text} {quoted}".strip()))

    async def whisper(self, user: str, text: str) -> None:
        """Remember the words."""
        self.said.append(f"{user}: {text}")

    async def card(self, approval: Approval) -> None:
        """Remember the card."""
        self.cards.append(approval)

    def answers(self) -> list[str]:
        """Return the words of the reports, in order."""
        return [event.report.answer for event in self.events if isinstance(event, Ended)]

    def states(self) -> list[State]:
        """Return the states of the cards, in order."""
        return [card.state for card in self.cards]


@dataclass
class FakeThreads:
    """Opens fake threads, each one once."""

    opened: dict[str, FakeThread] = field(default_factory=dict)

    def open(self, ref: ThreadRef, reader: str) -> FakeThread:
        """Open a thread."""
        del reader
        return self.opened.setdefault(ref.key, FakeThread(ref))


Script = Callable[[Ask], Sequence[RunEvent]]


def answers(text: str = "All is well.", *more: RunEvent) -> list[RunEvent]:
    """Return the events of a run that says something and ends."""
    return [Said(text), *more, Ended(Ending.ANSWERED, Report(answer=text), Usage("fake"))]


def proposes(*proposals: Proposal) -> list[RunEvent]:
    """Return the events of a run that proposes."""
    return answers("I propose a change.", *(Proposed(proposal) for proposal in proposals))


def wakes(after: timedelta) -> list[RunEvent]:
    """Return the events of a run that wants to look again."""
    return answers("I look again.", Woken(datetime.now(UTC) + after, "look again"))


@dataclass
class FakeRunner:
    """Says what the script says of an ask; holds each run at its first event until `gate` opens."""

    script: Script = lambda _: answers()
    gate: asyncio.Event | None = None
    error: Exception | None = None
    begun: list[Ask] = field(default_factory=list)
    finished: list[Ask] = field(default_factory=list)
    transcripts: list[Sequence[Turn]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Run the script."""
        self.begun.append(ask)
        self.transcripts.append(transcript)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield Began(run_id, "incident", "fake")
            if self.gate:
                await self.gate.wait()
            if self.error:
                raise self.error
            for event in self.script(ask):
                yield event
            self.finished.append(ask)
        finally:
            self.at_once -= 1


PEOPLE = {
    ANA: Person(ANA, TEAM, "Ana"),
    BEN: Person(BEN, TEAM, "Ben"),
    CARA: Person(CARA, TEAM, "Cara"),
    GUS: Person(GUS, TEAM, "Gus", guest=True),
}


@dataclass
class FakeDirectory:
    """Knows the sandbox's people; `down` makes every look-up fail."""

    people: dict[str, Person] = field(default_factory=lambda: dict(PEOPLE))
    groups: dict[str, frozenset[str]] = field(default_factory=lambda: {"oncall": frozenset({BEN, CARA})})
    down: bool = False

    async def person(self, user: str) -> Person:
        """Look a person up."""
        if self.down or user not in self.people:
            raise LookupDownError
        return self.people[user]

    async def members(self, group: str) -> frozenset[str]:
        """Look a group up."""
        if self.down:
            raise LookupDownError
        return self.groups.get(group, frozenset())


@dataclass
class FakeExecutor:
    """Counts what was sent."""

    verdict: Verdict = Verdict.DONE
    error: Exception | None = None
    sent: list[Grant] = field(default_factory=list)
    read_back: list[Grant] = field(default_factory=list)

    def execute(self, grant: Grant) -> Outcome:
        """Send."""
        self.sent.append(grant)
        if self.error:
            raise self.error
        return self._outcome(grant, self.verdict)

    def reconcile(self, grant: Grant) -> Outcome:
        """Read back."""
        self.read_back.append(grant)
        return self._outcome(grant, Verdict.UNKNOWN)

    def _outcome(self, grant: Grant, verdict: Verdict) -> Outcome:
        return Outcome(grant.proposal.id, grant.proposal.tool, verdict, "Read back.", NOON, args=grant.proposal.args)


@dataclass
class FakeQueue:
    """Remembers what was sent to workers."""

    runs: list[tuple[str, str]] = field(default_factory=list)
    dispatches: list[str] = field(default_factory=list)
    stops: list[tuple[str, ...]] = field(default_factory=list)
    error: Exception | None = None

    async def send_run(self, thread_key: str, lane: str) -> None:
        """Remember a run."""
        if self.error:
            raise self.error
        self.runs.append((thread_key, str(lane)))

    async def send_dispatch(self, approval_id: str) -> None:
        """Remember a dispatch."""
        if self.error:
            raise self.error
        self.dispatches.append(approval_id)

    async def send_stop(self, run_ids: tuple[str, ...]) -> None:
        """Remember a stop."""
        self.stops.append(run_ids)


@dataclass
class FakeNow:
    """A store's clock that a test can move."""

    ahead: timedelta = timedelta()

    async def __call__(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead

    def forward(self, by: timedelta) -> None:
        """Move the time forward."""
        self.ahead += by


def renamed(proposal: Proposal, name: str) -> Proposal:
    """Return the same proposal under another id."""
    return replace(proposal, id=name)

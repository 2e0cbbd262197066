"""What an agent is, what it is asked and what it reports; plain data that survives JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tools.contract import Call, Finding
from tools.proposal import Outcome


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where a conversation is: Slack team, channel and the timestamp of the thread's first message."""

    team: str
    channel: str
    ts: str

    @property
    def key(self) -> str:
        """Name of the thread in the store."""
        return f"{self.team}:{self.channel}:{self.ts}"


class AskKind(StrEnum):
    """How an ask came in."""

    MENTION = "mention"
    SLASH = "slash"
    MESSAGE = "message"  # a direct message, or words in a thread that is ours
    ALERT = "alert"
    SCHEDULE = "schedule"
    OUTCOME = "outcome"  # a change was carried out, or not: the run looks at what became of it
    WAKE = "wake"  # an earlier run asked to be woken


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says, whatever sent it. Times are UTC; unknown fields are empty."""

    source: str
    name: str
    state: str  # firing | resolved
    severity: str = ""  # P1 … P4
    service: str = ""
    resource: str = ""
    at: datetime | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something somebody, or something, wants to know or have done.

    Attributes:
        id: Unique; made from what was heard, so the same delivery twice is the same ask.
        kind: How it came in.
        text: The words, without the mention.
        thread: Where to answer.
        asker: Slack id of the person; empty for alerts and schedules. Asks born of an ask inherit it.
        at: When it was heard (UTC).
        due: Not before this time (UTC); at once if None.
        agent: Name of the agent to run; chosen from the words if empty.
        alert: The alert, for kind ALERT and what follows from it.
        outcome: The outcome, for kind OUTCOME.
        attempt: For WAKE: the how-manyth look this is.
        item: What of the thread's latest report it is about, as `agents.contract.item_key` names findings.
        audience: Groups that the answer is for, by their handles; whoever reads the thread if none is named.
        zone: Time zone in which the asker names times of day, such as Europe/Berlin; empty where nobody knows.
    """

    id: str
    kind: AskKind
    text: str
    thread: ThreadRef
    asker: str
    at: datetime
    due: datetime | None = None
    agent: str = ""
    alert: Alert | None = None
    outcome: Outcome | None = None
    attempt: int = 0
    item: str = ""
    audience: tuple[str, ...] = ()
    zone: str = ""


class Speaker(StrEnum):
    """Who said a turn."""

    PERSON = "person"
    AGENT = "agent"
    SYSTEM = "system"  # alerts, outcomes, decisions


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a thread's transcript, redacted before it is kept."""

    speaker: Speaker
    author: str  # Slack id, agent name, or what spoke
    text: str
    at: datetime
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reading that was taken in a run, by the id that claims cite.

    Attributes:
        id: `E1`, `E2` … within the run.
        call: The reading and its arguments.
        title: A few words on what was looked at.
        summary: One line of what it showed.
    """

    id: str
    call: Call
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A finding with the evidence it came from."""

    finding: Finding
    evidence: str


def item_key(finding: Finding) -> str:
    """Return the name of a finding that stays the same from one report to the next."""
    return f"{finding.code}:{finding.subject}"


class Ending(StrEnum):
    """How a run ended."""

    ANSWERED = "answered"
    INCONCLUSIVE = "inconclusive"
    STOPPED = "stopped"  # a person said stop
    LIMIT = "limit"  # a budget was used up
    FAILED = "failed"


class Health(StrEnum):
    """What the run says about the thing it was asked about."""

    UNHEALTHY = "unhealthy"
    HEALTHY = "healthy"  # nothing is wrong, or the alarm was false
    RECOVERED = "recovered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run established, for people, follow-up runs and scores.

    Attributes:
        answer: The words posted, Markdown.
        health: Verdict on the thing asked about.
        cause: The root cause in a sentence; empty if none is claimed.
        confidence: 0 to 1, of the cause.
        findings: All that was found, strongest first.
        evidence: The readings taken.
        ruled_out: Sentences: what it is not, and the observation that says so.
        unknowns: Sentences: what could not be established, and what to look at next.
        proposals: Ids of what was proposed.
        service: The service it is about, as the catalogue or the cluster names it.
    """

    answer: str
    health: Health = Health.UNKNOWN
    cause: str = ""
    confidence: float = 0.0
    findings: tuple[Cited, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    ruled_out: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    service: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use before it must end honestly."""

    steps: int = 40
    seconds: float = 180.0
    tokens: int = 200_000


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent is data.

    Attributes:
        name: Short, the field's own word.
        when: One sentence: which asks are for it; also how other agents and the chooser know it.
        prompt: File in agents/prompts.
        tools: Names in the CATALOGUE it may use.
        consults: Names of agents it may ask as a tool.
        limits: Per run.
    """

    name: str
    when: str
    prompt: str
    tools: tuple[str, ...]
    consults: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    words: tuple[str, ...] = ()  # words in an ask that point to it, or a few in a row; `…` is any others
    unless: tuple[str, ...] = ()  # words that say it is for another, whatever else is said

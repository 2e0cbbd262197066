"""What the embedded engine knows at a point of a run, read back from the conversation alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from pydantic import TypeAdapter

from agents.contract import Ask, AskKind, Report, ThreadRef
from agents.conversation import BRIEF
from agents.notebook import Broken, Look, Offer
from tools.contract import Call, Finding

_ASK, _REPORT = TypeAdapter(Ask), TypeAdapter(Report)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reading that could not be taken, in the tool's words."""

    call: Call
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """One run so far.

    Attributes:
        ask: What is asked.
        agent: Who is asked.
        prior: The thread's latest report of an investigation, if any.
        now: When the run began (UTC).
        looks: Readings taken, in order.
        failures: Readings that could not be taken.
        offers: Changes called for, with what became of the call.
        made: Every call made so far, as text.
        rounds: How often tools were called.
        tools: Names of the tools at hand.
    """

    ask: Ask
    now: datetime
    agent: str = "incident"
    prior: Report | None = None
    looks: tuple[Look, ...] = ()
    failures: tuple[Failure, ...] = ()
    offers: tuple[Offer, ...] = ()
    made: frozenset[str] = frozenset()
    rounds: int = 0
    tools: frozenset[str] = frozenset()

    def has(self, tool: str) -> bool:
        """Tell whether the tool was called in this run."""
        return any(call.startswith(json.dumps([tool])[:-1]) for call in self.made)

    def findings(self) -> tuple[tuple[Finding, str], ...]:
        """Return all findings with their evidence ids."""
        return tuple((finding, look.evidence) for look in self.looks for finding in look.observation.findings)


def key(call: Call) -> str:
    """Return what makes two calls the same."""
    return json.dumps([call.tool, call.args], sort_keys=True, default=str)


def case_of(messages: Sequence[BaseMessage], tools: frozenset[str]) -> Case:
    """Return the case that a conversation tells of; only what follows the latest ask counts as this run."""
    start = max((at for at, message in enumerate(messages) if _brief(message)), default=len(messages) - 1)
    brief, run = _brief(messages[start]), messages[start + 1 :]
    calls = _calls(run)
    answers = [message for message in run if isinstance(message, ToolMessage)]
    return Case(
        ask=_ASK.validate_python(brief["ask"]) if brief else _bare(messages[start]),
        now=datetime.fromisoformat(str(brief["now"])) if brief else datetime.now(UTC),
        agent=str(brief.get("agent") or "incident"),
        prior=_REPORT.validate_python(brief["report"]) if brief and brief["report"] else None,
        looks=tuple(one.artifact for one in answers if isinstance(one.artifact, Look)),
        failures=tuple(_failures(answers, calls)),
        offers=tuple(one.artifact for one in answers if isinstance(one.artifact, Offer)),
        made=frozenset(map(key, calls.values())),
        rounds=sum(isinstance(message, AIMessage) for message in run),
        tools=tools,
    )


def _calls(run: Sequence[BaseMessage]) -> dict[str, Call]:
    said = [message for message in run if isinstance(message, AIMessage)]
    return {str(call["id"]): Call(call["name"], dict(call["args"])) for message in said for call in message.tool_calls}


def _brief(message: BaseMessage) -> dict[str, object]:
    brief = message.additional_kwargs.get(BRIEF) if isinstance(message, HumanMessage) else None
    return brief if isinstance(brief, dict) else {}


def _bare(message: BaseMessage) -> Ask:
    return Ask("bare", AskKind.MESSAGE, message.text, ThreadRef("", "", ""), "", datetime.now(UTC))


def _failures(answers: Sequence[ToolMessage], calls: dict[str, Call]) -> list[Failure]:
    """Return the readings that failed, and the calls that LangChain itself answered with an error."""
    ends = {"conclude", "wake_me"}
    broken = [Failure(one.artifact.call, one.artifact.why) for one in answers if isinstance(one.artifact, Broken)]
    unheard = [(calls.get(one.tool_call_id), one) for one in answers if one.artifact is None]
    return [*broken, *(Failure(call, one.text) for call, one in unheard if call and call.tool not in ends)]

"""A thread's transcript and the ask, as fresh messages for a chat model; tool messages never outlive their run."""

from collections.abc import Sequence
from datetime import datetime

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, merge_message_runs
from pydantic import TypeAdapter

from agents.contract import Ask, AskKind, Report, Speaker, Turn, item_key
from agents.wrapping import quoted
from tools.contract import Role

TURNS, WIDTH = 20, 4000
"""What a run remembers of its thread: the latest turns, each cut to a width."""

BRIEF = "infra"
"""Key under which the ask rides along as data, for the embedded engine."""

_ASK, _REPORT = TypeAdapter(Ask), TypeAdapter(Report)


def messages_for(ask: Ask, transcript: Sequence[Turn], now: datetime, agent: str = "incident") -> list[BaseMessage]:
    """Return the conversation, ending with the ask to an agent."""
    past = [_message(turn, ask.asker) for turn in transcript[-TURNS:] if turn.text.strip()]
    brief = {
        "agent": agent,
        "ask": _ASK.dump_python(ask, mode="json"),
        "report": _story_so_far(ask, transcript),
        "now": now.isoformat(),
    }
    return [*merge_message_runs(past), HumanMessage(_words(ask, now), additional_kwargs={BRIEF: brief})]


def _message(turn: Turn, asker: str) -> BaseMessage:
    """Return a turn as a message; only who asks now is heard as a person, what others said is data."""
    text = turn.text[:WIDTH]
    match turn.speaker:
        case Speaker.AGENT:
            return AIMessage(text)
        case Speaker.PERSON if asker and turn.author == asker:
            return HumanMessage(f"{turn.author}: {text}")
        case Speaker.PERSON:
            return HumanMessage(f"{turn.author or 'someone'} said earlier:\n{quoted(text)}")
        case Speaker.SYSTEM:
            return HumanMessage(f"(system) {turn.author}:\n{quoted(text)}")


def _story_so_far(ask: Ask, transcript: Sequence[Turn]) -> object:
    """Return the report that the ask is about, else the latest that explains something.

    That is the one that proposed the change this is the outcome of, or the latest that has the item that was picked.
    """
    reports = [turn.report for turn in reversed(transcript) if turn.report]
    has = (one for one in reports if ask.item and any(item_key(cited.finding) == ask.item for cited in one.findings))
    proposed = (report for report in reports if ask.outcome and ask.outcome.proposal_id in report.proposals)
    explained = (report for report in reports if report.cause and _explains(report))
    report = next(proposed, None) or next(has, None) or next(explained, reports[0] if reports else None)
    return _REPORT.dump_python(report, mode="json") if report else None


def _explains(report: Report) -> bool:
    return any(one.finding.role in {Role.CAUSE, Role.CHANGE} for one in report.findings)


def _words(ask: Ask, now: datetime) -> str:
    return f"It is {now:%Y-%m-%d %H:%M:%S} UTC.\n{_body(ask)}"


def _body(ask: Ask) -> str:
    match ask.kind:
        case AskKind.ALERT if ask.alert:
            alert = ask.alert
            about = " ".join(filter(None, (alert.severity, alert.service, alert.resource)))
            told = f"{alert.source}: {alert.name} is {alert.state}. {about}\n{ask.text}"
            return f"An alert came in:\n{quoted(told.strip())}"
        case AskKind.OUTCOME if ask.outcome:
            outcome = ask.outcome
            told = f"({outcome.tool} {outcome.args}): {outcome.verdict}. {outcome.detail}"
            ended = f"Outcome of proposal {outcome.proposal_id}:\n{quoted(told)}"
            return f"{ended}\nVerify whether the incident is over and report."
        case AskKind.WAKE:
            return f"You asked to be woken (look {ask.attempt}), to look at this:\n{quoted(ask.text)}"
        case _:
            return ask.text

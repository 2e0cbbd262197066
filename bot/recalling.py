"""A thread that worked on an incident, as what is remembered of it; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from agents.contract import Alert, Report, Speaker, ThreadRef, Turn
from agents.titles import spelled
from bot.approvals.model import Answer, Approval, State
from tools.contract import Call, Role
from tools.knowledge.past import Moment, Past
from tools.scope import Kind

LONG = 240
"""Characters of one entry of a timeline."""
_KINDS: dict[str, Kind] = {"rds": "databases", "alarm": "alarms", "log_group": "log_groups"}
_STORY = frozenset({Role.CAUSE, Role.CHANGE, Role.SYMPTOM})
_SPACED = 3
"""Parts of a subject that names a namespace: kind, namespace, name."""


def past_of(
    thread: ThreadRef, alert: Alert | None, turns: Sequence[Turn], approvals: Sequence[Approval], over: datetime
) -> Past | None:
    """Return what to remember of a thread whose incident was over at a time; None if nothing was established in it."""
    reports = [(turn.at, turn.report) for turn in turns if turn.report and turn.report.cause]
    if not reports:
        return None
    done = [one for one in approvals if one.state is State.DONE]
    report = _decisive([report for _, report in reports], {one.proposal.id for one in done})
    opened = alert.at if alert and alert.at else turns[0].at
    known = _established(thread.key, _title(alert, turns), alert.severity if alert else "", report, opened)
    timeline = tuple(sorted(_timeline(turns, approvals, over), key=lambda one: one.at))
    outcomes = [turn.at for turn in turns if turn.author == "outcome"]
    fixed = max(outcomes) if done and outcomes else None
    return replace(_done(known, done), timeline=timeline, found=reports[0][0], fixed=fixed, verified=over)


def _established(name: str, title: str, severity: str, report: Report, opened: datetime) -> Past:
    """Return what a report established, before anything was done about it."""
    return Past(
        id=name,
        title=title,
        service=report.service,
        severity=severity,
        cause=report.cause,
        confidence=report.confidence,
        fixed_by="",
        approvers=(),
        blast_radius="",
        timeline=(),
        evidence=tuple(_evidence(report)),
        ruled_out=report.ruled_out,
        unknowns=report.unknowns,
        follow_ups=_follow_ups(report),
        touches=tuple(dict.fromkeys(_touches(report))),
        opened=opened,
    )


def _done(known: Past, done: Sequence[Approval]) -> Past:
    """Add what was done, who said yes to it and when."""
    yes = [vote for one in done for vote in one.votes if vote.answer is Answer.APPROVE]
    return replace(
        known,
        fixed_by="; ".join(spelled(Call(one.proposal.tool, one.proposal.args)) for one in done),
        approvers=tuple(dict.fromkeys(vote.voter for vote in yes)),
        blast_radius=" ".join(one.proposal.preview.blast_radius for one in done),
        approved=max((vote.at for vote in yes), default=None),
    )


def _decisive(reports: Sequence[Report], done: Collection[str]) -> Report:
    """Return the report that proposed what was done, else the latest that explains something, else the first."""
    acted = [one for one in reports if set(one.proposals) & set(done)]
    explained = [one for one in reports if any(cited.finding.role is Role.CAUSE for cited in one.findings)]
    return (acted or explained or list(reports[:1]))[-1]


def _title(alert: Alert | None, turns: Sequence[Turn]) -> str:
    return _line(alert.name if alert and alert.name else turns[0].text)


def _timeline(turns: Sequence[Turn], approvals: Sequence[Approval], over: datetime) -> Iterator[Moment]:
    told: set[str] = set()
    for turn in turns:
        match turn:
            case Turn(speaker=Speaker.SYSTEM, author="alert"):
                yield Moment(turn.at, f"Alert: {_line(turn.text)}")
            case Turn(speaker=Speaker.SYSTEM, author="outcome"):
                yield Moment(turn.at, f"Carried out: {_line(turn.text)}")
            case Turn(speaker=Speaker.PERSON):
                yield Moment(turn.at, f"{turn.author} wrote: {_line(turn.text)}")
            case Turn(speaker=Speaker.AGENT, report=Report(cause=cause)) if cause and cause not in told:
                told.add(cause)
                yield Moment(turn.at, f"Reported: {_line(cause)}")
            case _:
                pass
    for one in approvals:
        yield Moment(one.opened_at, f"Proposed: {_line(one.proposal.preview.summary)}")
        yield from (Moment(vote.at, f"{vote.voter} said {vote.answer.value} by {vote.via}") for vote in one.votes)
    yield Moment(over, "Over")


def _evidence(report: Report) -> Iterator[str]:
    """Yield the readings that show the story; those that found things in order are many, and are in the thread."""
    shown = {one.evidence for one in report.findings if one.finding.role in _STORY}
    return (f"{one.id} {one.title}: {one.summary}" for one in report.evidence if one.id in shown)


def _follow_ups(report: Report) -> tuple[str, ...]:
    told = (one.finding.advice for one in report.findings if one.finding.role in {Role.CAUSE, Role.CHANGE})
    return tuple(dict.fromkeys(one for one in told if one))


def _touches(report: Report) -> Iterator[tuple[Kind, str]]:
    """Yield what the incident was about; what no scope can hold keeps it from all that have one."""
    for finding in (one.finding for one in report.findings if one.finding.role in _STORY):
        kind, _, rest = finding.subject.partition("/")
        if kind == "metric":
            continue  # metrics are seen by everybody
        if kind in _KINDS:
            yield _KINDS[kind], rest
        elif len(finding.subject.split("/")) >= _SPACED:
            yield "namespaces", rest.partition("/")[0]
        else:
            yield "namespaces", ""


def _line(text: str) -> str:
    first = " ".join(text.strip().partition("\n")[0].split())
    return first if len(first) <= LONG else f"{first[: LONG - 1]}…"

"""A grave alert that no run explains, or that nothing was proposed for, is put to people: once, with what is known."""

from datetime import UTC, datetime

from agents.contract import Alert, Ask, AskKind, Ending, Health, Report
from agents.events import Ended
from bot.approvals.autonomy import GRAVE
from bot.people import LookupDownError, members_of
from bot.ports import Ports
from bot.scoring.recording import Recording
from tools.contract import Role, ToolError
from tools.knowledge.services import services

ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""There is one slot a thread, so people are called once, however many runs look into it."""
_LOOKS = frozenset({AskKind.ALERT, AskKind.WAKE, AskKind.OUTCOME})


class Escalating:
    """Calls whoever is on call."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._recording = Recording(ports)

    async def ended(self, ask: Ask, end: Ended) -> None:
        """Call people if a run leaves a P1 or P2 with nobody who acts on it."""
        if ask.alert is None or not needs_people(ask, end):
            return
        groups = _owners(end.report.service) or self._ports.oncall
        try:
            people = await members_of(self._ports.directory, groups)
        except LookupDownError:
            people = frozenset()  # it is said aloud all the same
        if await self._ports.store.slots.fire(f"escalated:{ask.thread.key}", ONCE):
            await self._recording.called(ask)
            thread = self._ports.threads.open(ask.thread, ask.asker)
            await thread.summon(tuple(sorted(people)), _call(ask.alert, groups, end.report), _known(end.report))


def needs_people(ask: Ask, end: Ended) -> bool:
    """Tell whether a run leaves a grave alert open: without a cause, or with one and without anything proposed."""
    if ask.alert is None or ask.alert.severity not in GRAVE or ask.kind not in _LOOKS:
        return False
    report = end.report
    if ask.kind is not AskKind.ALERT:  # what follows a change waits for it; only giving up is news
        return end.ending in {Ending.FAILED, Ending.LIMIT}
    unexplained = end.ending is not Ending.ANSWERED or report.health is Health.UNKNOWN
    return unexplained or (report.health is Health.UNHEALTHY and not report.proposals)


def _owners(service: str) -> tuple[str, ...]:
    try:
        known = services().get(service)
    except ToolError:
        return ()  # a catalogue that does not fit must not keep people from being called
    return known.owners if known else ()


def _call(alert: Alert, groups: tuple[str, ...], report: Report) -> str:
    told = " and ".join(f"@{group}" for group in groups)
    why = "a cause was found, and no change of mine would end it" if report.cause else "I could not establish the cause"
    return f"🚨 {told}: this {alert.severity} needs a person, because {why}. What is known:".strip()


def _known(report: Report) -> str:
    """Return what somebody who is called needs first: what hurts, what it is or is not, what to look at next."""
    hurts = [one.finding.observed for one in report.findings if one.finding.role is Role.SYMPTOM][:2]
    advice = [one.finding.advice for one in report.findings if one.finding.advice][:1]
    cause = [f"Cause: {report.cause}"] if report.cause else []
    lines = [*cause, *hurts, *report.ruled_out[:2], *report.unknowns[:2], *(f"Next: {one}" for one in advice)]
    return " ".join(" ".join(line.split()) for line in lines)[:900]

"""What the embedded engine does next: look, propose and conclude, or speak."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from agents.contract import AskKind, Cited, Report
from agents.diagnosis import Diagnosis, diagnose
from agents.runbook.answers import answer
from agents.runbook.book import Runbook, pick
from agents.runbook.case import Case, key
from agents.runbook.deliveries import deliver
from agents.runbook.facts import LOOKUP, Facts, asked_words, facts_of, filled, guessed, paging
from agents.runbook.gaps import failures
from agents.runbook.headlines import FOLLOWED, headline
from agents.runbook.moves import Move
from agents.runbook.requests import carry
from agents.runbook.wording import claim
from agents.titles import spelled
from agents.weighing import OLD, Scene
from tools.contract import Call, Finding, Role

ROUNDS, AT_ONCE, IN_ALL = 6, 20, 48
"""Bounds of an investigation: rounds of readings, readings a round, readings in all."""

RECALL, LONGEST_CAUSE = "past_incidents", 1000

_FOLLOWED = {Role.CAUSE: 0, Role.CHANGE: 1, Role.SYMPTOM: 2, Role.CONTEXT: 3}


def investigate(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move of an investigation."""
    facts = facts_of(case)
    if order := carry(case, facts) or deliver(case):
        return order
    book = pick(books, case.ask)
    if book and book.about == "database" and case.rounds:
        facts = guessed(case, facts)
    if calls := _readings(case, facts, book):
        return Move(_opening(case), calls)
    diagnosis = diagnose(_cited(case), scene_of(case, facts))
    if recall := _recalling(case, diagnosis):
        return Move(calls=recall)
    if not case.has("conclude"):
        return Move(calls=(*_proposals(case, diagnosis), concluding(case, diagnosis, facts)))
    return Move(answer(case, diagnosis, service_of(case, facts)))


def scene_of(case: Case, facts: Facts) -> Scene:
    """Return what findings are weighed against: what the ask is about, and since when it hurts."""
    return Scene(facts.scope, facts.depends, _onset(case, facts))


def service_of(case: Case, facts: Facts) -> str:
    """Return the service the ask is about, as the catalogue or the cluster names it."""
    asked = [
        look for look in case.looks if look.call.tool == LOOKUP and look.call.args.get("words") in asked_words(case)
    ]
    found = (finding.subject.rpartition("/")[2] for look in asked for finding in look.observation.findings)
    named = facts.named("deployment") or facts.named("rds")
    return (
        next(found, "") or (case.prior.service if case.prior else "") or (named[0].rpartition("/")[2] if named else "")
    )


def concluding(case: Case, diagnosis: Diagnosis, facts: Facts) -> Call:
    """Return the call that states the diagnosis as data."""
    told = _claimed(diagnosis)
    cited = [one.evidence for one in (told.cause, told.trigger, *told.supports[:3]) if one]
    cited += _drawn(case, told) if told.cause else []
    return Call(
        "conclude",
        {
            "health": told.health.value,
            "cause": _sentence(told) if told is diagnosis else f"A separate incident: {_sentence(told)}",
            "confidence": told.confidence,
            "evidence": list(dict.fromkeys(cited)),
            "ruled_out": [
                f"{claim(one.finding.observed)} Not the cause: {why} [{one.evidence}]."
                for one, why in diagnosis.ruled_out[:6]
            ],
            "unknowns": unknowns(case),
            "service": service_of(case, facts),
        },
    )


def _drawn(case: Case, diagnosis: Diagnosis) -> list[str]:
    """Return the evidence of the symptom that there is a picture of, that of the alarm that paged first."""
    drawn = {look.evidence: look.call for look in case.looks if look.observation.chart}
    told = [one.evidence for one in diagnosis.symptoms if one.evidence in drawn]
    asked = [call for finding, _ in case.findings() if finding.subject in paging(case) for call in finding.leads_to]
    return sorted(dict.fromkeys(told), key=lambda one: drawn[one] not in asked)[:1]


def _claimed(diagnosis: Diagnosis) -> Diagnosis:
    """Return the incident to act on: the one asked about, else a separate one that was found on the way."""
    return diagnosis if diagnosis.cause or not diagnosis.elsewhere else diagnosis.elsewhere


def unknowns(case: Case) -> list[str]:
    """Return what could not be read, one sentence each."""
    return [f"{spelled(failure.call)} could not be read: {_reason(failure.words)}" for failure in failures(case)]


def _readings(case: Case, facts: Facts, book: Runbook | None) -> tuple[Call, ...]:
    if case.rounds >= ROUNDS or case.has("conclude"):
        return ()
    wanted = [*_first_looks(case), *_users(case), *filled(book.readings if book else (), facts), *_leads(case, facts)]
    fresh = {key(call): call for call in wanted if call.tool in case.tools and key(call) not in case.made}
    left = min(AT_ONCE, IN_ALL - len(case.made))
    return tuple(fresh.values())[: max(0, left)]


def _first_looks(case: Case) -> Iterator[Call]:
    alert, (words, service) = case.ask.alert, asked_words(case)
    yield Call(LOOKUP, {"words": words})
    if alert and alert.name:
        yield Call("aws_alarm_history", {"alarm": alert.name})
    if _follows_up(case):
        yield Call(LOOKUP, {"words": service})


def _users(case: Case) -> Iterator[Call]:
    """Yield lookups of the databases that may be a cause: whoever uses one may have set it off."""
    causes = (finding.subject for finding, _ in case.findings() if finding.role is Role.CAUSE)
    for subject in dict.fromkeys(causes):
        if subject.startswith("rds/"):
            yield Call(LOOKUP, {"words": subject.removeprefix("rds/")})


def _follows_up(case: Case) -> bool:
    """Tell whether the words name no service of their own, so that they are about the thread's."""
    looked = [look for look in case.looks if look.call.tool == LOOKUP]
    prior: Report | None = case.prior
    return bool(prior and prior.service and looked and not any(look.observation.findings for look in looked))


def _leads(case: Case, facts: Facts) -> Iterator[Call]:
    """Yield what findings point to: those in scope first, causes before symptoms, sure before unsure."""
    open_ends = [finding for finding, _ in case.findings() if finding.role in _FOLLOWED and finding.leads_to]
    for finding in sorted(open_ends, key=lambda one: _urgency(one, facts)):
        yield from finding.leads_to


def _urgency(finding: Finding, facts: Facts) -> tuple[bool, int, float, str]:
    outside = bool(facts.scope) and finding.subject not in facts.scope
    return (outside, _FOLLOWED[finding.role], -finding.confidence, finding.subject)


def _recalling(case: Case, diagnosis: Diagnosis) -> tuple[Call, ...]:
    """Return the look for incidents like this one: once there is a cause to compare by, and never twice."""
    cause = _sentence(_claimed(diagnosis))
    if not cause or RECALL not in case.tools or case.has(RECALL) or case.has("conclude"):
        return ()
    return (Call(RECALL, {"words": cause[:LONGEST_CAUSE]}),)


def _proposals(case: Case, diagnosis: Diagnosis) -> tuple[Call, ...]:
    diagnosis = _claimed(diagnosis)
    if not diagnosis.remedy or diagnosis.remedy[0].tool not in case.tools:
        return ()
    remedy, named_by = diagnosis.remedy
    cited = [one.evidence for one in (diagnosis.cause, diagnosis.trigger, named_by) if one]
    reason = _sentence(diagnosis)
    return (Call(remedy.tool, {**remedy.args, "reason": reason, "evidence": list(dict.fromkeys(cited))}),)


def _cited(case: Case) -> Iterable[Cited]:
    return (Cited(finding, evidence) for finding, evidence in case.findings())


def _onset(case: Case, facts: Facts) -> datetime | None:
    """Return when the trouble showed: as the alarms in scope say, the paged one first; else the day's first symptom."""
    inside = [finding for finding, _ in case.findings() if not facts.scope or finding.subject in facts.scope]
    dated = [(finding.subject, finding.since) for finding in inside if finding.role is Role.SYMPTOM and finding.since]
    alert = case.ask.alert
    paged = [since for subject, since in dated if subject in paging(case)]
    alarms = [since for subject, since in dated if subject.startswith("alarm/")]
    shown = [since for _, since in dated if case.now - since <= OLD]
    heard = [alert.at] if alert and alert.at else []
    return min(paged or alarms or [*shown, *heard], default=None)


def _opening(case: Case) -> str:
    if case.rounds or case.ask.kind not in {AskKind.MENTION, AskKind.MESSAGE, AskKind.SLASH, AskKind.ALERT}:
        return ""
    return "Looking into it." if case.ask.kind is not AskKind.ALERT else "Looking into this alarm."


def _sentence(diagnosis: Diagnosis) -> str:
    """Return the root cause in a few sentences: the headline, what it is, what it says itself, what set it off."""
    root, trigger = diagnosis.cause, diagnosis.trigger
    if root is None:
        return ""
    told = [headline(diagnosis), *(claim(one.finding.observed) for one in (root, *diagnosis.own_words()[:1]))]
    followed = [f"{FOLLOWED}{claim(trigger.finding.observed)}"] if trigger else []
    hence = diagnosis.hence()
    hence_so = [f"Hence: {claim(hence.finding.observed)}"] if hence else []
    return " ".join(dict.fromkeys([*told, *followed, *hence_so]))


def _reason(words: str) -> str:
    return words.partition(" failed: ")[2] or words

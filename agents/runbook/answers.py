"""The embedded engine's words: what a tired person needs, in the order they need it, each claim with its evidence."""

from collections.abc import Iterable

from agents.contract import Cited, Health
from agents.diagnosis import Diagnosis
from agents.runbook.case import Case
from agents.runbook.wording import cite, plain, section, stopped
from agents.titles import title_of
from agents.weighing import one_a_subject, one_each, order

SHOWN = 4


def answer(case: Case, diagnosis: Diagnosis, service: str) -> str:
    """Return the answer to an investigation, Markdown."""
    parts = [_headline(case, diagnosis, service), *_sections(case, diagnosis)]
    return "\n\n".join(part for part in parts if part)


def _headline(case: Case, diagnosis: Diagnosis, service: str) -> str:
    about = f"`{service}`" if service else "what I looked at"
    match diagnosis.health:
        case Health.UNHEALTHY if diagnosis.cause:
            return _root_cause(diagnosis.cause, diagnosis)
        case Health.UNHEALTHY:
            return f"**Inconclusive: {about} is not well, and nothing I read explains it.**"
        case Health.HEALTHY:
            return f"**Nothing is wrong with {about} now.** I propose no change."
        case Health.RECOVERED:
            return f"**{about} has recovered; nothing is wrong now.** I propose no change."
        case _:
            return f"**Inconclusive: I could not establish whether anything is wrong with {about}.**{_nothing(case)}"


def _root_cause(cause: Cited, diagnosis: Diagnosis) -> str:
    head = f"**Root cause** ({diagnosis.confidence:.0%} sure): {cite(cause)}"
    lines = [head, *map(cite, one_each(diagnosis.own_words())[:2])]
    if diagnosis.trigger:
        lines.append(f"**Set off by:** {cite(diagnosis.trigger)}")
    return "\n".join(lines)


def _sections(case: Case, diagnosis: Diagnosis) -> list[str]:
    return [
        section("What hurts", map(cite, _hurting(diagnosis)[:SHOWN])),
        section("Likeliest, not certain", [cite(diagnosis.suspect)] if diagnosis.suspect else []),
        section("Ruled out", _ruled_out(diagnosis)),
        section("In order", map(cite, one_a_subject(diagnosis.healthy)[:SHOWN])),
        section("Proposed", _proposed(case)),
        section("Next", _next_steps(case, diagnosis)),
        section("Not known", _unknown(case)),
    ]


def _hurting(diagnosis: Diagnosis) -> list[Cited]:
    """Return the symptoms; a metric is told by its alarm, if that fires."""
    told = one_each(diagnosis.symptoms)
    alarming = any(one.finding.subject.startswith("alarm/") for one in told)
    return [one for one in told if not (alarming and one.finding.subject.startswith("metric/"))]


def _ruled_out(diagnosis: Diagnosis) -> Iterable[str]:
    why = {order(one): why for one, why in diagnosis.ruled_out}
    for one in one_each([one for one, _ in diagnosis.ruled_out])[:SHOWN]:
        yield f"{cite(one)} Not the cause: {why[order(one)]}."


def _proposed(case: Case) -> Iterable[str]:
    for offer in case.offers:
        if offer.proposal:
            preview = offer.proposal.preview
            yield f"{stopped(plain(preview.summary))} It needs a yes; nothing has been changed."
            yield f"Blast radius: {stopped(plain(preview.blast_radius))}" if preview.blast_radius else ""
            yield f"Way back: {stopped(preview.way_back)}" if preview.way_back else ""
        else:
            yield f"I could not propose {title_of(offer.call)}: {stopped(offer.refused)}"


def _next_steps(case: Case, diagnosis: Diagnosis) -> Iterable[str]:
    story = [one for one in (diagnosis.cause, diagnosis.trigger, diagnosis.suspect, *diagnosis.supports) if one]
    advice = [stopped(one.finding.advice) for one in story if one.finding.advice]
    if not advice and diagnosis.cause and not case.offers:
        return ["No change of mine would help here safely; a person has to decide."]
    return advice[:3]


def _unknown(case: Case) -> Iterable[str]:
    for failure in case.failures[:SHOWN]:
        reason = failure.words.partition(" failed: ")[2] or failure.words
        yield f"{title_of(failure.call)} could not be read: {stopped(reason)}"


def _nothing(case: Case) -> str:
    return "" if case.looks else " No reading succeeded."

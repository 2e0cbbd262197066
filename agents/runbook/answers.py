"""The embedded engine's words: what a tired person needs, in the order they need it, each claim with its evidence."""

from collections.abc import Iterable

from agents.contract import Cited, Health
from agents.diagnosis import Diagnosis
from agents.runbook.case import Case
from agents.runbook.gaps import failures
from agents.runbook.headlines import headline, telling
from agents.runbook.wording import FULL, cite, claim, plain, section, stopped
from agents.titles import title_of
from agents.weighing import one_a_subject, one_each, order

SHOWN = 4


def answer(case: Case, diagnosis: Diagnosis, service: str) -> str:
    """Return the answer to an investigation, Markdown."""
    parts = [_headline(case, diagnosis, service), _elsewhere(diagnosis), *_sections(case, diagnosis)]
    return "\n\n".join(part for part in parts if part)


def _headline(case: Case, diagnosis: Diagnosis, service: str) -> str:
    about = f"`{service}`" if service else "what I looked at"
    if diagnosis.elsewhere and not diagnosis.cause:
        return f"**I find no cause in {about} itself,** which is what was asked about."
    match diagnosis.health:
        case Health.UNHEALTHY if diagnosis.cause:
            return _root_cause(diagnosis.cause, diagnosis)
        case Health.UNHEALTHY:
            return f"**Inconclusive: {about} is not well, and nothing I read explains it.**"
        case Health.HEALTHY:
            return (
                f"**Nothing is wrong with {about} now.** There is no failure to act on: what I read is within "
                "normal bounds. I propose no change."
            )
        case Health.RECOVERED:
            return f"**{about} has recovered; nothing is wrong now.** There is no active failure. I propose no change."
        case _:
            return f"**Inconclusive: I could not establish whether anything is wrong with {about}.**{_nothing(case)}"


def _root_cause(cause: Cited, diagnosis: Diagnosis, title: str = "Root cause") -> str:
    whole, opening = claim(cause.finding.observed, FULL), headline(diagnosis)
    opening = opening.replace(claim(cause.finding.observed), whole)
    head = f"**{title}** ({diagnosis.confidence:.0%} sure): {opening} [{cause.evidence}]"
    shown = [] if whole in head else [cite(cause, FULL)]
    own = [one for one in one_each(diagnosis.own_words())[:2] if telling(one) not in head]
    lines = [head, *shown, *map(cite, own)]
    if diagnosis.trigger:
        lines.append(f"**Set off by:** {cite(diagnosis.trigger)}")
    return "\n".join(lines)


def _elsewhere(diagnosis: Diagnosis) -> str:
    other = diagnosis.elsewhere
    return _root_cause(other.cause, other, "A separate incident") if other and other.cause else ""


def _sections(case: Case, diagnosis: Diagnosis) -> list[str]:
    return [
        section("What hurts", map(cite, _hurting(diagnosis)[:SHOWN])),
        section("Likeliest, not certain", [cite(diagnosis.suspect)] if diagnosis.suspect else []),
        section("Ruled out", _ruled_out(diagnosis)),
        section("In order", [_in_order(diagnosis)]),
        section("Seen before", _seen_before(case)),
        section("Proposed", _proposed(case)),
        section("Next", _next_steps(case, diagnosis)),
        section("Not known", _unknown(case)),
    ]


def _seen_before(case: Case) -> Iterable[str]:
    """Yield incidents like this one, the likest first."""
    return (cite(Cited(one, evidence)) for one, evidence in case.findings() if one.code == "seen_before")


def _in_order(diagnosis: Diagnosis) -> str:
    """Return in one line what was looked at and found in order."""
    return " ".join(map(cite, one_a_subject(diagnosis.healthy)[:SHOWN]))


def _hurting(diagnosis: Diagnosis) -> list[Cited]:
    """Return the symptoms, the same words once; a metric is told by its alarm, if that fires."""
    told = list({telling(one): one for one in reversed(one_each(diagnosis.symptoms))}.values())[::-1]
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
    other = diagnosis.elsewhere
    story = [one for one in (diagnosis.cause, diagnosis.trigger, diagnosis.suspect, *diagnosis.supports) if one]
    story += [one for one in (other.cause, other.trigger) if one] if other else []
    advice = [stopped(one.finding.advice) for one in story if one.finding.advice]
    if not advice and diagnosis.cause and not case.offers:
        return ["No change of mine would help here safely; a person has to decide."]
    return advice[:3]


def _unknown(case: Case) -> Iterable[str]:
    for failure in failures(case)[:SHOWN]:
        reason = failure.words.partition(" failed: ")[2] or failure.words
        yield f"{title_of(failure.call)} could not be read: {stopped(reason)}"


def _nothing(case: Case) -> str:
    return "" if case.looks else " No reading succeeded."

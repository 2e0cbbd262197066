"""The embedded engine's words: what a tired person needs, in the order they need it, each claim with its evidence."""

from collections.abc import Iterable, Sequence

from agents.contract import Cited, Health
from agents.diagnosis import Diagnosis
from agents.runbook.case import Case
from agents.titles import title_of
from tools.contract import Role

SHOWN = 5


def answer(case: Case, diagnosis: Diagnosis, service: str) -> str:
    """Return the answer to an investigation, Markdown."""
    parts = [_headline(case, diagnosis, service), *_sections(case, diagnosis)]
    return "\n\n".join(part for part in parts if part)


def cite(one: Cited) -> str:
    """Return a finding's sentence with its evidence."""
    return f"{stopped(one.finding.observed)} [{one.evidence}]"


def stopped(text: str) -> str:
    """Return the text as a sentence that ends."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def section(title: str, lines: Iterable[str]) -> str:
    """Return a titled list, empty without lines."""
    items = list(dict.fromkeys(line for line in lines if line))
    return "\n".join([f"**{title}**", *(f"- {line}" for line in items)]) if items else ""


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
    lines = [f"**Root cause:** {cite(cause)}"]
    if diagnosis.trigger:
        lines.append(f"**Set off by:** {cite(diagnosis.trigger)}")
    lines.append(f"**Confidence:** {diagnosis.confidence:.0%}")
    return "\n".join(lines)


def _sections(case: Case, diagnosis: Diagnosis) -> list[str]:
    hurting = diagnosis.symptoms[:SHOWN]
    return [
        section("What hurts", map(cite, hurting)),
        section("Evidence", map(cite, _distinct(diagnosis.supports)[:SHOWN])),
        section("Likeliest, not certain", [cite(diagnosis.suspect)] if diagnosis.suspect else []),
        section("In order", map(cite, _distinct(diagnosis.healthy)[:SHOWN])),
        section("Ruled out", (f"{cite(one)} Not the cause: {why}." for one, why in diagnosis.ruled_out[:SHOWN])),
        section("Elsewhere, not part of this", map(cite, _distinct(diagnosis.elsewhere)[:2])),
        section("Proposed", _proposed(case)),
        section("Next", _next_steps(case, diagnosis)),
        section("Not known", _unknown(case)),
    ]


def _proposed(case: Case) -> Iterable[str]:
    for offer in case.offers:
        if offer.proposal:
            preview = offer.proposal.preview
            yield f"{stopped(preview.summary)} It needs a yes; nothing has been changed."
            yield f"Blast radius: {stopped(preview.blast_radius)}" if preview.blast_radius else ""
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


def _distinct(findings: Sequence[Cited]) -> list[Cited]:
    """Return one finding a sentence, without mere context."""
    return list({one.finding.observed: one for one in findings if one.finding.role is not Role.CONTEXT}.values())

"""The engine's plain way: take the runbook's readings, say what matters most, and propose what somebody picks."""

from collections.abc import Iterator, Sequence

from agents.contract import AskKind, Cited, Health, item_key
from agents.runbook.book import Runbook, pick
from agents.runbook.case import Case, key
from agents.runbook.moves import Move
from agents.runbook.wording import cite, section, stopped
from agents.titles import title_of
from tools.contract import Call, Role

ROUNDS, SHOWN = 3, 5
_UNASKED = "Nothing has been changed yet: the policy says who has to say yes."


def survey(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move of a survey, or of what somebody picked from one."""
    if case.ask.kind is AskKind.OUTCOME and (outcome := case.ask.outcome):
        return Move(stopped(f"{title_of(Call(outcome.tool, outcome.args))}: {outcome.detail}"))
    if case.ask.item:
        return _picked(case)
    if calls := _readings(case, books):
        return Move(calls=calls)
    return Move(_told(case)) if case.has("conclude") else Move(calls=(_concluding(case),))


def offered(case: Case) -> Iterator[str]:
    """Yield what became of each change that was called for: proposed, or why not."""
    waits = "It needs a yes; nothing has been changed." if case.ask.asker else _UNASKED
    for offer in case.offers:
        if offer.proposal:
            yield f"Proposed: {stopped(offer.proposal.preview.summary)} {waits}"
        else:
            yield f"I could not propose {title_of(offer.call)}: {stopped(offer.refused)}"


def _readings(case: Case, books: Sequence[Runbook]) -> tuple[Call, ...]:
    """Return the readings of the runbook, then those that findings point to; each once."""
    if case.rounds >= ROUNDS or case.has("conclude"):
        return ()
    book = pick(books, case.ask, case.agent)
    leads = (call for finding, _ in case.findings() for call in finding.leads_to)
    wanted = [*(book.readings if book else ()), *leads]
    fresh = {key(call): call for call in wanted if call.tool in case.tools and key(call) not in case.made}
    return tuple(fresh.values())


def _picked(case: Case) -> Move:
    """Propose the remedy of the finding that somebody picked, after looking again: what it was may have moved."""
    earlier = next((one for one in _prior(case) if item_key(one.finding) == case.ask.item), None)
    if earlier is None:
        return Move("That is no longer in this thread's latest report; ask again to have it looked at.")
    again = _reading_of(case, earlier)
    if again and key(again) not in case.made:
        return Move(calls=(again,))
    found = _seen_again(case) if again else earlier
    return _remedied(case, found) if found else Move(_gone(case, earlier))


def _remedied(case: Case, found: Cited) -> Move:
    remedy = found.finding.remedy
    if remedy is None or remedy.tool not in case.tools:
        return Move(found.finding.advice or "No change of mine would help here; a person has to decide.")
    if not case.offers:
        reason = {"reason": found.finding.observed, "evidence": [found.evidence]}
        return Move(calls=(Call(remedy.tool, {**remedy.args, **reason}),))
    return Move("\n".join(offered(case)))


def _reading_of(case: Case, earlier: Cited) -> Call | None:
    """Return the reading that the finding came from, if it is at hand."""
    taken = case.prior.evidence if case.prior else ()
    return next((one.call for one in taken if one.id == earlier.evidence and one.call.tool in case.tools), None)


def _seen_again(case: Case) -> Cited | None:
    fresh = (Cited(finding, evidence) for finding, evidence in case.findings())
    return next((one for one in fresh if item_key(one.finding) == case.ask.item), None)


def _gone(case: Case, earlier: Cited) -> str:
    if case.failures:
        return f"I could not look again, so I propose nothing: {stopped(case.failures[-1].words)}"
    return f"I looked again, and it is no longer so: {stopped(earlier.finding.observed)}"


def _prior(case: Case) -> Sequence[Cited]:
    return case.prior.findings if case.prior else ()


def _concluding(case: Case) -> Call:
    health = Health.UNHEALTHY if _open(case) else Health.HEALTHY if case.looks else Health.UNKNOWN
    unknowns = [f"{title_of(failure.call)} could not be read: {stopped(failure.words)}" for failure in case.failures]
    return Call("conclude", {"health": health.value, "unknowns": unknowns})


def _told(case: Case) -> str:
    """Return the answer: headlines, at most a handful of items, and what could not be read."""
    items = _open(case)
    rest = f"{len(items) - SHOWN} more: ask for all of them." if len(items) > SHOWN else ""
    quiet = "" if items or not case.looks else "Nothing needs anybody now."
    missing = (f"{title_of(one.call)} could not be read: {stopped(one.words)}" for one in case.failures)
    shown = "\n".join(f"{number}. {cite(one)}" for number, one in enumerate(items[:SHOWN], 1))
    parts = [_headlines(case), shown, rest, quiet, *offered(case), section("Not known", missing)]
    return "\n\n".join(part for part in parts if part)


def _headlines(case: Case) -> str:
    said = [(look.observation.headline, look.evidence) for look in case.looks if look.observation.headline]
    return " ".join(f"{stopped(headline)} [{evidence}]" for headline, evidence in said)


def _open(case: Case) -> list[Cited]:
    return [Cited(finding, evidence) for finding, evidence in case.findings() if finding.role is not Role.HEALTHY]

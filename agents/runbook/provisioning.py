"""What the embedded engine does to provision: understand, ask back, draft, judge, and propose the pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.contract import AskKind, Cited, Health, item_key
from agents.runbook.book import Runbook
from agents.runbook.case import Case, key
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from agents.runbook.wording import FULL, cite, section, stopped
from agents.titles import title_of
from tools.contract import Call, Finding, Role

LOOK = "terraform_intent"
INCOMPLETE = "intent_incomplete"
PROPOSED, VERDICTS = ("draft_accepted", "plan_ready"), ("draft_refused", "plan_stopped", "plan_empty")
MOST_WORDS = 6000
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})
_PLAN = re.compile(
    r"(?:provision |terraform |please )*(?:plan|apply)(?: and apply)? (?:the )?(?:root |configuration )?"
    r"`?(?P<root>[a-z0-9][a-z0-9._-]{0,62})`?[.!]?$",
    re.IGNORECASE,
)
_FIX = re.compile(
    r"(?:please |can you |could you )*(?:fix|reconcile|repair|open (?:a|the) pull request)\b", re.IGNORECASE
)
_DRIFT = re.compile(r"\bdrift(?:ed|s|ing)?\b", re.IGNORECASE)
_TOLD = ("cost_delta", "cost_unknown", "quota_short", "quota_unknown", "step_skipped")


def provision(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: follow what each reading leads to; propose at the end; survey what is no such ask."""
    if picked := _picked(case):
        return survey(replace(case, ask=replace(case.ask, item=picked)), books)
    if case.ask.kind not in _PEOPLE or case.ask.item or LOOK not in case.tools or _DRIFT.search(case.ask.text):
        return survey(case, books)
    if not case.rounds:
        return Move(calls=(_first(case),))
    if missing := _found(case, INCOMPLETE):
        return Move(missing.finding.advice)
    return _on(case)


def _on(case: Case) -> Move:
    """Return the next move on the way from a draft to a proposal."""
    if calls := _next(case):
        return Move(calls=calls)
    if case.has("conclude"):
        return Move(_told(case))
    accepted = _found(case, *PROPOSED)
    return Move(calls=(*(_proposing(case, accepted) if accepted else ()), _concluding(case)))


def _first(case: Case) -> Call:
    """Return the first reading: of a configuration that is to be planned, else of the words."""
    if order := _PLAN.match(case.ask.text.strip()):
        return Call("terraform_plan", {"root": order["root"].lower()})
    return Call(LOOK, {"words": _words(case)})


def _picked(case: Case) -> str:
    """Return what of the drift that was reported here is to be fixed: the one that is named, else the first."""
    if case.prior is None or case.ask.kind not in _PEOPLE or not _FIX.match(case.ask.text.strip()):
        return ""
    drifted = [
        one.finding for one in case.prior.findings if one.finding.code.startswith("drift_") and one.finding.remedy
    ]
    named = [one for one in drifted if one.subject.rpartition("/")[2] in case.ask.text]
    return next((item_key(one) for one in (*named, *drifted)), "")


def _words(case: Case) -> str:
    """Return all that was said: with the words that a question of ours was about, where this answers it."""
    asked = [one for one in case.prior.findings if one.finding.code == INCOMPLETE] if case.prior else []
    readings = [one for one in case.prior.evidence if one.call.tool == LOOK] if case.prior and asked else []
    before = [str(one.call.args.get("words", "")) for one in readings[-1:]]
    return "\n".join([*before, case.ask.text.strip()])[-MOST_WORDS:]


def _found(case: Case, *codes: str) -> Cited | None:
    return next((Cited(finding, evidence) for finding, evidence in case.findings() if finding.code in codes), None)


def _next(case: Case) -> tuple[Call, ...]:
    """Return what findings lead to and was not looked at yet."""
    wanted = (call for finding, _ in case.findings() for call in finding.leads_to)
    fresh = {key(call): call for call in wanted if call.tool in case.tools and key(call) not in case.made}
    return tuple(fresh.values())


def _proposing(case: Case, accepted: Cited) -> tuple[Call, ...]:
    remedy = accepted.finding.remedy
    if case.offers or remedy is None or remedy.tool not in case.tools:
        return ()
    evidence = [look.evidence for look in case.looks]
    why = {"reason": f"Asked for: {case.ask.text.strip()}", "evidence": evidence}
    return (Call(remedy.tool, {**remedy.args, **why}),)


def _concluding(case: Case) -> Call:
    unknowns = [f"{title_of(one.call)} could not be read: {stopped(one.words)}" for one in case.failures]
    return Call("conclude", {"health": Health.UNKNOWN.value, "unknowns": unknowns})


def _told(case: Case) -> str:
    """Return the answer: what it comes to, what to know about it, and what was proposed."""
    verdict = _found(case, *PROPOSED, *VERDICTS)
    said = cite(verdict, FULL) if verdict else "I could not do that."
    findings = [Cited(finding, evidence) for finding, evidence in case.findings()]
    notes = [f"- {cite(one)}" for one in findings if one.finding.code in _TOLD and not _within(one.finding, verdict)]
    beware = [f"- {one.finding.advice}" for one in findings if one.finding.advice and not _within(one.finding, verdict)]
    missing = (f"{title_of(one.call)} could not be read: {stopped(one.words)}" for one in case.failures)
    parts = [said, "\n".join(dict.fromkeys([*notes, *beware])), *_offered(case), section("Not known", missing)]
    return "\n\n".join(part for part in parts if part)


def _within(finding: Finding, verdict: Cited | None) -> bool:
    """Tell whether the verdict says it already."""
    return finding.role is not Role.HEALTHY and verdict is not None and finding.observed in verdict.finding.observed


def _offered(case: Case) -> list[str]:
    offers = case.offers[-1:]
    return [
        f"Proposed: {stopped(one.proposal.preview.summary)} It needs a yes; nothing has been changed."
        if one.proposal
        else f"I could not propose it: {stopped(one.refused)}"
        for one in offers
    ]

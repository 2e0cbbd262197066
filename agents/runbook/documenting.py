"""What the embedded engine does for documents: it compares, and proposes the pull request that sets them right."""

import re
from collections.abc import Iterator, Sequence

from agents.contract import AskKind
from agents.runbook.book import Runbook
from agents.runbook.case import Case, key
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from agents.runbook.wording import stopped
from tools.contract import Call

_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})
_RUNBOOK = r"\b(?:document|draft|write)\s+(?:an?\s+|the\s+)?runbook\b(?:\s+(?:of|for|about|from))?(?P<about>.*)"
_DRAFTS = (
    (
        "postmortem_draft",
        re.compile(r"\b(?:postmortem|post-mortem)\b(?:\s+(?:of|for|about))?(?P<about>.*)", re.IGNORECASE),
    ),
    ("runbook_draft", re.compile(_RUNBOOK, re.IGNORECASE)),
)
_HERE = re.compile(r"\W*(?:(?:draft|this|that|the|it|a|please|incident|here|thread|now)\W*)*", re.IGNORECASE)


def document(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: survey, and propose at once the pull requests that the findings name.

    What is asked on schedule ends as a digest, whose items have a button each: nobody waits there for a card.
    """
    if case.ask.item or case.ask.kind in {AskKind.OUTCOME, AskKind.SCHEDULE}:
        return survey(case, books)
    if not case.rounds and (draft := _draft(case)):
        return Move(calls=(draft,))
    move = Move(calls=(_concluding(case),)) if _drafted(case) and not case.has("conclude") else survey(case, books)
    if case.has("conclude") or not any(call.tool == "conclude" for call in move.calls):
        return move
    return Move(move.text, (*_remedies(case), *move.calls))


def _draft(case: Case) -> Call | None:
    """Return the draft that the words order: of what they name, else of the incident of this thread."""
    if case.ask.kind not in _PEOPLE:
        return None
    for tool, pattern in _DRAFTS:
        found = pattern.search(case.ask.text)
        if found and tool in case.tools:
            about = _HERE.sub("", found["about"], count=1).strip(" .!?`")
            return Call(tool, {"incident": about if len(about) > 1 else case.ask.thread.key})
    return None


def _drafted(case: Case) -> bool:
    return any(case.has(tool) for tool, _ in _DRAFTS)


def _concluding(case: Case) -> Call:
    return Call("conclude", {"health": "unknown", "unknowns": [stopped(one.words) for one in case.failures]})


def _remedies(case: Case) -> Iterator[Call]:
    """Yield each pull request once: the pages of a repository share one."""
    seen = set()
    for finding, evidence in case.findings():
        if finding.remedy and finding.remedy.tool in case.tools and key(finding.remedy) not in seen:
            seen.add(key(finding.remedy))
            why = {"reason": finding.observed, "evidence": [evidence]}
            yield Call(finding.remedy.tool, {**finding.remedy.args, **why})

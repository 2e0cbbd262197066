"""What the embedded engine does for documents: it compares, and proposes the pull request that sets them right."""

from collections.abc import Iterator, Sequence

from agents.contract import AskKind
from agents.runbook.book import Runbook
from agents.runbook.case import Case, key
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from tools.contract import Call


def document(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: survey, and propose at once the pull requests that the findings name."""
    if case.ask.item or case.ask.kind is AskKind.OUTCOME:
        return survey(case, books)
    move = survey(case, books)
    if case.has("conclude") or not any(call.tool == "conclude" for call in move.calls):
        return move
    return Move(move.text, (*_remedies(case), *move.calls))


def _remedies(case: Case) -> Iterator[Call]:
    """Yield each pull request once: the pages of a repository share one."""
    seen = set()
    for finding, evidence in case.findings():
        if finding.remedy and finding.remedy.tool in case.tools and key(finding.remedy) not in seen:
            seen.add(key(finding.remedy))
            why = {"reason": finding.observed, "evidence": [evidence]}
            yield Call(finding.remedy.tool, {**finding.remedy.args, **why})

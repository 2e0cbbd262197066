"""What the embedded engine does for capacity: it reads what may run out, surveys, and proposes room ahead of need."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.contract import AskKind, Cited
from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from agents.runbook.wording import section
from tools.contract import Call, JsonObject, Role

LOOK = "capacity_forecast"
PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})

_KINDS = (
    ("nodes", r"nodes?|node groups?|node pools?|cluster"),
    ("disk", r"disks?|storage|space|volumes?|file ?systems?|pvcs?|ebs|claims?|gib|gigabytes?"),
    ("connections", r"connections?|pools?"),
    ("cpu", r"cpus?|processors?"),
    ("quota", r"quotas?|service limits?"),
)
_OF = re.compile(
    r"\b(?:of|for|on|does|do|did|will|is|are|until|before|has) (?:the |our )?"
    r"(?:pvc |claim |volume |database )?`?(?P<name>[a-z][\w-]*)`?"
)
_NOBODY = re.compile(
    r"we|it|they|you|i|the|our|my|us|there|that|this|all|any\w*|every\w*|what|things?|"
    r"aws|account|databases?|db|rds|eks|kubernetes|capacity|room|headroom|(?:next|last|coming)|"
    r"(?:day|week|month|quarter|year)s?|run\w*|full|out|left|going|used|enough|some\w*|here|now|soon|"
    + "|".join(words for _, words in _KINDS)
)
"""Words that name no thing of ours."""


def foresee(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: the forecast that is meant, room for what runs out, then the answer."""
    if case.failures and not case.looks and not case.ask.item:
        return Move(case.failures[-1].words)
    if remedy := _ahead(case):
        return Move(calls=(remedy,))
    move = survey(case, [replace(book, readings=(Call(LOOK, meaning(case.ask.text)),)) for book in books])
    return move if move.calls else replace(move, text="\n\n".join(filter(None, (move.text, _advice(case)))))


def meaning(text: str) -> JsonObject:
    """Return the arguments of the reading that words ask for: of what, and what; empty is anything."""
    said = " ".join(text.lower().split())
    what = next((name for name, words in _KINDS if re.search(rf"\b(?:{words})\b", said)), "")
    named = [found["name"] for found in _OF.finditer(said) if not _NOBODY.fullmatch(found["name"])]
    return {"about": named[0] if named else "", "what": what}


def _advice(case: Case) -> str:
    """Return what people should do about what runs out and no change of ours helps."""
    if case.ask.item or case.offers:
        return ""
    found = (finding for finding, _ in case.findings() if finding.role is Role.SYMPTOM and not finding.remedy)
    return section("What to do", (one.advice for one in found))


def _ahead(case: Case) -> Call | None:
    """Return the change that makes room for the one thing that somebody asked about and that runs out."""
    if case.offers or case.ask.item or case.ask.kind not in PEOPLE or not meaning(case.ask.text)["about"]:
        return None
    found = (Cited(finding, evidence) for finding, evidence in case.findings() if finding.role is Role.SYMPTOM)
    first = next((one for one in found if one.finding.remedy and one.finding.remedy.tool in case.tools), None)
    if first is None or first.finding.remedy is None:
        return None
    reason = {"reason": first.finding.observed, "evidence": [first.evidence]}
    return Call(first.finding.remedy.tool, {**first.finding.remedy.args, **reason})

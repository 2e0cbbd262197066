"""What the embedded engine does for security: it surveys; told to fix something, it looks again and proposes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.contract import AskKind, Cited, Report, item_key
from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.findings import answer_finding
from agents.runbook.moves import Move
from agents.runbook.setting_aside import acceptance, reopened, set_aside
from agents.runbook.survey import survey
from tools.contract import Call

LOOK = "security_posture"

_ORDER = re.compile(
    r"^(?:please |can you |could you |posture )*"
    r"(?:fix|remediate|harden|close|open (?:a|the) pull request (?:for|to fix)) "
    r"(?:the |bucket |group |control )*`?(?P<what>[^`]{2,200}?)`?[\s.!?]*$",
    re.IGNORECASE,
)
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})


def remediate(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: propose what somebody picked or named, from a fresh look; survey otherwise.

    An edit that was made for an earlier report is never proposed: the code may have moved since.
    """
    if case.ask.kind is AskKind.ALERT and case.ask.alert:
        return answer_finding(case, case.ask.alert)
    if case.ask.kind in _PEOPLE and (accepting := _accepting(case)):
        return accepting
    what = "" if case.ask.kind is AskKind.OUTCOME else _wanted(case)
    if not what or LOOK not in case.tools:
        return survey(case, books)
    if not case.has(LOOK):
        return Move(calls=(Call(LOOK, {"about": what}),))
    found = [Cited(finding, evidence) for finding, evidence in case.findings()]
    if not found:
        return Move(f"I find nothing open about `{what}`; ask for the posture to see what there is.")
    named = case.ask.item or item_key(found[0].finding)
    looked = replace(case, ask=replace(case.ask, item=named), prior=Report("", findings=tuple(found)))
    return survey(looked, books)


def _accepting(case: Case) -> Move | None:
    """Return the next move where somebody accepts a risk, or takes it up again."""
    wish = acceptance(case.ask.text, case.now.date())
    return set_aside(case, wish) if wish else reopened(case)


def _wanted(case: Case) -> str:
    """Return what is to be fixed: the resource that was picked, or the words for it; empty if nothing is."""
    if case.ask.item:
        return case.ask.item.partition(":")[2].partition("/")[2]
    found = _ORDER.match(case.ask.text.strip()) if case.ask.kind in _PEOPLE else None
    return found["what"].strip() if found else ""

"""What the embedded engine does when a security finding comes in: look whether it is so, and propose what ends it."""

import re

from agents.contract import Alert, Cited, Health
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import offered, survey
from agents.runbook.wording import cite, stopped
from tools.contract import Call

_KEY = re.compile(r"^key: (?P<id>\S{12,300})$", re.MULTILINE)
"""The id of the finding, among the facts of the alert; what the id is of is for Security Hub to say."""


def answer_finding(case: Case, alert: Alert) -> Move:
    """Return the next move for an alert that says there is a finding.

    Nothing the alert says is taken for true but which finding it may be: what is proposed is the remedy of what the
    reading has open by that id, or else on that resource alone.
    """
    look = _look(case, alert)
    if look.tool not in case.tools or not case.has(look.tool):
        return Move(calls=(look,)) if look.tool in case.tools else survey(case, ())
    found = _found(case, alert)
    if found is None:
        return survey(case, ())
    if not case.has("conclude"):
        return Move(calls=(*_remedy(case, found), _concluding(found)))
    parts = (
        f"{cite(found, 400)}",
        *offered(case),
        "" if case.offers else stopped(found.finding.advice or _NONE),
    )
    return Move("\n\n".join(part for part in parts if part))


_NONE = "No change of mine would end it; a person has to decide"


def _look(case: Case, alert: Alert) -> Call:
    if alert.source == "guardduty":
        return Call("guardduty_threats", {})
    named = _KEY.search(case.ask.text)
    return Call("security_posture", {"about": named["id"] if named else alert.resource})


def _found(case: Case, alert: Alert) -> Cited | None:
    """Return the finding that the alert is of: the only one there is, or the one whose id it names."""
    there = [Cited(finding, evidence) for finding, evidence in case.findings()]
    named = _KEY.search(case.ask.text)
    by_id = [one for one in there if named and named["id"] in one.finding.pointer.split()]
    alone = there if alert.source != "guardduty" else []
    return by_id[0] if by_id else alone[0] if len(alone) == 1 else None


def _remedy(case: Case, found: Cited) -> tuple[Call, ...]:
    remedy = found.finding.remedy
    if remedy is None or remedy.tool not in case.tools:
        return ()
    return (Call(remedy.tool, {**remedy.args, "reason": found.finding.observed, "evidence": [found.evidence]}),)


def _concluding(found: Cited) -> Call:
    told = {"health": Health.UNHEALTHY.value, "cause": found.finding.observed, "confidence": found.finding.confidence}
    return Call("conclude", {**told, "evidence": [found.evidence], "unknowns": []})

"""What the embedded engine does when a person accepts a risk: has the finding set aside, for a reason and a while."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agents.contract import Cited
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import offered
from agents.runbook.wording import cite
from tools.contract import Call

LOOK, SUPPRESS, REOPEN = "security_posture", "securityhub_suppress", "securityhub_reopen"
LONGEST, SHORTEST_REASON, MOST = 180, 10, 3
"""Days that the change takes at most, characters of a reason that is one, findings of an issue that are set aside."""
HOW = "Say why, and until when: `suppress S3.8 on acme-press-kit until 2027-01-31 because …`, at most 180 days ahead."

_ORDER = re.compile(
    r"^(?:please |can you |could you |posture |security )*(?:suppress|set aside|accept the risk of)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_REOPEN = re.compile(
    r"^(?:please |posture |security )*(?:reopen|take up again)\s+`?(?P<id>arn:\S{8,500}?)`?[.!]?$", re.IGNORECASE
)
_TIME = re.compile(
    r",?\s*\b(?:(?:until|till)\s+(?P<day>\d{4}-\d{2}-\d{2})|for\s+(?P<number>\d{1,3})\s+(?P<unit>day|week|month)s?)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"\s*(?:,?\s*\bbecause\b:?|:)\s+", re.IGNORECASE)
_WHAT = re.compile(
    r"^(?:the |finding )*`?(?:(?P<control>[A-Za-z][A-Za-z0-9]+\.\d+)\s+(?:on|of|for)\s+)?(?P<what>\S+?)`?$"
)
_DAYS = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A risk that somebody accepts.

    Attributes:
        what: The resource, or what else names the finding.
        control: Security Hub's control id; empty where it was not said.
        reason: Why; empty where it was not said.
        days: For how long; 0 where it was not said, or not so that it can be.
    """

    what: str
    control: str = ""
    reason: str = ""
    days: int = 0


def acceptance(text: str, today: date) -> Acceptance | None:
    """Return what an order to set something aside says; None if the words are no such order."""
    order = _ORDER.match(text.strip())
    if order is None:
        return None
    named, why = _split(order["rest"])
    found = _WHAT.match(_timeless(named).strip())
    if found is None:
        return None
    days, reason = _days(named, today), why
    if not _TIME.search(named):
        days, reason = _days(why, today), _timeless(why)
    return Acceptance(found["what"], found["control"] or "", " ".join(reason.split()), days)


def set_aside(case: Case, wish: Acceptance) -> Move:
    """Return the next move for a person who accepts a risk; what is set aside is looked at first."""
    if len(wish.reason) < SHORTEST_REASON or not wish.days:
        return Move(HOW)
    if not case.has(LOOK):
        return Move(calls=(Call(LOOK, {"about": wish.what}),))
    found = [one for one in _cited(case) if one.finding.subject.startswith(f"{wish.control}/" if wish.control else "")]
    if len(found) != 1:
        several = "\n".join(["That is several; name the control too:", *(f"- {cite(one)}" for one in found)])
        return Move(several if found else f"I find nothing open about `{wish.what}`.")
    if not case.offers:
        return Move(calls=tuple(_calls(found[0], wish)))
    return Move("\n".join(offered(case)))


def reopened(case: Case) -> Move | None:
    """Return the next move for a person who takes up a finding again; None if the words are no such order."""
    found = _REOPEN.match(case.ask.text.strip())
    if found is None:
        return None
    if not case.offers:
        why = {"reason": "It is to be on the lists again.", "evidence": []}
        return Move(calls=(Call(REOPEN, {"finding": found["id"], **why}),))
    return Move("\n".join(offered(case)))


def _calls(one: Cited, wish: Acceptance) -> Iterator[Call]:
    """Yield a call for each finding that the issue has, one a standard."""
    for name in one.finding.pointer.split()[:MOST]:
        args = {"finding": name, "reason": wish.reason[:400], "days": wish.days, "evidence": [one.evidence]}
        yield Call(SUPPRESS, args)


def _cited(case: Case) -> list[Cited]:
    return [Cited(one, evidence) for one, evidence in case.findings() if one.code == "control_failed"]


def _split(text: str) -> tuple[str, str]:
    """Return what is before the reason, and the reason."""
    found = _WHY.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _timeless(text: str) -> str:
    return _TIME.sub("", text, 1)


def _days(text: str, today: date) -> int:
    """Return for how many days it is, 0 where that is not said or cannot be."""
    found = _TIME.search(text)
    if found is None:
        return 0
    try:
        last = date.fromisoformat(found["day"]) if found["day"] else None
    except ValueError:
        return 0
    days = (last - today).days if last else int(found["number"]) * _DAYS[found["unit"].lower()]
    return days if 1 <= days <= LONGEST else 0

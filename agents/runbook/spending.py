"""What the embedded engine does for costs: it reads which application, time and split are meant, then surveys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.contract import AskKind, Cited, Report, item_key
from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from tools.contract import Call

USUAL = {"application": "", "period": "last 30 days", "split": "service"}

LOOK = "cost_savings"
PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})

_ORDER = re.compile(
    r"^(?:please |can you |could you |costs? )*(?:fix|rightsize|downsize|shrink|convert) "
    r"(?:the |instance |volume )*`?(?P<what>[\w.-]{2,120})`?[\s.!?]*$",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?P<period>this month|last month|yesterday|this week|last week|(?:last|past) \d{1,3} days?|\d{4}-\d{2})\b"
)
_SPLIT = re.compile(r"\b(?:by|per|split by) (?P<split>service|account|region|category|usage|tag [\w:-]+)s?\b")
_OF = re.compile(r"\b(?:of|for|does|did|is|on) (?:the |our )?`?(?P<application>[a-z][\w-]*)`?")
_NOBODY = re.compile(
    r"aws|all|everything|us|we|it|that|this|last|the|total|there|going|much|our|my|"
    r"(?:month|week|day|account|cost|service|region|bill)s?|yesterday|today|spend\w*"
)
"""Words that name no application."""


def spend(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: the saving that somebody ordered, from a fresh look; else the readings of what is meant."""
    order = _ORDER.match(case.ask.text.strip()) if case.ask.kind in PEOPLE else None
    if order and not case.ask.item and LOOK in case.tools:
        return _saved(case, books, order["what"].lower())
    meant = meaning(case.ask.text)
    return survey(case, [replace(book, readings=tuple(_filled(one, meant) for one in book.readings)) for book in books])


def meaning(text: str) -> Mapping[str, str]:
    """Return the application, period and split that words mean; the usual ones where they say nothing."""
    said = " ".join(text.lower().split())
    period, split = _PERIOD.search(said), _SPLIT.search(said)
    rest = _SPLIT.sub(" ", _PERIOD.sub(" ", said))
    named = [found["application"] for found in _OF.finditer(rest) if not _NOBODY.fullmatch(found["application"])]
    told = {"period": period["period"] if period else "", "split": split["split"] if split else ""}
    return USUAL | {key: value for key, value in told.items() if value} | {"application": named[0] if named else ""}


def _saved(case: Case, books: Sequence[Runbook], what: str) -> Move:
    """Look at what could be saved, then propose what was named."""
    if not case.has(LOOK):
        return Move(calls=(Call(LOOK, {}),))
    cited = [Cited(finding, evidence) for finding, evidence in case.findings()]
    found = next((one for one in cited if what in one.finding.subject.lower().split("/")), None)
    if found is None:
        return Move(f"I find nothing to save on `{what}`; ask what could be saved to see what there is.")
    looked = replace(case.ask, item=item_key(found.finding))
    return survey(replace(case, ask=looked, prior=Report("", findings=tuple(cited))), books)


def _filled(reading: Call, meant: Mapping[str, str]) -> Call:
    holes = {f"{{{name}}}": value for name, value in meant.items()}
    return Call(reading.tool, {name: holes.get(str(value), value) for name, value in reading.args.items()})

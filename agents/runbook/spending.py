"""What the embedded engine does for costs: it reads which application, time and split are meant, then surveys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.contract import AskKind, Cited, Report, item_key
from agents.runbook.book import Runbook, pick
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from tools.contract import Call

USUAL = {"application": "", "period": "last 30 days", "split": "service"}

ARGUMENTS = {"application": "about", "period": "period", "split": "by"}
"""What the reading calls them."""
SPENT, LOOK = "cost_spend", "cost_savings"
REQUESTS = "cost_requests"
NO_USE = "What workloads use is read from Prometheus: set PROMETHEUS_URL, and I compare it with what they request."
SHOWN, MOST = 5, 31
PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})

_ORDER = re.compile(
    r"^(?:please |can you |could you |costs? )*"
    r"(?:fix|rightsize|downsize|shrink|convert|remove|retire|delete|release|archive) "
    r"(?:the |idle |unused |old |deployment |instance |volume |address |"
    r"(?:load )?balancer |(?:nat )?gateway |snapshot )*"
    r"`?(?P<what>[\w.-]{2,120})`?[\s.!?]*$",
    re.IGNORECASE,
)
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_PERIOD = re.compile(
    r"\b(?P<period>this month|last month|yesterday|this week|last week|(?:last|past) \d{1,3} (?:day|week|month)s?|"
    rf"\d{{4}}-\d{{2}}|(?:{_MONTHS})(?: \d{{4}})?|may \d{{4}}|(?<=in )may)\b"
)
_SPLIT = re.compile(
    r"\b(?:(?:split |group(?:ed)? )?by|per|each) (?:the )?"
    r"(?P<split>service|account|region|category|usage|day|application|tag [\w:-]+)s?\b|\b(?P<daily>daily)\b"
)
_OF = re.compile(r"\b(?:of|only for|for|only|does|did|is|on|about|and) (?:the |our )?`?(?P<application>[a-z][\w-]*)`?")
_NOBODY = re.compile(
    r"aws|all|everything|us|we|it|that|this|last|the|total|there|going|much|our|my|and|by|of|on|for|in|per|"
    r"what|why|how|who|when|which|is|was|so|then|now|before|compared?|each|daily|so far|"
    r"(?:month|week|day|account|cost|service|region|bill|tag|saving)s?|yesterday|today|spen[dt]\w*"
)
"""Words that name no application."""
_WHOLE = re.compile(r"\b(?:all of it|everything|overall|in total|altogether|all applications|all services)\b")


def spend(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: the saving that somebody ordered, from a fresh look; else the readings of what is meant."""
    order = _ORDER.match(case.ask.text.strip()) if case.ask.kind in PEOPLE else None
    if order and not case.ask.item and LOOK in case.tools:
        return _saved(case, books, order["what"].lower())
    book = pick(books, case.ask, case.agent)
    if REQUESTS in {one.tool for one in (book.readings if book else ())} - case.tools:
        return Move(NO_USE)
    meant = _talked_of(case) | meaning(case.ask.text)
    move = survey(case, [replace(book, readings=tuple(_filled(one, meant) for one in book.readings)) for book in books])
    return _itemized(move, case) if case.ask.kind in PEOPLE and not case.ask.item else move


def _itemized(move: Move, case: Case) -> Move:
    """Return an answer with what was spent on what behind its first paragraph; digests leave that out."""
    look = next((one for one in case.looks if one.call.tool == SPENT), None)
    if move.calls or look is None:
        return move
    split = str(look.call.args.get("by", ""))
    rows = [line for line in look.observation.text.splitlines() if line.startswith("- ")]
    few = rows[: SHOWN if split == USUAL["split"] and not _SPLIT.search(case.ask.text.lower()) else MOST]
    left = f"\n{len(rows) - len(few)} more: ask by {split} for all of them." if len(rows) > len(few) else ""
    head, _, rest = move.text.partition("\n\n")
    return replace(
        move, text="\n\n".join(filter(None, (head, f"By {split} [{look.evidence}]:\n" + "\n".join(few) + left, rest)))
    )


def meaning(text: str) -> dict[str, str]:
    """Return the application, period and split that words name; nothing of what they do not name."""
    said = " ".join(text.lower().split())
    period, split = _PERIOD.search(said), _SPLIT.search(said)
    rest = _SPLIT.sub(" ", _PERIOD.sub(" ", said))
    named = [found["application"] for found in _OF.finditer(rest) if not _NOBODY.fullmatch(found["application"])]
    told = {"application": named[0] if named else "", "period": period["period"] if period else ""}
    told |= {"split": (split["split"] or "day") if split else ""}
    return {key: value for key, value in told.items() if value} | ({"application": ""} if _WHOLE.search(said) else {})


def _talked_of(case: Case) -> dict[str, str]:
    """Return what this thread's latest report was about, for people who go on asking; else what is usual."""
    taken = case.prior.evidence if case.prior and case.ask.kind in PEOPLE else ()
    last = next((one.call.args for one in reversed(taken) if one.call.tool == SPENT), {})
    return USUAL | {key: str(last[name]) for key, name in ARGUMENTS.items() if name in last}


def _saved(case: Case, books: Sequence[Runbook], what: str) -> Move:
    """Look at what could be saved, then at what workloads request, and propose what was named."""
    if not case.has(LOOK):
        return Move(calls=(Call(LOOK, {}),))
    cited = [Cited(finding, evidence) for finding, evidence in case.findings()]
    found = next((one for one in cited if what in one.finding.subject.lower().split("/")), None)
    if found is None and REQUESTS in case.tools and not case.has(REQUESTS):
        return Move(calls=(Call(REQUESTS, {}),))
    if found is None:
        return Move(f"I find nothing to save on `{what}`; ask what could be saved to see what there is.")
    looked = replace(case.ask, item=item_key(found.finding))
    return survey(replace(case, ask=looked, prior=Report("", findings=tuple(cited))), books)


def _filled(reading: Call, meant: Mapping[str, str]) -> Call:
    holes = {f"{{{name}}}": value for name, value in meant.items()}
    return Call(reading.tool, {name: holes.get(str(value), value) for name, value in reading.args.items()})

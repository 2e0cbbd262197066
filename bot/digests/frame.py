"""A run's report as a digest: what is open, what of it is new, what is fixed since the last one; pure."""

from collections.abc import Container
from datetime import datetime

from agents.contract import Ask, Cited, Ending, Report, item_key
from agents.events import Ended
from bot.firsthand import TELLERS
from bot.store.digests import Digest, Item, Known, ref_of
from tools.contract import Role

KEPT = 200
"""Items that can be shown; those after them are counted."""
WORDS, HEADLINE, TOLD = 400, 700, 2900
PREFIX = "schedule:"
REMEMBERED = 60
"""Digests that the trend goes back."""
WHOLE = frozenset({Ending.ANSWERED, Ending.INCONCLUSIVE})
_BROKEN = "The run did not come to its end, so there may be more."


def asked_by(ask: Ask) -> str:
    """Return the name of the schedule that an ask comes from; empty if it comes from none."""
    return ask.id.removeprefix(PREFIX).partition(":")[0] if ask.id.startswith(PREFIX) else ""


def framed(ask: Ask, agent: str, ended: Ended, last: Digest | None) -> Digest:
    """Return the digest of a schedule's run; `last` is its latest, which a repeated run does not count against.

    What a source that failed had said before is neither fixed nor new: it is taken to be as it was.
    """
    report, (before, since) = ended.report, _before(ask, last)
    items = _items(report, {ref for ref, _ in before}, first=since is None)
    here = {item.ref: item.subject for item in items}
    gone = {ref: subject for ref, subject in before if ref not in here}
    unknowns = report.unknowns if ended.ending in WHOLE else (*report.unknowns, _BROKEN)
    seen = tuple((here | gone if unknowns else here).items())
    asked = (asked_by(ask), ask.text, agent, ask.id, ask.at, ask.thread)
    return Digest(
        *asked,
        headline=report.answer[:TOLD] if agent in TELLERS else _headline(ended, len(items)),
        items=items[:KEPT],
        fixed=() if unknowns else tuple(gone.values()),
        unknowns=unknowns,
        seen=seen,
        before=before,
        since=since,
        audience=ask.audience,
        history=(*_history(ask, last), (ask.at, len(seen)))[-REMEMBERED:],
    )


def _before(ask: Ask, last: Digest | None) -> tuple[Known, datetime | None]:
    """Return what was open the last time, and when that was."""
    if last is None:
        return (), None
    return (last.before, last.since) if last.run == ask.id else (last.seen, last.at)


def _history(ask: Ask, last: Digest | None) -> tuple[tuple[datetime, int], ...]:
    if last is None:
        return ()
    return last.history[:-1] if last.run == ask.id else last.history


def _items(report: Report, before: Container[str], *, first: bool) -> tuple[Item, ...]:
    found: dict[str, Cited] = {}
    for one in report.findings:
        if one.finding.role is not Role.HEALTHY:
            found.setdefault(item_key(one.finding), one)
    return tuple(_item(one, new=not first and ref_of(key) not in before) for key, one in found.items())


def _item(cited: Cited, *, new: bool) -> Item:
    finding = cited.finding
    remedy = finding.remedy.tool if finding.remedy else ""
    return Item(item_key(finding), finding.subject, finding.observed[:WORDS], cited.evidence, remedy, new)


def _headline(ended: Ended, number: int) -> str:
    """Return the first paragraph that is no list; a survey begins with what its readings come to."""
    first = ended.report.answer.strip().partition("\n\n")[0].strip()
    if first and not first.startswith(("1.", "- ", "* ", "#", "|", "```")):
        return first[:HEADLINE]
    nothing = "Nothing needs anybody now." if ended.ending in WHOLE else "I could not look at this."
    return f"{number} open." if number else nothing

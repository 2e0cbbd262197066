"""What happened before: incidents that are like this one, and what the runbooks say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.settings import settings
from tools.contract import Finding, Observation, Role
from tools.declare import reads
from tools.knowledge.past import Past, remembered
from tools.knowledge.ranking import Document, lines, ranked, terms
from tools.knowledge.steps import Passage, passages
from tools.kube.fields import plural

FINDINGS = {
    "seen_before": "An incident that is over was like this one: what its cause was and what ended it.",
    "runbook_says": "A passage of a runbook is about this.",
}
MOST = 3
LIKE = 1 / 3
"""Share of the words that an incident must have to be called like this one; by meaning alone anything is."""
Words = Annotated[
    str, Field(min_length=2, max_length=2000, description="what is wrong: the cause, the error, the service")
]


@reads
def past_incidents(words: Words) -> Observation:
    """Search the incidents that are over for those that were like this: their cause, and what ended them."""
    past = remembered()
    by_id = {one.id: one for one in past}
    documents = [Document(one.id, f"{one.service} {one.title}", _words_of(one)) for one in past]
    found = [by_id[one.id] for one in ranked(documents, words, MOST) if _alike(words, one)]
    if not found:
        return Observation(f"Nothing that is remembered is like this ({plural(len(past), 'incident')} searched).")
    told = [f"{sentence(one)} ({one.id})" for one in found]
    return Observation("\n".join(told), tuple(map(_finding, found)), told[0])


@reads
def runbook_search(words: Words) -> Observation:
    """Search the runbooks; commands in them are told by what they would do, destructive ones are left out."""
    known = passages(settings().infra_config / "runbooks")
    by_id = {one.id: one for one in known}
    found = [by_id[one.id] for one in ranked([one.document for one in known], words, MOST)]
    if not found:
        return Observation("No runbook says anything about that.")
    return Observation("\n\n".join(one.shown for one in found), tuple(map(_said, found)))


def sentence(one: Past) -> str:
    """Return a remembered incident in a sentence."""
    ended = f"fixed by {one.fixed_by}" if one.fixed_by else "it went by itself"
    about = f" ({one.service})" if one.service else ""
    return f"Looks like {one.opened:%Y-%m-%d}{about}: {one.cause or 'no cause was established'} It was over: {ended}."


def _finding(one: Past) -> Finding:
    return Finding("seen_before", f"incident/{one.id}", sentence(one), one.id, 0.6, Role.CONTEXT, one.opened)


def _said(one: Passage) -> Finding:
    return Finding("runbook_says", f"runbook/{one.runbook}", one.shown, one.id, 0.5, Role.CONTEXT)


def _words_of(one: Past) -> str:
    return lines((one.cause, *one.evidence[:6]))  # not what ended it: the same fix ends unlike things


def _alike(words: str, one: Document) -> bool:
    """Tell whether an incident shares enough of the words that say something."""
    asked = set(terms(words))
    there = set(terms(f"{one.title} {one.text}"))
    return bool(asked) and len(asked & there) / len(asked) >= LIKE

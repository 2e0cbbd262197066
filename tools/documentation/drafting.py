"""Drafts from incidents that are over: a postmortem, and a runbook for the next time; proposed, never posted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.documentation.drift import LABEL
from tools.documentation.marks import written
from tools.documentation.pages import page
from tools.documentation.places import home, places
from tools.documentation.postmortem import POSTMORTEM, RUNBOOK, facts, steps, title
from tools.knowledge.past import Past, remembered
from tools.knowledge.ranking import Document, ranked

FINDINGS = {
    "postmortem_drafted": "A postmortem of an incident that is over can be proposed to the documents' repository.",
    "runbook_drafted": "A runbook from an incident that is over can be proposed to the documents' repository.",
}
PART = "facts"
Which = Annotated[
    str, Field(min_length=2, max_length=2000, description="id of a remembered incident (its thread), or words about it")
]


@reads(needs=("contents:read", "metadata:read"))
def postmortem_draft(incident: Which) -> Observation:
    """Draft the postmortem of an incident that is over: times, cause, evidence, who said yes, what is left to do."""
    past = _found(incident)
    path = f"{places().postmortems}/{past.opened:%Y-%m-%d}-{_slug(past)}.md"
    head = POSTMORTEM.format(title=title(past))
    return _drafted("postmortem_drafted", past, path, head, facts(past))


@reads(needs=("contents:read", "metadata:read"))
def runbook_draft(incident: Which) -> Observation:
    """Draft a runbook from an incident that is over: how it shows, what it was, what it was not, what ended it."""
    past = _found(incident)
    head = RUNBOOK.format(title=title(past), day=past.opened)
    return _drafted("runbook_drafted", past, f"{places().runbooks}/{_slug(past)}.md", head, steps(past))


def _drafted(code: str, past: Past, path: str, head: str, body: str) -> Observation:
    repository = home()
    text = written(page(repository, path) or head, PART, body)
    args: dict[str, object] = {
        "repository": repository,
        "title": f"Draft {path.rpartition('/')[2]}",
        "body": "Written by Infra from its record of the incident. Edit it before it is merged; what you write outside "
        "of the marks is kept when it is drafted again.",
        "files": {path: text},
        "labels": [LABEL],
        "reviewers": list(places().reviewers),
    }
    remedy = Call("github_pull_request", args)
    observed = f"{path} can be drafted from what is remembered of {past.opened:%Y-%m-%d}."
    finding = Finding(code, f"incident/{past.id}", observed, path, 0.9, Role.CONTEXT, past.opened, remedy=remedy)
    return Observation(text, (finding,), observed)


def _found(incident: str) -> Past:
    """Return the incident of a thread, else the one that words are about.

    Raises:
        ToolError: There is none; says why that may be.
    """
    past = remembered()
    by_id = {one.id: one for one in past}
    if incident in by_id:
        return by_id[incident]
    if found := ranked(_documents(past), incident, 1, meaning=False):
        return by_id[found[0].id]
    raise ToolError(
        "No incident that is over is remembered by that: a postmortem is drafted once an incident has a cause and is "
        "seen to be over. Ask in its thread, or name its service and alarm."
    )


def _documents(past: Sequence[Past]) -> list[Document]:
    return [Document(one.id, f"{one.service} {one.title}", one.cause) for one in past]


def _slug(past: Past) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", f"{past.service} {past.title}".lower()).strip("-")
    return words[:60].rstrip("-") or "incident"

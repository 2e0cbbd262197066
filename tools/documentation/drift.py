"""Pages that say what is no longer so, and the pull request that sets them right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from config.settings import settings
from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.documentation.inventory import NEEDS, inventory
from tools.documentation.pages import files
from tools.documentation.places import places
from tools.documentation.stale import Stale
from tools.documentation.staleness import corrected, stale
from tools.kube.fields import plural, some

FINDINGS = {
    "page_stale": "A page names what is not there any more, or says a size, version or count that is another now.",
    "pages_current": "No page that was compared with what runs says what is not so.",
}
LABEL = "documentation"
Where = Annotated[
    str, Field(pattern=r"^([\w.-]+/[\w.-]+)?$", description="owner/name; empty for all of config/documentation.toml")
]
Drifted = Mapping[str, tuple[Stale, ...]]


@reads(needs=(*NEEDS, "contents:read", "metadata:read"))
def documentation_drift(repository: Where = "") -> Observation:
    """Compare the pages of repositories with what runs: names, sizes, versions, replicas and endpoints."""
    wanted = (repository,) if repository else places().repositories
    if not wanted:
        raise ToolError("config/documentation.toml names no `repositories`: say there whose pages are to be compared.")
    there = inventory(settings().aws_region)
    found: list[Finding] = []
    text: list[str] = []
    for one in wanted:
        pages = files(one, places().compared)
        drifted = {path: wrong for path, words in pages.items() if (wrong := stale(words, there))}
        found += _findings(one, pages, drifted)
        text += [f"{one}: {plural(len(pages), 'page')} compared, {len(drifted)} stale", *_lines(drifted)]
    notes = [f"Not compared: {why}" for why in there.unread]
    return Observation("\n".join([*text, *notes]), tuple(found) or (_current(wanted),), _headline(found, wanted))


def _findings(repository: str, pages: Mapping[str, str], drifted: Drifted) -> Iterable[Finding]:
    remedy = _pull_request(repository, pages, drifted)
    for path, wrong in drifted.items():
        yield Finding(
            code="page_stale",
            subject=f"page/{repository}/{path}",
            observed=f"{path} says {plural(len(wrong), 'thing')} that {'is' if len(wrong) == 1 else 'are'} not so: "
            f"{'; '.join(_sentence(one) for one in wrong[:3])}{'; …' if len(wrong) > 3 else ''}.",  # noqa: PLR2004 - a few
            pointer=f"{path} line {wrong[0].line}",
            confidence=0.9,
            role=Role.CAUSE,
            remedy=remedy,
            advice="" if remedy else "What belongs there instead only a person can tell.",
        )


def _pull_request(repository: str, pages: Mapping[str, str], drifted: Drifted) -> Call | None:
    """Return the change that corrects all pages of a repository, None if nothing can be corrected safely."""
    after = {path: corrected(pages[path], wrong) for path, wrong in drifted.items()}
    changed = {path: words for path, words in after.items() if words != pages[path]}
    if not changed:
        return None
    args: dict[str, object] = {
        "repository": repository,
        "title": f"Correct what {some(changed, 2)} say of what runs",
        "body": _body(drifted),
        "files": changed,
        "labels": [LABEL],
        "reviewers": list(places().reviewers),
    }
    return Call("github_pull_request", args)


def _body(drifted: Drifted) -> str:
    rows = [(path, one) for path, wrong in drifted.items() for one in wrong]
    table = [f"| `{path}:{one.line}` | `{one.says}` | `{one.now}` | {one.why} |" for path, one in rows if one.now]
    left = [f"- `{path}:{one.line}`: `{one.says}`: {one.why}" for path, one in rows if not one.now]
    parts = [
        "These pages were compared with the cluster and the account. Nothing but what the table lists is changed.",
        "\n".join(["| where | it says | it is | read |", "|---|---|---|---|", *table]),
        "\n".join(["**Left for a person**, because what belongs there cannot be read:\n", *left]) if left else "",
        "A line that is right as it stands can be kept out of this with `<!-- infra:ignore -->`.",
    ]
    return "\n\n".join(part for part in parts if part)


def _current(wanted: Sequence[str]) -> Finding:
    observed = f"The pages of {some(wanted)} say nothing that is not so, as far as they can be compared."
    return Finding("pages_current", f"pages/{wanted[0]}", observed, "all pages", 0.8, Role.HEALTHY)


def _headline(found: Sequence[Finding], wanted: Sequence[str]) -> str:
    count = sum(one.code == "page_stale" for one in found)
    verb = "says" if count == 1 else "say"
    return f"{plural(count, 'page')} of {some(wanted)} {verb} what is not so" if count else ""


def _lines(drifted: Drifted) -> list[str]:
    return [f"  {path}:{one.line} {_sentence(one)}" for path, wrong in drifted.items() for one in wrong]


def _sentence(one: Stale) -> str:
    return f"`{one.says}`: {one.why}"

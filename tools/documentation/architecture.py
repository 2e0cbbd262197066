"""The architecture page: drawn from the catalogue, the Terraform and what runs, and proposed where it changed."""

from __future__ import annotations

from config.settings import settings
from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.documentation.diagram import page_part
from tools.documentation.drift import LABEL
from tools.documentation.estate import Estate, estate
from tools.documentation.inventory import NEEDS, inventory
from tools.documentation.marks import said, written
from tools.documentation.pages import files, page
from tools.documentation.places import home, places
from tools.knowledge.services import services
from tools.kube.fields import plural
from tools.terraform.reading import read

FINDINGS = {
    "architecture_outdated": "The architecture page is missing, or shows another picture than what there is.",
    "architecture_current": "The architecture page shows what there is.",
}
PART = "architecture"
HEAD = "# Architecture\n\nWrite what a newcomer should know above or below the marks; it is kept.\n"


@reads(needs=(*NEEDS, "contents:read", "metadata:read"))
def documentation_architecture() -> Observation:
    """Draw the architecture from services.yaml, the Terraform and what runs, and compare the page with it."""
    repository, path = home(), places().architecture
    there = inventory(settings().aws_region)
    drawn = estate(services(), read(files(repository, lambda one: one.endswith(".tf"))), there)
    part, now = page_part(drawn), page(repository, path)
    notes = [f"Not read: {why}" for why in there.unread]
    finding = _finding(repository, path, now, part) if not there.unread else _unread(repository, path, there.unread)
    return Observation("\n".join([part, *notes]), (finding,), f"{_counted(drawn)} in {repository}'s picture")


def _finding(repository: str, path: str, now: str, part: str) -> Finding:
    subject = f"page/{repository}/{path}"
    if said(now, PART) == part:
        observed = f"{path} shows what there is."
        return Finding("architecture_current", subject, observed, path, 0.9, Role.HEALTHY)
    missing = said(now, PART) is None
    observed = f"{path} {'has no picture of what there is' if missing else 'shows another picture than what there is'}."
    args: dict[str, object] = {
        "repository": repository,
        "title": f"{'Draw' if missing else 'Redraw'} the architecture",
        "body": "Drawn from services.yaml, the Terraform of this repository and what runs. Only what stands between "
        "the marks was written by Infra; everything else on the page is as it was.",
        "files": {path: written(now or HEAD, PART, part)},
        "labels": [LABEL],
        "reviewers": list(places().reviewers),
    }
    return Finding(
        "architecture_outdated", subject, observed, path, 0.9, Role.CAUSE, remedy=Call("github_pull_request", args)
    )


def _unread(repository: str, path: str, why: tuple[str, ...]) -> Finding:
    """Say that there is half a picture only; a page that shows all of it must not be replaced by that."""
    observed = f"{path} is left as it is, because not everything could be read: {why[0]}"
    return Finding("architecture_current", f"page/{repository}/{path}", observed, path, 0.3, Role.CONTEXT)


def _counted(drawn: Estate) -> str:
    return f"{plural(len(drawn.nodes), 'thing')} and {plural(len(drawn.edges), 'use')}"

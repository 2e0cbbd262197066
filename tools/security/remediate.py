"""Open the pull request that ends a security finding; what is in it is ours, from the finding and the code alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.acting import grant
from tools.canonical import digest
from tools.contract import Call, JsonObject, Preview, Risk, Settlement, Stale, ToolError
from tools.declare import changes
from tools.github.client import reader
from tools.github.names import below
from tools.github.pull_request import github_pull_request, preview_pull_request, settle_pull_request
from tools.kube.fields import number, text
from tools.security import live
from tools.security.code import terraform
from tools.security.homes import homes, regions
from tools.security.hub import findings_about
from tools.security.posture import Issue, issues
from tools.security.remedying import LABEL, proposed

NEEDS = (
    "securityhub:GetFindings",
    "securityhub:ListFindingAggregators",
    "securityhub:GetFindingAggregator",
    *live.NEEDS,
    *github_pull_request.needs,
)
NAME = "security_remediate"
CHECKER = ":product/aws/securityhub"
"""Ends the ARN of what Security Hub checks itself, and nobody else may write:
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html"""

Control = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]{1,30}\.[0-9]{1,3}$"),
    Field(description="Security Hub's control id, such as S3.8"),
]
Resource = Annotated[
    str,
    StringConstraints(min_length=1, max_length=512, pattern=r"^[^\s\x00-\x1f]+$"),
    Field(description="id of the resource as the finding has it, mostly an ARN"),
]


def remedy_of(issue: Issue, edit: Call) -> Call:
    """Return the change that ends an issue by an edit that there is.

    What Security Hub did not check itself goes as any pull request does: who imports findings may name a control.
    """
    return Call(NAME, {"control": issue.control, "resource": issue.resource}) if _checked(issue) else edit


def preview_remediate(control: Control, resource: Resource) -> Preview:
    """Say what `security_remediate` would do.

    Raises:
        ToolError: The control does not fail there, no edit ends it safely, or a pull request does so already.
    """
    args, found = _pull_request(control, resource)
    _not_proposed_yet(str(args["repository"]), str(args["title"]))
    seen = preview_pull_request(**args)  # type: ignore[arg-type]  # arguments of a call, which survive JSON
    bound: JsonObject = {"edit": digest(args), "findings": sorted(one.id for one in found.findings)}
    return replace(seen, observed={**seen.observed, **bound})


def settle_remediate(control: Control, resource: Resource) -> Settlement:  # noqa: ARG001 - its own arguments
    """Find the pull request by the branch that only this approval names."""
    repository = text(grant().proposal.preview.observed, "repository")
    return settle_pull_request(repository, "", "", {}, labels=[LABEL], reviewers=list(homes().reviewers))


@changes(risk=Risk.LOW, needs=NEEDS, preview=preview_remediate, settle=settle_remediate)
def security_remediate(control: Control, resource: Resource) -> str:
    """Open the pull request that ends an open Security Hub finding, for the security team to review.

    Low risk: nothing is merged, and the edit is ours: the catalogue's for this control, made from the code on the main
    branch and judged by the checks; only the names of the resource come from the finding.
    """
    args, _ = _pull_request(control, resource)
    if digest(args) != grant().proposal.preview.observed.get("edit"):
        raise Stale("The edit would be another one than was shown: the code or the finding changed meanwhile.")
    return github_pull_request.apply(**args)


def _pull_request(control: str, resource: str) -> tuple[JsonObject, Issue]:
    """Return the pull request's arguments, and the issue it ends as Security Hub has it now."""
    open_ = issues(findings_about(resource, regions()))
    found = next((one for one in open_ if (one.control, one.resource) == (control, resource)), None)
    if found is None or not _checked(found):
        raise ToolError(f"Security Hub's own check of {control} does not fail on {resource}: nothing to remediate.")
    return proposed(found, homes(), terraform).args, found


def _checked(issue: Issue) -> bool:
    """Tell whether Security Hub's own check failed; other products import findings that say what they like."""
    return any(one.product.endswith(CHECKER) for one in issue.findings)


def _not_proposed_yet(repository: str, title: str) -> None:
    told = reader().every(below(repository, "pulls"), f"list pull requests of {repository}", {"state": "open"})
    if same := next((one for one in told if text(one, "title") == title), None):
        raise ToolError(f"Pull request {number(same, 'number')} of {repository} proposes this already: review it.")

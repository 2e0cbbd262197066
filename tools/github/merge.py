"""Merge a pull request, exactly the head that was shown."""

import time
from typing import Literal

from tools.acting import grant
from tools.contract import JsonObject, Preview, Refused, Risk, Settled, Settlement, Stale, ToolError
from tools.declare import changes
from tools.github.checks import NEEDS, checks_of, required_checks, unmet
from tools.github.client import reader, writer
from tools.github.names import Number, Repository, below
from tools.github.pulls import pull_of
from tools.kube.fields import number, plural, text

DIFF_CHARACTERS = 40_000
SETTLE_SECONDS, LOOK_SECONDS = 6.0, 0.5
Method = Literal["merge", "squash"]


def preview_merge(repository: Repository, pull: Number, method: Method = "squash") -> Preview:
    """Say what `github_merge` would do.

    Raises:
        ToolError: It cannot be merged: closed, a draft, in conflict, or a check is not green.
    """
    api = reader()
    told = pull_of(api, repository, pull)
    _unmoved(told)
    _mergeable(told, pull)
    sha, base = text(told, "head", "sha"), text(told, "base", "ref")
    required = required_checks(api, repository, base)
    if missing := unmet(checks_of(api, repository, sha), required):
        raise ToolError(f"Pull request {pull} is not merged while checks are not green: {'; '.join(missing)}.")
    if text(told, "mergeable_state") == "blocked":
        raise ToolError(f"The protection of {base} blocks pull request {pull}: a review, most likely, is missing.")
    return _shown(repository, told, method, required)


def _shown(repository: str, told: JsonObject, method: str, required: list[str]) -> Preview:
    pull, base, sha = number(told, "number"), text(told, "base", "ref"), text(told, "head", "sha")
    diff = reader().diff(below(repository, "pulls", pull), f"read the diff of pull request {pull}")
    if len(diff) > DIFF_CHARACTERS:
        raise ToolError(f"Pull request {pull} is too large to be shown whole; merge it on GitHub.")
    size = f"{plural(number(told, 'changed_files'), 'file')}, +{number(told, 'additions')} -{number(told, 'deletions')}"
    return Preview(
        summary=f"Merge pull request {pull} of {repository} into {base} ({method}): “{text(told, 'title')}” ({size}).",
        diff=diff,
        blast_radius=f"Whatever follows a change of {base} in {repository} follows: pipelines, deployments, applies.",
        way_back="Open a pull request that reverts it; what was deployed meanwhile stays until that is merged.",
        observed={
            "repository": repository,
            "pull": pull,
            "head_sha": sha,
            "base": base,
            "required": list(required),
        },
    )


def settle_merge(repository: Repository, pull: Number, method: Method = "squash") -> Settlement:  # noqa: ARG001 - same answer
    """Read back whether exactly the head that was shown is merged."""
    api, until = reader(), time.monotonic() + SETTLE_SECONDS
    while True:
        told = pull_of(api, repository, pull)
        if text(told, "state") == "closed" or time.monotonic() > until:
            break
        time.sleep(LOOK_SECONDS)
    shown, head = text(grant().proposal.preview.observed, "head_sha"), text(told, "head", "sha")
    if text(told, "merged_at") and head == shown:
        return Settlement(Settled.DONE, f"Pull request {pull} is merged as {text(told, 'merge_commit_sha')[:10]}.")
    if text(told, "merged_at"):
        return Settlement(Settled.UNKNOWN, f"Pull request {pull} is merged at {head[:10]}, not at what was shown.")
    return Settlement(Settled.NOT_DONE, f"Pull request {pull} is {text(told, 'state')} and not merged.")


@changes(
    risk=Risk.HIGH,
    needs=(*NEEDS, "contents:write", "pull_requests:read"),
    preview=preview_merge,
    settle=settle_merge,
)
def github_merge(repository: Repository, pull: Number, method: Method = "squash") -> str:
    """Merge a pull request whose checks are green.

    High risk: what is merged is what pipelines deploy and apply, and a revert does not bring back what they deleted.
    """
    body: JsonObject = {"sha": text(grant().proposal.preview.observed, "head_sha"), "merge_method": method}
    where = below(repository, "pulls", pull, "merge")
    writer().send("PUT", where, f"merge pull request {pull} of {repository}", body)
    return f"Merged pull request {pull} of {repository}."


def _unmoved(told: JsonObject) -> None:
    """Say first that the head moved, if it did: the new one's checks are not green yet, and that is not the reason."""
    try:
        shown = text(grant().proposal.preview.observed, "head_sha")
    except Refused:  # outside the executor, where nothing was shown yet
        return
    if shown != (head := text(told, "head", "sha")):
        raise Stale(f"The head was {shown[:10]} when this was shown and is {head[:10]} now; nothing was done.")


def _mergeable(told: JsonObject, pull: int) -> None:
    if text(told, "state") != "open":
        raise ToolError(f"Pull request {pull} is {'merged' if text(told, 'merged_at') else 'closed'} already.")
    if told.get("draft") is True:
        raise ToolError(f"Pull request {pull} is a draft; its author has to mark it ready.")
    if told.get("mergeable") is False:
        raise ToolError(
            f"Pull request {pull} conflicts with {text(told, 'base', 'ref')}; its author has to resolve that."
        )

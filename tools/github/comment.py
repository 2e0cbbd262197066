"""Say something on a pull request."""

import time
from typing import Annotated

from pydantic import Field

from tools.acting import grant
from tools.contract import JsonObject, Preview, Risk, Settled, Settlement, ToolError
from tools.declare import changes
from tools.github.client import reader, writer
from tools.github.names import Number, Repository, below
from tools.github.pulls import pull_of
from tools.kube.fields import text

SETTLE_SECONDS, LOOK_SECONDS = 4.0, 0.5
Words = Annotated[str, Field(min_length=1, max_length=60_000, description="Markdown")]


def preview_comment(repository: Repository, pull: Number, body: Words) -> Preview:
    """Say what `github_comment` would do.

    Raises:
        ToolError: There is no such pull request, or nothing to say.
    """
    if not body.strip():
        raise ToolError("There is nothing to say in an empty comment.")
    told = pull_of(reader(), repository, pull)
    return Preview(
        summary=f"Comment on pull request {pull} of {repository}, “{text(told, 'title')}”.",
        diff="\n".join(f"+{line}" for line in body.splitlines()),
        blast_radius="Everybody who follows the pull request is notified, and whom the comment mentions.",
        way_back="Delete the comment on GitHub.",
        observed={"repository": repository, "pull": pull, "state": text(told, "state")},
    )


def settle_comment(repository: Repository, pull: Number, body: Words) -> Settlement:  # noqa: ARG001 - found by its mark
    """Find the comment by the mark that only this approval leaves."""
    api, until = reader(), time.monotonic() + SETTLE_SECONDS
    where = below(repository, "issues", pull, "comments")
    begun = f"{grant().granted_at:%Y-%m-%dT%H:%M:%SZ}"
    while True:
        every = api.every(where, f"read the comments on {pull}", {"since": begun}, most=1000)
        found = [one for one in every if _mark() in text(one, "body")]
        if found or time.monotonic() > until:
            break
        time.sleep(LOOK_SECONDS)
    if found:
        return Settlement(Settled.DONE, f"The comment is there: {text(found[0], 'html_url')}.")
    return Settlement(Settled.NOT_DONE, f"Pull request {pull} of {repository} has no such comment.")


@changes(
    risk=Risk.LOW,
    needs=("metadata:read", "pull_requests:read", "pull_requests:write"),
    preview=preview_comment,
    settle=settle_comment,
)
def github_comment(repository: Repository, pull: Number, body: Words) -> str:
    """Comment on a pull request.

    Low risk: it changes no code and can be deleted; people are notified.
    """
    said: JsonObject = {"body": f"{body.rstrip()}\n\n{_mark()}"}
    where = below(repository, "issues", pull, "comments")
    writer().send("POST", where, f"comment on pull request {pull} of {repository}", said)
    return f"Commented on pull request {pull} of {repository}."


def _mark() -> str:
    return f"<!-- infra {grant().proposal.id} -->"

"""Open a pull request: one commit on a branch of its own, named by the approval."""

import time
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field, StringConstraints

from config.settings import settings
from tools.acting import grant
from tools.contract import JsonObject, Preview, Risk, Settled, Settlement, ToolError
from tools.declare import changes
from tools.github.client import Reader, Writer, reader, writer
from tools.github.code import File, changed, file_at
from tools.github.fitting import fitting
from tools.github.names import Branch, FilePath, Repository, below, clean
from tools.github.storing import branch, committed, published, requested
from tools.kube.fields import number, parts, plural, some, text

MOST_FILES = 40
SETTLE_SECONDS, LOOK_SECONDS = 6.0, 0.5
TEAM = "team:"
"""Before the slug of a team that is asked for a review."""

Title = Annotated[str, Field(min_length=3, max_length=200, description="one line, imperative")]
Body = Annotated[str, Field(max_length=60_000, description="Markdown: why, what it changes, how it was checked")]
Files = Annotated[
    dict[FilePath, str | None],
    Field(min_length=1, max_length=MOST_FILES, description="path → whole new content, null to delete the file"),
]
Label = Annotated[str, StringConstraints(pattern=r"^[^,\x00-\x1f]{1,50}$")]
Login = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9-]{0,38}|team:[a-z0-9][a-z0-9_-]{0,99})$")]
Labels = Annotated[list[Label], Field(max_length=10, description="labels to put on it")]
Reviewers = Annotated[list[Login], Field(max_length=10, description="GitHub logins to ask for a review, or team:slug")]


def preview_pull_request(  # noqa: PLR0917 - the change's own arguments
    repository: Repository,
    title: Title,
    body: Body,  # noqa: ARG001 - shown beside the preview, as an argument
    files: Files,
    base: Branch = "main",
    labels: Labels = [],  # noqa: B006 - read only; a list because that is what JSON has
    reviewers: Reviewers = [],  # noqa: B006 - same
) -> Preview:
    """Say what `github_pull_request` would do.

    Raises:
        ToolError: A path is not allowed, the base or a file to delete is not there, nothing would change, or a
            manifest does not fit.
    """
    _allowed(files)
    api = reader()
    base_sha = _head(api, repository, base)
    before = [file_at(api, repository, path, base_sha) for path in sorted(files)]
    diffs = [changed(one, files[one.path]) for one in before]
    if not any(diffs):
        raise ToolError(f"{base} of {repository} is like that already, so there is nothing to propose.")
    checked, counted = fitting(api, repository, base_sha, before, files), _counted(before, files, reviewers)
    return Preview(
        summary=f"Open a pull request in {repository} against {base}: “{title}” ({counted}).",
        diff="\n".join(filter(None, diffs)),
        blast_radius=f"Nothing is merged or deployed. The checks there run on the new files{_told(labels)}.{checked}",
        way_back="Close the pull request and delete its branch.",
        observed={
            "repository": repository,
            "base": base,
            "base_sha": base_sha,
            "blobs": {one.path: one.sha for one in before},
        },
    )


def settle_pull_request(  # noqa: PLR0917 - the change's own arguments
    repository: Repository,
    title: Title,  # noqa: ARG001 - found by its branch, whatever it is called
    body: Body,  # noqa: ARG001 - same
    files: Files,  # noqa: ARG001 - same
    base: Branch = "main",  # noqa: ARG001 - same
    labels: Labels = [],  # noqa: B006 - read only
    reviewers: Reviewers = [],  # noqa: B006 - read only
) -> Settlement:
    """Find the pull request by the branch that only this approval names."""
    api, until = reader(), time.monotonic() + SETTLE_SECONDS
    while True:
        found = _by_branch(api, repository, branch())
        if found or time.monotonic() > until:
            break
        time.sleep(LOOK_SECONDS)
    if found:
        return Settlement(Settled.DONE, _opened(found[0], labels, reviewers))
    if _branches(api, repository, branch()):
        return Settlement(
            Settled.UNKNOWN, f"The branch {branch()} is there and no pull request of it; open it by hand or delete it."
        )
    return Settlement(Settled.NOT_DONE, f"{repository} has neither the branch {branch()} nor a pull request of it.")


@changes(
    risk=Risk.MEDIUM,
    needs=("contents:read", "contents:write", "metadata:read", "pull_requests:read", "pull_requests:write"),
    preview=preview_pull_request,
    settle=settle_pull_request,
)
def github_pull_request(  # noqa: PLR0917 - a pull request has that many parts, and calls name them
    repository: Repository,
    title: Title,
    body: Body,
    files: Files,
    base: Branch = "main",
    labels: Labels = [],  # noqa: B006 - read only; a list because that is what JSON has
    reviewers: Reviewers = [],  # noqa: B006 - same
) -> str:
    """Open a pull request with new contents of files, or without them; an own branch, one commit, labels, reviewers.

    Medium risk: nothing is merged, but the repository's checks run on the new files, with what secrets they are given.
    """
    api = writer()
    published(api, repository, committed(api, repository, title, files))
    number_of = requested(api, repository, {"title": title, "body": _signed(body), "head": branch(), "base": base})
    _furnished(api, below(repository, "issues", number_of, "labels"), {"labels": labels}, "label the pull request")
    where = below(repository, "pulls", number_of, "requested_reviewers")
    for login in reviewers:  # one by one: GitHub refuses all of them for one it does not know
        _furnished(api, where, _asking(login), f"ask {login} for a review")
    return f"Opened pull request {number_of} in {repository}."


def _asking(login: str) -> JsonObject:
    team = login.removeprefix(TEAM)
    return {"team_reviewers": [team]} if team != login else {"reviewers": [login]}


def _allowed(files: Iterable[str]) -> None:
    guarded = [pattern.strip().casefold() for pattern in settings().github_guarded_paths.split(",") if pattern.strip()]
    for path in files:
        clean(path)
        if any(fnmatchcase(path.casefold(), pattern) for pattern in guarded):
            raise ToolError(
                f"{path} decides what runs with the repository's secrets or who reviews, so pull requests from here do "
                "not touch it; propose it by hand, or have GITHUB_GUARDED_PATHS changed."
            )


def _head(api: Reader, repository: str, branch: str) -> str:
    told = api.get(f"{below(repository, 'git', 'ref')}/heads/{branch}", f"find the branch {branch} of {repository}")
    return text(told, "object", "sha")


def _furnished(api: Writer, path: str, body: JsonObject, doing: str) -> None:
    """Add labels or reviewers; the pull request stands without them, and the read-back says what is missing."""
    if any(body.values()):
        try:
            api.send("POST", path, doing, body)
        except ToolError:
            return


def _signed(body: str) -> str:
    return f"{body.rstrip()}\n\n---\nOpened by Infra under approval `{grant().proposal.id}`."


def _by_branch(api: Reader, repository: str, name: str) -> list[JsonObject]:
    owner = repository.partition("/")[0]
    query = {"head": f"{owner}:{name}", "state": "all"}
    found = api.every(below(repository, "pulls"), f"look for the pull request of {name}", query)
    return [one for one in found if text(one, "head", "ref") == name]


def _branches(api: Reader, repository: str, name: str) -> list[JsonObject]:
    where = f"{below(repository, 'git', 'matching-refs')}/heads/{name}"
    return [one for one in api.every(where, f"look for {name}") if text(one, "ref") == f"refs/heads/{name}"]


def _opened(pull: JsonObject, labels: list[str], reviewers: list[str]) -> str:
    there = {text(one, "name") for one in parts(pull, "labels")}
    asked = {text(one, "login").lower() for one in parts(pull, "requested_reviewers")}
    asked |= {f"{TEAM}{text(one, 'slug')}" for one in parts(pull, "requested_teams")}
    missing = [f"label {one}" for one in labels if one not in there]
    missing += [f"reviewer {one}" for one in reviewers if one.lower() not in asked]
    lacking = f" GitHub did not take {some(missing)}." if missing else ""
    state = "merged" if text(pull, "merged_at") else text(pull, "state")
    return f"Pull request {number(pull, 'number')} is {state}: {text(pull, 'html_url')}.{lacking}"


def _counted(before: list[File], files: Mapping[str, str | None], reviewers: list[str]) -> str:
    new, gone = sum(not one.sha for one in before), sum(content is None for content in files.values())
    counts = {"new file": new, "changed file": len(before) - new - gone, "deleted file": gone}
    kinds = [plural(count, kind) for kind, count in counts.items() if count]
    return f"{', '.join(kinds)}{f', asking {some(reviewers)} to review' if reviewers else ''}"


def _told(labels: list[str]) -> str:
    return f"; it is labeled {some(labels)}" if labels else ""

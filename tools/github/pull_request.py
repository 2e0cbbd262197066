"""Open a pull request: one commit on a branch of its own, named by the approval."""

import time
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field, StringConstraints

from config.settings import settings
from tools.acting import grant
from tools.contract import JsonObject, Preview, Risk, Settled, Settlement, ToolError, Unknown
from tools.declare import changes
from tools.github.client import Reader, Writer, reader, writer
from tools.github.code import File, changed, file_at
from tools.github.fitting import fitting
from tools.github.names import Branch, FilePath, Repository, below, clean
from tools.kube.fields import number, parts, plural, some, text

MOST_FILES, MOST_BYTES = 40, 400_000
SETTLE_SECONDS, LOOK_SECONDS = 6.0, 0.5
TEAM = "team:"
"""Before the slug of a team that is asked for a review."""

Title = Annotated[str, Field(min_length=3, max_length=200, description="one line, imperative")]
Body = Annotated[str, Field(max_length=60_000, description="Markdown: why, what it changes, how it was checked")]
Files = Annotated[
    dict[FilePath, str], Field(min_length=1, max_length=MOST_FILES, description="path → whole new content")
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
        ToolError: A path is not allowed, the base is not there, nothing would change, or a manifest does not fit.
    """
    _allowed(files)
    api = reader()
    base_sha = _head(api, repository, base)
    before = [file_at(api, repository, path, base_sha) for path in sorted(files)]
    diffs = [(one, changed(one, files[one.path])) for one in before]
    if not any(diff for _, diff in diffs):
        raise ToolError(f"{base} of {repository} is like that already, so there is nothing to propose.")
    checked = fitting(api, repository, base_sha, before, files)
    return Preview(
        summary=f"Open a pull request in {repository} against {base}: “{title}” ({_counted(before, reviewers)}).",
        diff="\n".join(diff for _, diff in diffs if diff),
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
        found = _by_branch(api, repository, _branch())
        if found or time.monotonic() > until:
            break
        time.sleep(LOOK_SECONDS)
    if found:
        return Settlement(Settled.DONE, _opened(found[0], labels, reviewers))
    if _branches(api, repository, _branch()):
        return Settlement(
            Settled.UNKNOWN, f"The branch {_branch()} is there and no pull request of it; open it by hand or delete it."
        )
    return Settlement(Settled.NOT_DONE, f"{repository} has neither the branch {_branch()} nor a pull request of it.")


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
    """Open a pull request with new contents of files; a branch of its own, one commit, labels and reviewers.

    Medium risk: nothing is merged, but the repository's checks run on the new files, with what secrets they are given.
    """
    api = writer()
    _published(api, repository, _committed(api, repository, title, files))
    number_of = _requested(api, repository, {"title": title, "body": _signed(body), "head": _branch(), "base": base})
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


def _branch() -> str:
    return f"infra/{grant().proposal.id}"


def _committed(api: Writer, repository: str, title: str, files: dict[str, str]) -> str:
    """Store the files as one commit on what was shown, on no branch yet, and return its sha."""
    if sum(len(content.encode()) for content in files.values()) > MOST_BYTES:
        raise ToolError(f"The files are more than {MOST_BYTES} bytes together; split the pull request.")
    base_sha = text(grant().proposal.preview.observed, "base_sha")
    base = api.get(below(repository, "git", "commits", base_sha), f"read the commit {base_sha[:8]} of {repository}")
    base_tree = text(base, "tree", "sha")
    modes = _modes(api, repository, base_tree)
    entries = [
        {"path": path, "mode": modes.get(path, "100644"), "type": "blob", "content": content}
        for path, content in sorted(files.items())
    ]
    tree: JsonObject = {"base_tree": base_tree, "tree": entries}
    stored = api.send("POST", below(repository, "git", "trees"), f"store files in {repository}", tree)
    message = f"{title}\n\nApproval: {grant().proposal.id}"
    commit: JsonObject = {"message": message, "tree": text(stored, "sha"), "parents": [base_sha]}
    made = api.send("POST", below(repository, "git", "commits"), f"store a commit in {repository}", commit)
    return text(made, "sha")


def _modes(api: Reader, repository: str, tree: str) -> dict[str, str]:
    """Return each file's mode, so that a program stays one."""
    told = api.get(below(repository, "git", "trees", tree), f"list the files of {repository}", {"recursive": 1})
    return {text(one, "path"): text(one, "mode") for one in parts(told, "tree") if text(one, "type") == "blob"}


def _published(api: Writer, repository: str, sha: str) -> None:
    reference: JsonObject = {"ref": f"refs/heads/{_branch()}", "sha": sha}
    api.send("POST", below(repository, "git", "refs"), f"make the branch {_branch()} in {repository}", reference)


def _requested(api: Writer, repository: str, body: JsonObject) -> int:
    """Open the pull request; where GitHub refuses, the branch goes again, so that nothing is left behind."""
    try:
        return number(
            api.send("POST", below(repository, "pulls"), f"open a pull request in {repository}", body), "number"
        )
    except Unknown:
        raise
    except ToolError:
        where = f"{below(repository, 'git', 'refs')}/heads/{_branch()}"
        api.send("DELETE", where, f"delete the branch {_branch()} again", {})
        raise


def _furnished(api: Writer, path: str, body: JsonObject, doing: str) -> None:
    """Add labels or reviewers; the pull request stands without them, and the read-back says what is missing."""
    if any(body.values()):
        try:
            api.send("POST", path, doing, body)
        except ToolError:
            return


def _signed(body: str) -> str:
    return f"{body.rstrip()}\n\n---\nOpened by Infra under approval `{grant().proposal.id}`."


def _by_branch(api: Reader, repository: str, branch: str) -> list[JsonObject]:
    owner = repository.partition("/")[0]
    query = {"head": f"{owner}:{branch}", "state": "all"}
    found = api.every(below(repository, "pulls"), f"look for the pull request of {branch}", query)
    return [one for one in found if text(one, "head", "ref") == branch]


def _branches(api: Reader, repository: str, branch: str) -> list[JsonObject]:
    where = f"{below(repository, 'git', 'matching-refs')}/heads/{branch}"
    return [one for one in api.every(where, f"look for {branch}") if text(one, "ref") == f"refs/heads/{branch}"]


def _opened(pull: JsonObject, labels: list[str], reviewers: list[str]) -> str:
    there = {text(one, "name") for one in parts(pull, "labels")}
    asked = {text(one, "login").lower() for one in parts(pull, "requested_reviewers")}
    asked |= {f"{TEAM}{text(one, 'slug')}" for one in parts(pull, "requested_teams")}
    missing = [f"label {one}" for one in labels if one not in there]
    missing += [f"reviewer {one}" for one in reviewers if one.lower() not in asked]
    lacking = f" GitHub did not take {some(missing)}." if missing else ""
    state = "merged" if text(pull, "merged_at") else text(pull, "state")
    return f"Pull request {number(pull, 'number')} is {state}: {text(pull, 'html_url')}.{lacking}"


def _counted(before: list[File], reviewers: list[str]) -> str:
    new = sum(not one.sha for one in before)
    kinds = [plural(new, "new file")] * bool(new) + [plural(len(before) - new, "changed file")] * (new < len(before))
    return f"{', '.join(kinds)}{f', asking {some(reviewers)} to review' if reviewers else ''}"


def _told(labels: list[str]) -> str:
    return f"; it is labeled {some(labels)}" if labels else ""

"""Pull requests: opened, read, reviewed, merged."""

from __future__ import annotations

from sandbox.github.checking import begin_checks, changed_paths, lacking
from sandbox.github.code import diff_of, files_between
from sandbox.github.git import Person
from sandbox.github.refusals import GitHubError, head_moved, invalid, not_mergeable
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import commits, pull_shape, told, user
from sandbox.github.state import BOT, Hub, Json, Pull, Repository


def list_(here: Here) -> Answer:
    """Answer with pull requests, newest first."""
    state, head, base = here.query.get("state", "open"), here.query.get("head", ""), here.query.get("base", "")
    branch = head.rpartition(":")[2]
    found = [
        pull
        for pull in sorted(here.repository.pulls.values(), key=lambda one: -one.number)
        if state in {"all", "closed" if pull.closed else "open"}
        and branch in {"", pull.head}
        and base in {"", pull.base}
    ]
    return Answer([pull_shape(here.hub, here.repository, pull) for pull in found])


def get(here: Here) -> Answer:
    """Answer with one pull request, or its diff."""
    pull = here.repository.pull(here.parts["number"])
    if here.accept in {"diff", "patch"}:
        return diff_of(here.repository, _base(here.repository, pull), pull.head_sha, here.accept)
    return Answer(_whole(here.hub, here.repository, pull))


def _whole(hub: Hub, repository: Repository, pull: Pull) -> Json:
    base = _base(repository, pull)
    files = files_between(repository, base, pull.head_sha)
    return {
        **pull_shape(hub, repository, pull),
        "merged": pull.merged is not None,
        "mergeable": None if pull.closed else repository.git.merged(pull.base, pull.head_sha) is not None,
        "mergeable_state": _state(hub, repository, pull),
        "commits": len(repository.git.run("rev-list", f"{base}..{pull.head_sha}").split()),
        "additions": sum(one["additions"] for one in files),
        "deletions": sum(one["deletions"] for one in files),
        "changed_files": len(files),
        "comments": len(pull.comments),
    }


def _state(hub: Hub, repository: Repository, pull: Pull) -> str:
    if pull.closed:
        return "unknown"
    if repository.git.merged(pull.base, pull.head_sha) is None:
        return "dirty"
    if pull.draft:
        return "draft"
    return "blocked" if lacking(hub, repository, pull) else "clean"


def _base(repository: Repository, pull: Pull) -> str:
    """Return where the pull request's branch left its base; of a merged one, where it was merged."""
    base = f"{pull.merge_sha}~1" if pull.merge_sha else pull.base
    return repository.git.run("merge-base", base, pull.head_sha).decode().strip()


def create(here: Here) -> Answer:
    """Open a pull request."""
    title, head, base = here.text("title"), here.text("head").rpartition(":")[2], here.text("base")
    branches = here.repository.git.branches()
    for field, name in (("head", head), ("base", base)):
        if name not in branches:
            raise invalid("PullRequest", field)
    _openable(here.repository, head, base)
    number = max(here.repository.pulls, default=0) + 1
    body = str(here.body.get("body") or "")
    pull = Pull(number, title, body, BOT, head, base, branches[head], here.hub.now(), bool(here.body.get("draft")))
    here.repository.pulls[number] = pull
    begin_checks(here.hub, here.repository, pull)
    return Answer(_whole(here.hub, here.repository, pull), 201)


def _openable(repository: Repository, head: str, base: str) -> None:
    if any(pull.head == head and pull.base == base and not pull.closed for pull in repository.pulls.values()):
        message = f"A pull request already exists for {repository.owner}:{head}."
        raise invalid("PullRequest", "", "custom", message)
    if not repository.git.run("rev-list", f"{base}..{head}").strip():
        raise invalid("PullRequest", "", "custom", f"No commits between {base} and {head}")


def update(here: Here) -> Answer:
    """Change title, body or base of a pull request, or close it."""
    pull = here.repository.pull(here.parts["number"])
    pull.title, pull.body = str(here.body.get("title", pull.title)), str(here.body.get("body", pull.body) or "")
    if here.body.get("state") == "closed" and not pull.closed:
        pull.closed = here.hub.now()
    return Answer(_whole(here.hub, here.repository, pull))


def files(here: Here) -> Answer:
    """Answer with the files a pull request changes."""
    pull = here.repository.pull(here.parts["number"])
    return Answer(files_between(here.repository, _base(here.repository, pull), pull.head_sha))


def list_commits(here: Here) -> Answer:
    """Answer with the commits of a pull request, oldest first."""
    pull = here.repository.pull(here.parts["number"])
    span = f"{_base(here.repository, pull)}..{pull.head_sha}"
    return Answer(commits(here.hub, here.repository, "--reverse", span))


def reviews(here: Here) -> Answer:
    """Answer with the reviews of a pull request."""
    return Answer(here.repository.pull(here.parts["number"]).reviews)


def create_review(here: Here) -> Answer:
    """Add a review."""
    pull, event = here.repository.pull(here.parts["number"]), str(here.body.get("event", "COMMENT"))
    if event == "APPROVE" and pull.author == BOT:
        raise GitHubError(422, "Unprocessable Entity", ["Can not approve your own pull request"])
    state = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}.get(event, "COMMENTED")
    review = {"id": next(here.hub.ids), "user": user(BOT), "body": str(here.body.get("body", "")), "state": state}
    pull.reviews.append({**review, "submitted_at": told(here.hub.now()), "commit_id": pull.head_sha})
    return Answer(pull.reviews[-1])


def request_reviewers(here: Here) -> Answer:
    """Ask people for a review."""
    pull, asked = here.repository.pull(here.parts["number"]), here.texts("reviewers")
    teams = here.texts("team_reviewers")
    if not (set(asked) <= set(here.repository.people) and set(teams) <= set(here.repository.teams)):
        message = "Reviews may only be requested from collaborators. One or more of the users or teams you specified"
        raise GitHubError(422, f"{message} is not a collaborator of the {here.repository.full_name} repository.")
    if pull.author in asked:
        raise GitHubError(422, "Review cannot be requested from pull request author.")
    pull.reviewers += [login for login in asked if login not in pull.reviewers]
    pull.teams += [slug for slug in teams if slug not in pull.teams]
    return Answer(pull_shape(here.hub, here.repository, pull), 201)


def is_merged(here: Here) -> Answer:
    """Answer 204 for a merged pull request, 404 for another."""
    return Answer(None, 204 if here.repository.pull(here.parts["number"]).merged else 404)


def merge(here: Here) -> Answer:
    """Merge a pull request."""
    pull, method = here.repository.pull(here.parts["number"]), str(here.body.get("merge_method", "merge"))
    tree = _mergeable(here, pull, method)
    paths = changed_paths(here.repository, pull)
    base = here.repository.sha(pull.base)
    title = str(here.body.get("commit_title") or _title(here.repository, pull, method))
    message = f"{title}\n\n{here.body.get('commit_message') or pull.title}"
    parents = [base] if method == "squash" else [base, pull.head_sha]
    by = Person(BOT, f"{BOT}@users.noreply.github.com", here.hub.now())
    sha = here.repository.git.write_commit(tree, parents, message, by)
    here.repository.git.run("update-ref", f"refs/heads/{pull.base}", sha, base)
    pull.merged = pull.closed = here.hub.now()
    pull.merge_sha = sha
    here.hub.merged |= {(here.repository.full_name, path): here.hub.now() for path in paths}
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _mergeable(here: Here, pull: Pull, method: str) -> str:
    """Return the tree that the merge gives.

    Raises:
        GitHubError: It may not be merged now.
    """
    if method not in {"merge", "squash"}:
        raise not_mergeable("Rebase merges are not allowed on this repository.")
    if pull.closed or pull.draft:
        raise not_mergeable("Pull Request is still a draft" if pull.draft else "Pull Request is not mergeable")
    if here.body.get("sha") not in {None, pull.head_sha}:
        raise head_moved()
    if missing := lacking(here.hub, here.repository, pull):
        raise not_mergeable(missing)
    tree = here.repository.git.merged(pull.base, pull.head_sha)
    if tree is None:
        raise not_mergeable()
    return tree


def _title(repository: Repository, pull: Pull, method: str) -> str:
    if method == "squash":
        return f"{pull.title} (#{pull.number})"
    return f"Merge pull request #{pull.number} from {repository.owner}/{pull.head}"

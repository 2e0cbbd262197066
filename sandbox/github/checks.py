"""Check runs, commit statuses, and what branch protection wants."""

from __future__ import annotations

from sandbox.github.refusals import GitHubError, not_found
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import check_shape, told
from sandbox.github.state import Check

STATES = {"error", "failure", "pending", "success"}


def check_runs(here: Here) -> Answer:
    """Answer with the check runs of a commit."""
    found = [check_shape(here.hub, one) for one in _of(here, status=False)]
    return Answer({"total_count": len(found), "check_runs": found}, key="check_runs")


def combined_status(here: Here) -> Answer:
    """Answer with the commit statuses of a commit."""
    found = _of(here, status=True)
    states = [{"context": one.name, "state": one.conclusion, "description": one.summary} for one in found]
    worst = next((one["state"] for one in states if one["state"] != "success"), "success" if states else "pending")
    return Answer(
        {"state": worst, "sha": here.repository.sha(here.parts["ref"]), "statuses": states, "total_count": len(states)}
    )


def create_status(here: Here) -> Answer:
    """Set a commit status."""
    state, context = here.text("state"), str(here.body.get("context", "default"))
    if state not in STATES:
        raise GitHubError(422, "Validation Failed", ["State is not included in the list"])
    sha, now = here.repository.sha(here.parts["ref"]), here.hub.now()
    said = str(here.body.get("description", ""))
    here.repository.checks = [
        one for one in here.repository.checks if not (one.status and one.name == context and one.sha == sha)
    ]
    here.repository.checks.append(Check(next(here.hub.ids), context, sha, state, said, now, now, status=True))
    return Answer({"context": context, "state": state, "description": said, "created_at": told(now)}, 201)


def protection(here: Here) -> Answer:
    """Answer with a branch's protection."""
    branch = here.parts["branch"]
    wanted = here.repository.written.get("protection", {}).get(branch)
    if branch not in here.repository.git.branches():
        raise not_found()
    if wanted is None:
        raise GitHubError(404, "Branch not protected")
    contexts = list(wanted.get("checks", ()))
    return Answer(
        {
            "required_status_checks": {"strict": False, "contexts": contexts},
            "required_pull_request_reviews": {"required_approving_review_count": int(wanted.get("reviews", 0))},
        }
    )


def branch(here: Here) -> Answer:
    """Answer with a branch, its head and which checks it requires."""
    name = here.parts["branch"]
    sha = here.repository.git.branches().get(name)
    if sha is None:
        raise GitHubError(404, "Branch not found")
    wanted = here.repository.written.get("protection", {}).get(name)
    contexts = list((wanted or {}).get("checks", ()))
    required = {"enforcement_level": "non_admins" if contexts else "off", "contexts": contexts}
    return Answer(
        {
            "name": name,
            "commit": {"sha": sha},
            "protected": wanted is not None,
            "protection": {"enabled": wanted is not None, "required_status_checks": required},
        }
    )


def _of(here: Here, *, status: bool) -> list[Check]:
    sha = here.repository.sha(here.parts["ref"])
    return [one for one in here.repository.checks if one.sha == sha and one.status is status]

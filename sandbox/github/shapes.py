"""The shapes of GitHub's answers: users, commits, pull requests, checks, runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.github.state import Check, Hub, Job, Json, Pull, Repository, Run

_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B")

MOST_ARTIFACTS = 100
"""Of a run; with it an artifact's id tells its run."""


def told(at: datetime | None) -> str | None:
    """Return a time as GitHub writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def user(login: str) -> Json:
    """Return an account."""
    return {"login": login, "type": "Bot" if login.endswith("[bot]") else "User", "site_admin": False}


def repository_shape(hub: Hub, repository: Repository) -> Json:
    """Return a repository."""
    return {
        "id": abs(hash(repository.full_name)) % 10**8,
        "name": repository.name,
        "full_name": repository.full_name,
        "private": True,
        "owner": {**user(repository.owner), "type": "Organization"},
        "html_url": f"{hub.url}/{repository.full_name}",
        "url": f"{hub.url}/repos/{repository.full_name}",
        "default_branch": repository.default_branch,
        "archived": False,
    }


def commits(hub: Hub, repository: Repository, *arguments: str) -> list[Json]:
    """Return the commits that `git log` lists for these arguments."""
    form = "%x00".join(_FIELDS) + "%x01"
    listed = repository.git.run("log", f"--format={form}", *arguments).decode("utf-8", "replace")
    return [_commit(hub, repository, entry.lstrip("\n").split("\0")) for entry in listed.split("\1") if entry.strip()]


def _commit(hub: Hub, repository: Repository, parts: Sequence[str]) -> Json:
    sha, tree, parents, author, author_email, authored, committer, committer_email, committed, message = parts
    return {
        "sha": sha,
        "html_url": f"{hub.url}/{repository.full_name}/commit/{sha}",
        "commit": {
            "author": {"name": author, "email": author_email, "date": _utc(authored)},
            "committer": {"name": committer, "email": committer_email, "date": _utc(committed)},
            "message": message.strip("\n"),
            "tree": {"sha": tree},
        },
        "author": user(author_email.partition("@")[0]),
        "committer": user(committer_email.partition("@")[0]),
        "parents": [{"sha": parent} for parent in parents.split()],
    }


def _utc(text: str) -> str | None:
    return told(datetime.fromisoformat(text))


def pull_shape(hub: Hub, repository: Repository, pull: Pull) -> Json:
    """Return a pull request as lists of them hold it."""
    return {
        "id": pull.number,
        "number": pull.number,
        "state": "closed" if pull.closed else "open",
        "draft": pull.draft,
        "title": pull.title,
        "body": pull.body or None,
        "user": user(pull.author),
        "html_url": f"{hub.url}/{repository.full_name}/pull/{pull.number}",
        "url": f"{hub.url}/repos/{repository.full_name}/pulls/{pull.number}",
        "labels": [{"name": name} for name in pull.labels],
        "requested_reviewers": [user(login) for login in pull.reviewers],
        "requested_teams": [{"slug": one} for one in pull.teams],
        **_times(pull),
        "merge_commit_sha": pull.merge_sha or None,
        "head": _end(hub, repository, pull.head, pull.head_sha),
        "base": _end(hub, repository, pull.base, repository.git.resolve(f"refs/heads/{pull.base}") or ""),
    }


def _times(pull: Pull) -> Json:
    return {
        "created_at": told(pull.created),
        "updated_at": told(pull.merged or pull.closed or pull.created),
        "closed_at": told(pull.closed),
        "merged_at": told(pull.merged),
    }


def _end(hub: Hub, repository: Repository, branch: str, sha: str) -> Json:
    label = f"{repository.owner}:{branch}"
    return {"label": label, "ref": branch, "sha": sha, "repo": repository_shape(hub, repository)}


def check_shape(hub: Hub, check: Check) -> Json:
    """Return a check run."""
    ended = check.done <= hub.clock.now()
    return {
        "id": check.id,
        "name": check.name,
        "head_sha": check.sha,
        "status": "completed" if ended else "in_progress",
        "conclusion": check.conclusion if ended else None,
        "started_at": told(check.started),
        "completed_at": told(check.done) if ended else None,
        "output": {"title": check.name, "summary": check.summary if ended else None, "annotations_count": 0},
        "app": {"slug": "github-actions"},
    }


def run_shape(hub: Hub, repository: Repository, run: Run) -> Json:
    """Return a workflow run."""
    status, conclusion, updated = state_of(hub, run.attempts[-1])
    return {
        "id": run.id,
        "name": run.name,
        "path": run.path,
        "run_number": run.number,
        "run_attempt": len(run.attempts),
        "event": run.event,
        "status": status,
        "conclusion": conclusion,
        "head_branch": run.branch,
        "head_sha": run.sha,
        "display_title": run.name,
        "actor": user(run.actor),
        "created_at": told(run.created),
        "run_started_at": told(min(job.started for job in run.attempts[-1])),
        "updated_at": told(updated),
        "html_url": f"{hub.url}/{repository.full_name}/actions/runs/{run.id}",
    }


def artifact_shape(hub: Hub, repository: Repository, run: Run, place: int) -> Json:
    """Return an artifact of a run."""
    name, files = list(run.artifacts.items())[place]
    number = run.id * MOST_ARTIFACTS + place
    return {
        "id": number,
        "name": name,
        "size_in_bytes": sum(map(len, files.values())),
        "expired": False,
        "created_at": told(run.created),
        "archive_download_url": f"{hub.url}/repos/{repository.full_name}/actions/artifacts/{number}/zip",
        "workflow_run": {"id": run.id, "head_sha": run.sha},
    }


def state_of(hub: Hub, jobs: Sequence[Job]) -> tuple[str, str | None, datetime]:
    """Return status, conclusion and last change of an attempt."""
    now, last = hub.clock.now(), max(job.ended for job in jobs)
    if last > now:
        return "in_progress", None, now
    worst = next((job.conclusion for job in jobs if job.conclusion not in {"success", "skipped"}), "success")
    return "completed", worst, last


def job_shape(hub: Hub, repository: Repository, run: Run, attempt: int, job: Job) -> Json:
    """Return a job."""
    ended = job.ended <= hub.clock.now()
    steps: list[Any] = job.steps if ended else []
    return {
        "id": job.id,
        "run_id": run.id,
        "run_attempt": attempt,
        "name": job.name,
        "workflow_name": run.name,
        "head_sha": run.sha,
        "head_branch": run.branch,
        "status": "completed" if ended else "in_progress",
        "conclusion": job.conclusion if ended else None,
        "started_at": told(job.started),
        "completed_at": told(job.ended) if ended else None,
        "steps": steps,
        "runner_name": "GitHub Actions 2",
        "labels": ["ubuntu-latest"],
        "html_url": f"{hub.url}/{repository.full_name}/actions/runs/{run.id}/job/{job.id}",
    }

"""Which path does what, and the permission it takes: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.github import actions, checks, code, issues, objects, pulls
from sandbox.github.requests import Answer, Here

Handler: TypeAlias = Callable[[Here], Answer]


@dataclass(frozen=True)
class Route:
    """A path below /repos/<owner>/<name>."""

    method: str
    pattern: re.Pattern[str]
    permission: str
    handler: Handler


def _route(line: str, permission: str, handler: Handler) -> Route:
    """Make a route of `GET pulls/{number}`; `{ref+}` takes slashes too, `{number}` and ids digits only."""
    method, _, path = line.partition(" ")
    shape = re.sub(r"\\{(number|run|job|artifact)\\}", r"(?P<\1>[0-9]{1,18})", re.escape(path))
    shape = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+?)", shape)
    shape = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", shape)
    return Route(method, re.compile(shape), permission, handler)


ROUTES: tuple[Route, ...] = (
    _route("GET ", "metadata:read", code.repository),
    _route("GET contents/{path+}", "contents:read", code.contents),
    _route("GET contents", "contents:read", code.contents),
    _route("GET commits", "contents:read", code.list_commits),
    _route("GET commits/{ref+}/check-runs", "checks:read", checks.check_runs),
    _route("GET commits/{ref+}/status", "statuses:read", checks.combined_status),
    _route("GET commits/{ref+}", "contents:read", code.get_commit),
    _route("GET compare/{base+}...{head+}", "contents:read", code.compare),
    _route("POST statuses/{ref}", "statuses:write", checks.create_status),
    _route("GET branches/{branch+}/protection", "administration:read", checks.protection),
    _route("GET branches/{branch+}", "contents:read", checks.branch),
    _route("GET git/ref/{ref+}", "contents:read", objects.get_ref),
    _route("GET git/matching-refs/{ref+}", "contents:read", objects.matching_refs),
    _route("POST git/refs", "contents:write", objects.create_ref),
    _route("PATCH git/refs/{ref+}", "contents:write", objects.update_ref),
    _route("DELETE git/refs/{ref+}", "contents:write", objects.delete_ref),
    _route("GET git/trees/{sha}", "contents:read", objects.get_tree),
    _route("POST git/trees", "contents:write", objects.create_tree),
    _route("POST git/blobs", "contents:write", objects.create_blob),
    _route("GET git/blobs/{sha}", "contents:read", objects.get_blob),
    _route("POST git/commits", "contents:write", objects.create_commit),
    _route("GET git/commits/{sha}", "contents:read", objects.get_commit),
    _route("GET pulls", "pull_requests:read", pulls.list_),
    _route("POST pulls", "pull_requests:write", pulls.create),
    _route("GET pulls/{number}", "pull_requests:read", pulls.get),
    _route("PATCH pulls/{number}", "pull_requests:write", pulls.update),
    _route("GET pulls/{number}/files", "pull_requests:read", pulls.files),
    _route("GET pulls/{number}/commits", "pull_requests:read", pulls.list_commits),
    _route("GET pulls/{number}/reviews", "pull_requests:read", pulls.reviews),
    _route("POST pulls/{number}/reviews", "pull_requests:write", pulls.create_review),
    _route("POST pulls/{number}/requested_reviewers", "pull_requests:write", pulls.request_reviewers),
    _route("GET pulls/{number}/merge", "pull_requests:read", pulls.is_merged),
    _route("PUT pulls/{number}/merge", "contents:write", pulls.merge),
    _route("GET issues/{number}/comments", "pull_requests:read", issues.comments),
    _route("POST issues/{number}/comments", "pull_requests:write", issues.create_comment),
    _route("POST issues/{number}/labels", "pull_requests:write", issues.add_labels),
    _route("GET labels", "issues:read", issues.labels),
    _route("GET actions/runs", "actions:read", actions.list_),
    _route("GET actions/runs/{run}", "actions:read", actions.get),
    _route("GET actions/runs/{run}/jobs", "actions:read", actions.jobs),
    _route("GET actions/runs/{run}/logs", "actions:read", actions.run_logs),
    _route("GET actions/runs/{run}/artifacts", "actions:read", actions.artifacts),
    _route("GET actions/artifacts/{artifact}/zip", "actions:read", actions.artifact),
    _route("GET actions/jobs/{job}", "actions:read", actions.job),
    _route("GET actions/jobs/{job}/logs", "actions:read", actions.job_log),
    _route("POST actions/runs/{run}/rerun", "actions:write", actions.rerun),
    _route("POST actions/runs/{run}/rerun-failed-jobs", "actions:write", actions.rerun_failed),
)

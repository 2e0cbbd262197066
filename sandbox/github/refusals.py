"""What GitHub says when it refuses, in its own words: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api."""

from __future__ import annotations

from typing import Any

DOCS = "https://docs.github.com/rest"


class GitHubError(Exception):
    """A request that GitHub refuses; `body` is what it answers."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
        if errors:
            self.body["errors"] = errors


def bad_credentials() -> GitHubError:
    """The token is none."""
    return GitHubError(401, "Bad credentials")


def not_accessible() -> GitHubError:
    """The app lacks the permission."""
    return GitHubError(403, "Resource not accessible by integration")


def not_found() -> GitHubError:
    """There is no such thing, or the token may not know of it."""
    return GitHubError(404, "Not Found")


def no_commit(reference: str) -> GitHubError:
    """A reference names nothing."""
    return GitHubError(404, f"No commit found for the ref {reference}")


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> GitHubError:
    """A field of the request does not fit."""
    error = {"resource": resource, "field": field, "code": code, **({"message": message} if message else {})}
    return GitHubError(422, "Validation Failed", [error])


def unprocessable(message: str) -> GitHubError:
    """The request is understood and cannot be done."""
    return GitHubError(422, message)


def not_mergeable(message: str = "Pull Request is not mergeable") -> GitHubError:
    """The pull request cannot be merged as it is."""
    return GitHubError(405, message)


def head_moved() -> GitHubError:
    """Merge was asked of another head."""
    return GitHubError(409, "Head branch was modified. Review and try the merge again.")

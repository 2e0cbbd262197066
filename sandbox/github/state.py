"""What a company's GitHub holds: repositories on disk, and pull requests, checks and workflow runs beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sandbox.clock import Clock
from sandbox.github.git import Git
from sandbox.github.refusals import not_found

BOT = "infra-bot[bot]"
TOKEN = "sandbox-github-token"  # noqa: S105 - of the sandbox

Json = dict[str, Any]


@dataclass
class Check:
    """A check run or a commit status on a commit; it is in progress until `done`."""

    id: int
    name: str
    sha: str
    conclusion: str
    summary: str
    started: datetime
    done: datetime
    status: bool = False


@dataclass
class Job:
    """A job of a workflow run with its log."""

    id: int
    name: str
    conclusion: str
    steps: list[Json]
    log: str
    started: datetime
    ended: datetime


@dataclass
class Run:
    """A workflow run; `attempts` are its jobs, an attempt each, `artifacts` files by the artifact's name."""

    id: int
    number: int
    name: str
    path: str
    event: str
    branch: str
    sha: str
    actor: str
    created: datetime
    attempts: list[list[Job]]
    next_conclusion: str = ""
    artifacts: dict[str, dict[str, bytes]] = field(default_factory=dict)


@dataclass
class Pull:
    """A pull request; `comments` are its issue's."""

    number: int
    title: str
    body: str
    author: str
    head: str
    base: str
    head_sha: str
    created: datetime
    draft: bool = False
    closed: datetime | None = None
    merged: datetime | None = None
    merge_sha: str = ""
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    reviews: list[Json] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)


@dataclass
class Repository:
    """One repository."""

    owner: str
    name: str
    git: Git
    default_branch: str
    written: Mapping[str, Any]
    pulls: dict[int, Pull] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    runs: dict[int, Run] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """As GitHub writes it."""
        return f"{self.owner}/{self.name}"

    @property
    def people(self) -> list[str]:
        """Who may be asked for a review."""
        return [str(one) for one in self.written.get("people", ("ben", "cara"))]

    @property
    def teams(self) -> list[str]:
        """Slugs of teams that may be asked for a review."""
        return [str(one) for one in self.written.get("teams", ("oncall", "security"))]

    def pull(self, number: str) -> Pull:
        """Return a pull request.

        Raises:
            GitHubError: There is none.
        """
        if not number.isdigit() or int(number) not in self.pulls:
            raise not_found()
        return self.pulls[int(number)]

    def sha(self, reference: str) -> str:
        """Return the commit that a reference names.

        Raises:
            GitHubError: It names none.
        """
        found = self.git.resolve(f"refs/heads/{reference}") or self.git.resolve(reference)
        if found is None:
            raise not_found()
        return found


@dataclass(frozen=True)
class Asked:
    """A request that came in: method, path and the permission it took, as in `contents:read`."""

    method: str
    path: str
    permission: str


class Hub:
    """The company's GitHub.

    Attributes:
        asked: Every authorized request, in order.
        merged: (repository, path) by when a merge last changed it (UTC).
        faults: What to do to the next requests: (method, path pattern, `drop` or a status), taken off as they are used.
        denied: Permissions that the app lacks, such as `contents:write`.
        app, installation, app_key: The App that may ask for tokens, its installation, and its public key, PEM.
        tokens_given: How many tokens the App was given.
        downloads: What redirects lead to by name: bytes, media type, until when.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.repositories: dict[str, Repository] = {}
        self.asked: list[Asked] = []
        self.merged: dict[tuple[str, str], datetime] = {}
        self.faults: list[tuple[str, str, str]] = []
        self.denied: set[str] = set()
        self.downloads: dict[str, tuple[bytes, str, datetime]] = {}
        self.app, self.installation, self.app_key = "", 0, ""
        self.tokens_given = 0
        self.url = ""
        self.ids = count(1001)

    def now(self) -> datetime:
        """Return the time (UTC), in whole seconds as GitHub tells it."""
        return datetime.fromtimestamp(int(self.clock.time()), UTC)

    def merged_since(self, condition: Mapping[str, Any]) -> datetime | None:
        """Return since when a merge changed what a condition names: `merged` the repository, `path` a file in it."""
        repository, path = str(condition.get("merged", "")), str(condition.get("path", ""))
        times = [at for (where, what), at in self.merged.items() if where == repository and path in {"", what}]
        return min(times, default=None)

    def repository(self, owner: str, name: str) -> Repository:
        """Return a repository.

        Raises:
            GitHubError: There is none.
        """
        found = self.repositories.get(f"{owner}/{name}".lower())
        if found is None:
            raise not_found()
        return found

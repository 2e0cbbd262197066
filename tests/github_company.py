"""A company with code on GitHub: the sandbox's, the product's tools pointed at it, and the executor to change it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from config.settings import settings
from sandbox.company import Company, running
from sandbox.demo import WORLDS
from sandbox.github.git import Git, Person
from sandbox.github.state import Hub, Pull
from tests.tools.conftest import KEY, MemoryLedger
from tools import CATALOGUE
from tools.contract import Change, JsonObject
from tools.declare import checked
from tools.execute import Executor
from tools.grants import issue
from tools.proposal import Grant, Outcome, Proposal

QUEUE = 'resource "aws_sqs_queue" "invoices" {\n  name = "invoices"\n}\n'
_numbers = count(1)


@dataclass(frozen=True)
class Office:
    """The company, and the door through which it is changed."""

    company: Company

    @property
    def hub(self) -> Hub:
        """The company's GitHub."""
        return self.company.hub

    def git(self, repository: str) -> Git:
        """Return a repository's git."""
        return self.hub.repositories[repository].git

    def pulls(self, repository: str) -> list[Pull]:
        """Return the pull requests that were opened from here."""
        return [one for one in self.hub.repositories[repository].pulls.values() if one.author.endswith("[bot]")]

    def grant(self, tool: str, **args: object) -> Grant:
        """Return a good grant of a change as it is shown now."""
        change = CATALOGUE[tool]
        assert isinstance(change, Change)
        fit, now = checked(change, args), datetime.now(UTC)
        shown = change.preview(**fit)
        name = f"action-{next(_numbers)}"
        proposal = Proposal(
            id=name,
            tool=tool,
            version=change.version,
            args=fit,
            risk=change.risk,
            needs=change.needs,
            preview=shown,
            reason="It was asked for",
            evidence=(),
            asker="U0ANA0001",
            environment="",
            service="",
            run_id="run-1",
            at=now,
        )
        return issue(
            KEY,
            proposal,
            approvers=("U0BEN0001",),
            rule="rule",
            policy_version="p1",
            granted_at=now,
            expires_at=now + timedelta(minutes=15),
        )

    def carries_out(self, grant: Grant) -> Outcome:
        """Carry a grant out as the product does."""
        return Executor(CATALOGUE, MemoryLedger(), KEY, lambda: datetime.now(UTC)).execute(grant)

    def pushes(self, repository: str, branch: str, files: JsonObject) -> str:
        """Let somebody push a commit to a branch."""
        git = self.git(repository)
        head = git.resolve(f"refs/heads/{branch}") or ""
        written = [("100644", git.write_blob(str(text).encode()), path) for path, text in files.items()]
        by = Person("Ana", "ana@acme.example", datetime.now(UTC))
        sha = git.write_commit(git.write_tree(head, written), [head], "Push", by)
        git.run("update-ref", f"refs/heads/{branch}", sha)
        return sha


@contextmanager
def opened(world: str = "pull-request") -> Iterator[Office]:
    """Run the company and point the tools at it for the length of the block."""
    with running(WORLDS / world) as company, pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment().items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield Office(company)
    settings.cache_clear()


def queue(**other: object) -> JsonObject:
    """Return the arguments of a pull request that adds a queue."""
    return {
        "repository": "acme/infrastructure",
        "title": "Add a queue for invoices",
        "body": "Invoices are written later.",
        "files": {"queue.tf": QUEUE},
        "labels": ["infrastructure"],
        "reviewers": ["ben"],
        **other,
    }

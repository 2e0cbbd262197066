"""What the checks of a commit say, check runs and commit statuses alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.contract import Call, Finding, JsonObject, Observation, Role, ToolError
from tools.declare import reads
from tools.github.client import Reader, reader
from tools.github.names import Ref, Repository, below
from tools.kube.fields import plural, some, text, texts

FINDINGS = {
    "check_failed": "A check of a commit or pull request failed, so it cannot be trusted, and mostly not be merged.",
}
NEEDS = ("checks:read", "contents:read", "metadata:read", "statuses:read")


class State(StrEnum):
    """How far a check is."""

    PASSED = "passed"
    FAILED = "failed"
    RUNNING = "running"


@dataclass(frozen=True)
class Check:
    """A check of a commit."""

    name: str
    state: State
    summary: str = ""

    @property
    def line(self) -> str:
        """One line for people."""
        said = " ".join(self.summary.split())[:200]
        return f"- {self.name}: {self.state}{f' ({said})' if said else ''}"


def checks_of(api: Reader, repository: str, sha: str) -> list[Check]:
    """Return the checks of a commit, the failed first.

    Raises:
        ToolError: They cannot be read.
    """
    doing = f"read the checks of {sha[:8]} in {repository}"
    runs = api.every(below(repository, "commits", sha, "check-runs"), doing, {"filter": "latest"}, key="check_runs")
    statuses = api.every(below(repository, "commits", sha, "status"), doing, key="statuses")
    found = [*map(_run, runs), *map(_status, statuses)]
    order = (State.FAILED, State.RUNNING, State.PASSED)
    return sorted(found, key=lambda one: (order.index(one.state), one.name))


def required_checks(api: Reader, repository: str, branch: str) -> list[str]:
    """Return the names of the checks that a branch's protection wants before a merge."""
    told = api.get(below(repository, "branches", branch), f"read the branch {branch} of {repository}")
    return texts(told, "protection", "required_status_checks", "contexts")


def unmet(checks: Sequence[Check], required: Sequence[str]) -> list[str]:
    """Return what stands against a merge: checks that failed or run still, and required ones that are not there."""
    there = {one.name for one in checks}
    open_ = [f"{one.name} {one.state}" for one in checks if one.state is not State.PASSED]
    return [*open_, *(f"{name} not there yet" for name in required if name not in there)]


def summed(checks: Sequence[Check]) -> str:
    """Say in a few words how the checks stand."""
    by_state = {state: [one.name for one in checks if one.state is state] for state in State}
    told = [f"{len(names)} {state} ({some(names)})" for state, names in by_state.items() if names]
    return ", ".join(told) or "no checks"


@reads(needs=NEEDS)
def github_checks(repository: Repository, ref: Ref) -> Observation:
    """Show what the checks of a branch's head or of a commit say."""
    if not ref:
        raise ToolError("Name a branch or a commit whose checks you want to see.")
    api = reader()
    told = api.get(below(repository, "commits", ref), f"find {ref} in {repository}")
    sha = text(told, "sha")
    found = checks_of(api, repository, sha)
    head = f"{plural(len(found), 'check')} of {ref} ({sha[:8]}) in {repository}: {summed(found)}."
    return Observation("\n".join([head, *(one.line for one in found)]), failures(repository, sha, found), head)


def failures(repository: str, sha: str, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Return a finding for each failed check."""
    return tuple(
        Finding(
            code="check_failed",
            subject=f"check/{repository}/{one.name}",
            observed=f"{one.name} failed on {sha[:8]}{f': {said[:200]}' if (said := one.summary.strip()) else ''}.",
            pointer=f"checks of {sha[:8]}, {one.name}",
            confidence=0.95,
            role=Role.SYMPTOM,
            leads_to=(Call("github_runs", {"repository": repository, "commit": sha}),),
        )
        for one in checks
        if one.state is State.FAILED
    )


def _run(told: JsonObject) -> Check:
    conclusion = text(told, "conclusion")
    passed = State.PASSED if conclusion in {"success", "neutral", "skipped"} else State.FAILED
    state = passed if text(told, "status") == "completed" else State.RUNNING
    return Check(text(told, "name"), state, text(told, "output", "summary"))


def _status(told: JsonObject) -> Check:
    states = {"success": State.PASSED, "pending": State.RUNNING}
    return Check(text(told, "context"), states.get(text(told, "state"), State.FAILED), text(told, "description"))

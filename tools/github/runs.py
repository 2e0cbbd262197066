"""Workflow runs of GitHub Actions: which there were, and one with its jobs, the failing step and the end of its log."""

from collections import deque
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.github.client import Reader, reader
from tools.github.names import JobId, Ref, Repository, RunId, below
from tools.kube.fields import moment, number, parts, plural, text

FINDINGS = {
    "workflow_failed": "A run of a GitHub Actions workflow failed.",
    "workflow_step_failed": "A step of a job failed; its log says why.",
}
NEEDS = ("actions:read", "metadata:read")
BAD = frozenset({"failure", "timed_out", "startup_failure"})
LINES = 120
LINE = 500
"""Characters of a log line that are shown."""

Lines = Annotated[int, Field(ge=1, le=400, description="lines from the end of the log")]


def runs_of(api: Reader, repository: str, *, branch: str = "", commit: str = "", most: int = 20) -> list[JsonObject]:
    """Return workflow runs, newest first.

    Raises:
        ToolError: They cannot be listed.
    """
    query = {name: value for name, value in (("branch", branch), ("head_sha", commit)) if value}
    where = below(repository, "actions", "runs")
    return api.every(where, f"list workflow runs of {repository}", query, key="workflow_runs", most=most)


def jobs_of(api: Reader, repository: str, run: int) -> list[JsonObject]:
    """Return the jobs of a run's last attempt.

    Raises:
        ToolError: They cannot be listed.
    """
    where = below(repository, "actions", "runs", run, "jobs")
    return api.every(where, f"list the jobs of run {run}", {"filter": "latest"}, key="jobs")


def job_log(api: Reader, repository: str, job: int) -> Iterator[str]:
    """Yield the raw lines of a job's log, timestamps and escapes included, as they arrive; it may be very large.

    Raises:
        ToolError: There is no log yet, or none any more (GitHub keeps logs for 90 days by default).
    """
    return api.lines(below(repository, "actions", "jobs", job, "logs"), f"read the log of job {job}")


@reads(needs=NEEDS)
def github_runs(repository: Repository, branch: Ref = "", commit: Ref = "") -> Observation:
    """List the workflow runs of a repository, newest first; of a branch or of a commit if named."""
    found = runs_of(reader(), repository, branch=branch, commit=commit)
    failed = [one for one in found if text(one, "conclusion") in BAD]
    where = f"{f' on {branch}' if branch else ''}{f' of {commit[:8]}' if commit else ''}"
    head = f"{plural(len(found), 'run')} in {repository}{where}, {len(failed)} failed."
    lines = [head, *(f"- {_run(one)}" for one in found)]
    return Observation("\n".join(lines), tuple(_failed(repository, one) for one in failed[:3]), head)


@reads(needs=NEEDS)
def github_run(repository: Repository, run: RunId) -> Observation:
    """Show a workflow run: its jobs, and the steps that failed."""
    api = reader()
    told = api.get(below(repository, "actions", "runs", run), f"read run {run} of {repository}")
    jobs = jobs_of(api, repository, run)
    steps = [(job, step) for job in jobs for step in parts(job, "steps") if text(step, "conclusion") in BAD]
    head = f"Run {run} of {repository}: {_run(told)}."
    lines = [head, *(line for job in jobs for line in _job(job))]
    return Observation("\n".join(lines), tuple(_step(repository, job, step) for job, step in steps), head)


@reads(needs=NEEDS)
def github_run_log(repository: Repository, job: JobId, lines: Lines = LINES) -> Observation:
    """Show the end of a job's log."""
    kept: deque[str] = deque(maxlen=lines)
    count = 0
    for count, line in enumerate(job_log(reader(), repository, job), 1):  # noqa: B007 - the count is what is left
        kept.append(line[:LINE])
    head = f"Last {len(kept)} of {plural(count, 'line')} of the log of job {job} in {repository}."
    return Observation("\n".join([head, *kept]), headline=head)


def _run(told: JsonObject) -> str:
    state = text(told, "conclusion") or text(told, "status")
    begun = moment(told, "run_started_at") or moment(told, "created_at")
    when = f"{begun:%Y-%m-%d %H:%M} UTC" if begun else "at no known time"
    attempt = number(told, "run_attempt", default=1)
    again = f", attempt {attempt}" if attempt > 1 else ""
    on = f"{text(told, 'head_branch')} at {text(told, 'head_sha')[:8]}"
    return f"{number(told, 'id')} {text(told, 'name')}: {state} on {on}, {when}{again}"


def _job(job: JsonObject) -> list[str]:
    state = text(job, "conclusion") or text(job, "status")
    failed = [text(step, "name") for step in parts(job, "steps") if text(step, "conclusion") in BAD]
    return [f"- job {number(job, 'id')} {text(job, 'name')}: {state}", *(f"  failed step: {name}" for name in failed)]


def _failed(repository: str, run: JsonObject) -> Finding:
    return Finding(
        code="workflow_failed",
        subject=f"run/{repository}/{number(run, 'id')}",
        observed=f"Workflow {_run(run)}.",
        pointer=f"run {number(run, 'id')}",
        confidence=0.95,
        role=Role.SYMPTOM,
        since=moment(run, "run_started_at"),
        leads_to=(Call("github_run", {"repository": repository, "run": number(run, "id")}),),
    )


def _step(repository: str, job: JsonObject, step: JsonObject) -> Finding:
    return Finding(
        code="workflow_step_failed",
        subject=f"job/{repository}/{text(job, 'name')}",
        observed=f"Step {number(step, 'number')} “{text(step, 'name')}” of job {text(job, 'name')} failed.",
        pointer=f"job {number(job, 'id')}, step {number(step, 'number')}",
        confidence=0.95,
        role=Role.SYMPTOM,
        since=moment(job, "completed_at"),
        leads_to=(Call("github_run_log", {"repository": repository, "job": number(job, "id")}),),
    )

"""Find the failed run that is meant, its failed jobs, and the last green run to compare with."""

from collections.abc import Iterable

from tools.ci.log import SECOND, Told
from tools.ci.triage import suspicious
from tools.contract import JsonObject, ToolError
from tools.github.client import Reader
from tools.github.names import below
from tools.github.runs import BAD, job_log, jobs_of, runs_of
from tools.kube.fields import number, parts, text


def failed_run(api: Reader, repository: str, run: int, branch: str) -> JsonObject:
    """Return the run of that id, or the newest failed one of the repository or branch if it is 0.

    Raises:
        ToolError: There is none.
    """
    if run:
        return api.get(below(repository, "actions", "runs", run), f"read run {run} of {repository}")
    failed = [one for one in runs_of(api, repository, branch=branch, most=50) if text(one, "conclusion") in BAD]
    if not failed:
        where = f" on {branch}" if branch else ""
        raise ToolError(f"None of the last runs of {repository}{where} failed, so there is nothing to triage.")
    return failed[0]


def failed_jobs(api: Reader, repository: str, run: JsonObject) -> list[JsonObject]:
    """Return the jobs of a run that failed, of one that is still going too.

    Raises:
        ToolError: None failed, so far or at all.
    """
    failed = [job for job in jobs_of(api, repository, number(run, "id")) if text(job, "conclusion") in BAD]
    if not failed:
        state = text(run, "conclusion") or text(run, "status")
        raise ToolError(f"No job of run {number(run, 'id')} of {repository} failed ({state}): nothing to triage.")
    return failed


def failed_steps(job: JsonObject) -> tuple[Told, ...]:
    """Return a job's steps that failed it, as GitHub tells; one that may fail (continue-on-error) is not among them."""
    return tuple(
        Told(text(step, "name"), text(step, "started_at")[:SECOND], text(step, "completed_at")[:SECOND])
        for step in parts(job, "steps")
        if text(step, "conclusion") in BAD
    )


def green_lines(api: Reader, repository: str, run: JsonObject, job: str) -> frozenset[str] | None:
    """Return the suspicious lines of the same job in the workflow's last green run, None if there is none to read."""
    try:
        log = _green_log(api, repository, run, job)
        return None if log is None else suspicious(log)
    except ToolError:  # a log that is gone is no reason to say nothing about the one that is there
        return None


def _green_log(api: Reader, repository: str, run: JsonObject, job: str) -> Iterable[str] | None:
    for other in runs_of(api, repository, most=30):
        same = text(other, "name") == text(run, "name") and number(other, "id") != number(run, "id")
        if same and text(other, "conclusion") == "success":
            jobs = jobs_of(api, repository, number(other, "id"))
            found = next((one for one in jobs if text(one, "name") == job), None)
            return job_log(api, repository, number(found, "id")) if found else None
    return None

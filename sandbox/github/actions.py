"""Workflow runs, their jobs and logs, and running them again."""

from __future__ import annotations

import io
import secrets
import zipfile
from dataclasses import replace
from datetime import timedelta

from sandbox.github.refusals import GitHubError, not_found
from sandbox.github.requests import Answer, Here
from sandbox.github.shapes import MOST_ARTIFACTS, artifact_shape, job_shape, run_shape, state_of
from sandbox.github.state import Hub, Job, Run

RERUN_SECONDS = 2.0


def list_(here: Here) -> Answer:
    """Answer with workflow runs, newest first, of a branch, commit, event or state."""
    found = sorted(here.repository.runs.values(), key=lambda run: (run.created, run.id), reverse=True)
    shapes = [run_shape(here.hub, here.repository, run) for run in found]
    for field, name in (("head_branch", "branch"), ("head_sha", "head_sha"), ("event", "event")):
        shapes = [one for one in shapes if here.query.get(name, one[field]) == one[field]]
    wanted = here.query.get("status")
    shapes = [one for one in shapes if wanted in {None, one["status"], one["conclusion"]}]
    return Answer({"total_count": len(shapes), "workflow_runs": shapes}, key="workflow_runs")


def get(here: Here) -> Answer:
    """Answer with one run."""
    return Answer(run_shape(here.hub, here.repository, _run(here)))


def jobs(here: Here) -> Answer:
    """Answer with the jobs of the last attempt, or of all."""
    run = _run(here)
    numbered = list(enumerate(run.attempts, 1))[0 if here.query.get("filter") == "all" else -1 :]
    found = [job_shape(here.hub, here.repository, run, number, job) for number, each in numbered for job in each]
    return Answer({"total_count": len(found), "jobs": found}, key="jobs")


def job(here: Here) -> Answer:
    """Answer with one job."""
    run, number, found = _job(here)
    return Answer(job_shape(here.hub, here.repository, run, number, found))


def job_log(here: Here) -> Answer:
    """Send the client to where the log is, for a minute."""
    _, _, found = _job(here)
    if found.ended > here.hub.clock.now() or not found.log:
        raise not_found()
    return _elsewhere(here.hub, found.log.encode(), "text/plain; charset=utf-8")


def run_logs(here: Here) -> Answer:
    """Send the client to where a zip of all logs is, for a minute."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(_run(here).attempts[-1]):
            archive.writestr(f"{number}_{one.name.replace('/', '_')}.txt", one.log)
    return _elsewhere(here.hub, packed.getvalue(), "application/zip")


def artifacts(here: Here) -> Answer:
    """Answer with the artifacts of a run; an artifact's id is the run's, and its place."""
    run = _run(here)
    shapes = [artifact_shape(here.hub, here.repository, run, place) for place in range(len(run.artifacts))]
    return Answer({"total_count": len(shapes), "artifacts": shapes}, key="artifacts")


def artifact(here: Here) -> Answer:
    """Send the client to where the zip of an artifact is, for a minute."""
    number, place = divmod(int(here.parts["artifact"]), MOST_ARTIFACTS)
    run = here.repository.runs.get(number)
    if run is None or place >= len(run.artifacts):
        raise not_found()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in list(run.artifacts.values())[place].items():
            archive.writestr(name, content)
    return _elsewhere(here.hub, packed.getvalue(), "application/zip")


def rerun(here: Here) -> Answer:
    """Run all jobs again."""
    return _again(here, failed_only=False)


def rerun_failed(here: Here) -> Answer:
    """Run the jobs again that failed."""
    return _again(here, failed_only=True)


def _again(here: Here, *, failed_only: bool) -> Answer:
    run = _run(here)
    status, conclusion, _ = state_of(here.hub, run.attempts[-1])
    if status != "completed":
        raise GitHubError(403, "This workflow is already running")
    if failed_only and conclusion == "success":
        raise GitHubError(403, "This workflow run cannot be retried")
    old = run.attempts[-1]
    run.attempts.append([_once_more(here.hub, run, job) if _due(job, failed_only) else job for job in old])
    return Answer({}, 201)


def _due(job: Job, failed_only: bool) -> bool:  # noqa: FBT001 - one use, beside its meaning
    return not failed_only or job.conclusion not in {"success", "skipped"}


def _once_more(hub: Hub, run: Run, job: Job) -> Job:
    begins, wanted = hub.clock.now(), run.next_conclusion
    steps = [{**step, "conclusion": "success"} for step in job.steps] if wanted == "success" else job.steps
    log = "The job ran again and ended without an error.\n" if wanted == "success" else job.log
    ends = begins + timedelta(seconds=RERUN_SECONDS)
    return replace(job, id=next(hub.ids), conclusion=wanted, steps=steps, log=log, started=begins, ended=ends)


def _run(here: Here) -> Run:
    found = here.repository.runs.get(int(here.parts["run"]))
    if found is None:
        raise not_found()
    return found


def _job(here: Here) -> tuple[Run, int, Job]:
    wanted = int(here.parts["job"])
    for run in here.repository.runs.values():
        for number, attempt in enumerate(run.attempts, 1):
            for one in attempt:
                if one.id == wanted:
                    return run, number, one
    raise not_found()


def _elsewhere(hub: Hub, data: bytes, media: str) -> Answer:
    name = secrets.token_urlsafe(16)
    hub.downloads[name] = (data, media, hub.clock.now() + timedelta(minutes=1))
    return Answer(None, 302, {"Location": f"{hub.url}/_downloads/{name}"})

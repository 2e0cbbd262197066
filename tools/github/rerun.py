"""Run the failed jobs of a workflow run again."""

import time

from tools.acting import grant
from tools.contract import JsonObject, Preview, Risk, Settled, Settlement, ToolError
from tools.declare import changes
from tools.github.client import Reader, reader, writer
from tools.github.names import Repository, RunId, below
from tools.github.runs import jobs_of
from tools.kube.fields import number, plural, some, text

SETTLE_SECONDS, LOOK_SECONDS = 6.0, 0.5


def preview_rerun(repository: Repository, run: RunId) -> Preview:
    """Say what `github_rerun` would do.

    Raises:
        ToolError: The run is still going, or nothing in it failed.
    """
    api = reader()
    told = _run(api, repository, run)
    if text(told, "status") != "completed":
        raise ToolError(f"Run {run} is {text(told, 'status')}; wait for it to end.")
    failed = [
        text(job, "name")
        for job in jobs_of(api, repository, run)
        if text(job, "conclusion") not in {"success", "skipped"}
    ]
    if not failed:
        raise ToolError(f"Nothing in run {run} of {repository} failed, so there is nothing to run again.")
    attempt, sha = number(told, "run_attempt", default=1), text(told, "head_sha")
    return Preview(
        summary=f"Run {plural(len(failed), 'failed job')} of {text(told, 'name')} ({run}) in {repository} again.",
        diff=f"-attempt {attempt}: {text(told, 'conclusion')}\n+attempt {attempt + 1}: {some(failed)}, at {sha[:8]}",
        blast_radius="The jobs run with their secrets, and those that need them run after; one that deploys, deploys.",
        way_back="Cancel the run on GitHub while it is going.",
        observed={"repository": repository, "run": run, "attempt": attempt, "head_sha": sha},
    )


def settle_rerun(repository: Repository, run: RunId) -> Settlement:
    """Read back whether there is an attempt after the one that was shown."""
    api, until, before = (
        reader(),
        time.monotonic() + SETTLE_SECONDS,
        number(grant().proposal.preview.observed, "attempt"),
    )
    while True:
        told = _run(api, repository, run)
        attempt = number(told, "run_attempt", default=1)
        if attempt > before or time.monotonic() > until:
            break
        time.sleep(LOOK_SECONDS)
    if attempt > before:
        state = text(told, "conclusion") or text(told, "status")
        return Settlement(Settled.DONE, f"Run {run} is at attempt {attempt}: {state}.")
    return Settlement(Settled.NOT_DONE, f"Run {run} is at attempt {attempt}, as before.")


@changes(
    risk=Risk.MEDIUM,
    needs=("actions:read", "actions:write", "metadata:read"),
    preview=preview_rerun,
    settle=settle_rerun,
)
def github_rerun(repository: Repository, run: RunId) -> str:
    """Run the failed jobs of a workflow run again, on the same commit.

    Medium risk: the code is the same, but a job that deploys would deploy again.
    """
    nothing: JsonObject = {}
    where = below(repository, "actions", "runs", run, "rerun-failed-jobs")
    writer().send("POST", where, f"run the failed jobs of {run} again", nothing)
    return f"Asked GitHub to run the failed jobs of run {run} again."


def _run(api: Reader, repository: str, run: int) -> JsonObject:
    return api.get(below(repository, "actions", "runs", run), f"read run {run} of {repository}")

"""Jobs and cron jobs: which failed, which no longer run, and which are in order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    ago,
    condition,
    created,
    first,
    flag,
    moment,
    name_of,
    namespace_of,
    number,
    parts,
    plural,
    subject,
    text,
    within,
)

FINDINGS = {
    "job_failed": "A job failed in the last day.",
    "cron_failing": "The latest run of a cron job failed.",
    "cron_suspended": "A cron job is suspended, so it does not run.",
    "cron_overdue": "A cron job has not succeeded since its run before last.",
    "jobs_fine": "The jobs and cron jobs are in order.",
}
DAY = timedelta(days=1)
MEANINGS = {
    "BackoffLimitExceeded": "its pods failed more often than its back-off limit allows",
    "DeadlineExceeded": "it ran longer than activeDeadlineSeconds allows",
    "PodFailurePolicy": "its pod failure policy ended it",
}
"""https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup"""


@reads(needs=("batch/jobs:list", "batch/cronjobs:list"))
def kube_jobs(namespace: Everywhere = "") -> Observation:
    """Look at jobs and cron jobs: which failed and why, which are suspended or overdue."""
    api, now = reader(), datetime.now(UTC)
    jobs, crons = api.any("jobs", namespace), api.any("cronjobs", namespace)
    rows = [_row(one, now) for one in jobs] + [_cron_row(one, now) for one in crons]
    return Observation("\n".join([*(rows or ["No job."]), *api.unseen]), analyze(jobs, crons, now))


def analyze(jobs: Sequence[JsonObject], crons: Sequence[JsonObject], now: datetime) -> tuple[Finding, ...]:
    """Return which jobs failed or do not run, or that all are in order."""
    found = [each for one in crons if (each := _cron(one, jobs, now))]
    told = {subject("cronjob", one) for one in crons}
    loose = [one for one in jobs if _master(one) not in told]
    found += [each for one in loose if (each := _failed(one, "job_failed", subject("job", one), now))]
    if found or not (jobs or crons):
        return tuple(found)
    said = f"{plural(len(jobs), 'job')} and {plural(len(crons), 'cron job')} in order."
    return (Finding("jobs_fine", "cluster", said, "status.conditions", 0.6, Role.HEALTHY),)


def _cron(cron: JsonObject, jobs: Sequence[JsonObject], now: datetime) -> Finding | None:
    where, name = subject("cronjob", cron), name_of(cron)
    mine = sorted((one for one in jobs if _master(one) == where), key=lambda one: created(one) or now)
    if mine and (failed := _failed(mine[-1], "cron_failing", where, now)):
        return failed
    if flag(cron, "spec", "suspend"):
        said = f"Cron job {name} is suspended; it ran last {ago(moment(cron, 'status', 'lastScheduleTime'), now)}."
        advice = "Resume it if nobody suspended it on purpose."
        return Finding("cron_suspended", where, said, "spec.suspend", 0.5, Role.CHANGE, advice=advice)
    ran, well = moment(cron, "status", "lastScheduleTime"), moment(cron, "status", "lastSuccessfulTime")
    if ran and well and ran - well > DAY and not number(cron, "status", "active"):
        said = f"Cron job {name} ran {ago(ran, now)} and has not succeeded since {ago(well, now)}."
        return Finding("cron_overdue", where, said, "status.lastSuccessfulTime", 0.6, Role.SYMPTOM, well)
    return None


def _failed(job: JsonObject, code: str, where: str, now: datetime) -> Finding | None:
    state = condition(job, "Failed")
    since = moment(state, "lastTransitionTime")
    if text(state, "status") != "True" or not within(since or now, now, DAY):
        return None
    reason = text(state, "reason")
    why = MEANINGS.get(reason, first(text(state, "message"), 160)) or "no reason given"
    what = "Cron job" if code == "cron_failing" else "Job"
    said = f"{what} {where.rpartition('/')[2]} failed {ago(since, now)} ({reason or 'Failed'}): {why}."
    look = (Call("kube_log_errors", {"namespace": namespace_of(job), "workload": name_of(job)}),)
    advice = "Read the log of its last pod; mend what it says, then start it again."
    return Finding(code, where, said, "condition Failed", 0.75, Role.CAUSE, since, look, advice=advice)


def _master(job: JsonObject) -> str:
    owner = next((one for one in parts(job, "metadata", "ownerReferences") if text(one, "kind") == "CronJob"), {})
    return f"cronjob/{namespace_of(job)}/{text(owner, 'name')}" if owner else ""


def _row(one: JsonObject, now: datetime) -> str:
    done, failed = number(one, "status", "succeeded"), number(one, "status", "failed")
    active = number(one, "status", "active")
    counts = f"{done} done, {failed} failed, {active} active"
    return f"job {namespace_of(one)}/{name_of(one)} {counts}, {ago(created(one), now)}"


def _cron_row(one: JsonObject, now: datetime) -> str:
    ran = ago(moment(one, "status", "lastScheduleTime"), now)
    paused = ", suspended" if flag(one, "spec", "suspend") else ""
    return f"cronjob {namespace_of(one)}/{name_of(one)} {text(one, 'spec', 'schedule')}{paused}, last run {ran}"

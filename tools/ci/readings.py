"""Readings for delivery: why a run of GitHub Actions failed, and how much a pull request could hurt."""

from typing import Annotated

from pydantic import Field

from tools.ci import plans
from tools.ci.fixes import fix_of
from tools.ci.runs import failed_jobs, failed_run, failed_steps, green_lines
from tools.ci.signs import Category
from tools.ci.triage import Diagnosis, triage
from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.github.checks import NEEDS, checks_of, required_checks, summed, unmet
from tools.github.client import Reader, reader
from tools.github.names import Number, Ref, Repository, below
from tools.github.pulls import pull_of
from tools.github.runs import job_log
from tools.kube.fields import moment, number, plural, text
from tools.terraform.diff_risk import risk_of_diff
from tools.terraform.risk import Concern, Level, Verdict, verdict

FINDINGS = {
    "ci_failed": "A job of a pipeline failed; what kind of failure it is and the line of its log that says why.",
    "change_risk_low": "Nothing in a pull request is known to hurt.",
    "change_risk_medium": "A pull request has something that people should look at before it is merged.",
    "change_risk_high": "A pull request could destroy data, open access or stop a service.",
}
MOST_JOBS, MOST_CONCERNS = 3, 8
_AGAIN = frozenset({Category.FLAKY, Category.NETWORK, Category.INFRASTRUCTURE})
_ADVICE = {
    Category.PERMISSION: "Give the workflow the permission or the secret that it misses; no pull request of mine may.",
    Category.RESOURCES: "Give the job a larger runner, or have it need less memory or disk.",
    Category.TIMEOUT: "Find out what it waited for before it is run again: a longer limit hides what hangs.",
    Category.CONFIGURATION: "Correct the workflow or the settings that it names; people own what runs with secrets.",
    Category.UNKNOWN: "Read the whole log; nothing in it is of a tool that I know.",
}
RunOrNone = Annotated[int, Field(ge=0, le=10**15, description="id of the run, as in its address; 0 = the last failed")]


@reads(needs=("actions:read", "contents:read", "metadata:read"))
def ci_triage(repository: Repository, run: RunOrNone = 0, branch: Ref = "") -> Observation:
    """Say why a run of GitHub Actions failed: the step, the lines of the log, what kind of failure, what to do."""
    api = reader()
    told = failed_run(api, repository, run, branch)
    jobs = failed_jobs(api, repository, told)
    title = f"Run {number(told, 'id')} ({text(told, 'name')}) of {repository} on {text(told, 'head_branch')}"
    head = f"{title}: {plural(len(jobs), 'failed job')}."
    looked = [(job, _diagnosed(api, repository, told, job)) for job in jobs[:MOST_JOBS]]
    findings = tuple(_failed(api, repository, told, job, why) for job, why in looked)
    return Observation("\n\n".join([head, *(_told(why) for _, why in looked)]), findings, head)


@reads(needs=("actions:read", *NEEDS, "pull_requests:read"))
def change_risk(repository: Repository, pull: Number) -> Observation:
    """Say how much a pull request could hurt: from its diff, and its Terraform plans (files, artifacts, comments)."""
    api = reader()
    told, judged = risk_of_pull(api, repository, pull)
    sha, base = text(told, "head", "sha"), text(told, "base", "ref")
    checks = checks_of(api, repository, sha)
    missing = unmet(checks, required_checks(api, repository, base))
    head = f"Risk of #{pull} “{text(told, 'title')}” in {repository}: {judged.level}. {judged.summary}"
    lines = [head, *(f"- {one}" for one in judged.concerns), f"Checks: {summed(checks)}."]
    return Observation("\n".join(lines), (_risky(repository, pull, judged, missing, sha),), head)


def risk_of_pull(api: Reader, repository: str, pull: int) -> tuple[JsonObject, Verdict]:
    """Return a pull request as GitHub tells it, and its risk.

    Raises:
        ToolError: There is none, or its diff cannot be read.
    """
    told, where = pull_of(api, repository, pull), below(repository, "pulls", pull)
    judged = risk_of_diff(api.diff(where, f"read the diff of pull request {pull}"))
    return told, _with_plans(judged, plans.concerns(api, repository, pull, text(told, "head", "sha")))


def _diagnosed(api: Reader, repository: str, run: JsonObject, job: JsonObject) -> Diagnosis:
    green = green_lines(api, repository, run, text(job, "name"))
    return triage(job_log(api, repository, number(job, "id")), green=green, failed=failed_steps(job))


def _told(why: Diagnosis) -> str:
    lines = "\n".join(f"{number:>7} {line.replace('```', chr(39) * 3)}" for number, line in why.excerpt)
    known, unknown = (" ".join(each) for each in (why.known, why.unknown))
    missing = f"Not known: {unknown}\n" if unknown else ""
    return f"{why.category} ({why.confidence:.0%} sure), {why.lines} lines. {known}\n{missing}```\n{lines}\n```"


def _failed(api: Reader, repository: str, run: JsonObject, job: JsonObject, why: Diagnosis) -> Finding:
    name, again = text(job, "name"), number(run, "run_attempt", default=1) > 1
    rerun = Call("github_rerun", {"repository": repository, "run": number(run, "id")})
    fix = fix_of(api, repository, text(run, "head_branch"), why)
    said = f"Job {name} failed in step “{why.step}”: {why.category} failure" + (f": {why.reason}" if why.reason else "")
    return Finding(
        code="ci_failed",
        subject=f"job/{repository}/{name}",
        observed=f"{said.rstrip('.')}.",
        pointer=f"log of job {number(job, 'id')}, line {why.reason_line}",
        confidence=why.confidence,
        role=Role.CAUSE,
        since=moment(job, "completed_at"),
        remedy=fix or (rerun if why.category in _AGAIN and not again else None),
        advice=_advice(why, again=again),
    )


def _advice(why: Diagnosis, *, again: bool) -> str:
    if why.category in _AGAIN and again:
        return "It was run again already and failed again, so it is not chance; look at what it could not reach."
    return _ADVICE.get(why.category, "Correct what the log names; which change is right is for whoever wrote it.")


def _with_plans(judged: Verdict, concerns: list[Concern]) -> Verdict:
    """Add what plans say would hurt: they can only make the verdict worse, whoever wrote them."""
    worst = max((each.level for each in concerns), default=Level.LOW)
    added = verdict(concerns, judged.summary)
    level = max(Level[judged.level.upper()], worst)
    return Verdict(level.word, judged.summary, tuple(dict.fromkeys((*added.concerns, *judged.concerns))))


def _risky(repository: str, pull: int, judged: Verdict, missing: list[str], sha: str) -> Finding:
    why = " ".join(judged.concerns[:MOST_CONCERNS]) or judged.summary
    low = judged.level == "low"
    merge = Call("github_merge_low_risk", {"repository": repository, "pull": pull})
    open_ = f" Not green yet: {', '.join(missing)}." if missing else ""
    return Finding(
        code=f"change_risk_{judged.level}",
        subject=f"pull/{repository}/{pull}",
        observed=f"The risk of pull request {pull} at {sha[:8]} is {judged.level}: {why}{open_}",
        pointer=f"diff and plans of pull request {pull}",
        confidence=0.8,
        role=Role.CONTEXT if low else Role.CAUSE,
        remedy=(merge if not missing else None) if low else _said(repository, pull, judged),
        advice="" if low and not missing else "People who own what it touches have to look at it before it is merged.",
    )


def _said(repository: str, pull: int, judged: Verdict) -> Call:
    """Return the comment that tells the concerns where the change is reviewed."""
    concerns = "\n".join(f"- {one}" for one in judged.concerns[:MOST_CONCERNS])
    body = f"**Risk: {judged.level}.** {judged.summary}\n\n{concerns}\n\nPlease look at these before it is merged."
    return Call("github_comment", {"repository": repository, "pull": pull, "body": body})

"""What is open in the accounts: the posture, and all there is to say about one control or resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from pydantic import Field

from tools.contract import Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.security import live, trend
from tools.security.books import remembered
from tools.security.code import terraform
from tools.security.history import Moved
from tools.security.homes import homes, regions
from tools.security.hub import Reach, hub_findings
from tools.security.posture import Issue, counted, issues
from tools.security.records import Severity
from tools.security.remediate import remedy_of
from tools.security.remedying import proposed
from tools.security.standing import breakdown

FINDINGS = {
    "control_failed": "A resource fails a security control, or a service reports something about it, still open.",
    "posture_clean": "Security Hub has no open finding where it was asked.",
}

NEEDS = (
    "securityhub:GetFindings",
    "securityhub:ListFindingAggregators",
    "securityhub:GetFindingAggregator",
    "contents:read",
    "metadata:read",
    *live.NEEDS,
)
ROWS = 40
WEEK, MONTH = 7, 30
"""Days that a headline and a picture go back."""
REMEDIED = 8
"""How many come with their pull request: a few more than an answer shows, each edit being judged as a whole module."""
Words = Annotated[
    str, Field(max_length=2048, description="control such as S3.8, resource, account or finding's id; empty for all")
]


@reads(needs=NEEDS)
def security_posture(about: Words = "") -> Observation:
    """Rank what Security Hub has open, over its accounts and regions: by severity, exposure and age.

    Passed, archived, suppressed and resolved findings are not open. Findings of several standards about the same
    control and resource are one item.
    """
    reach = hub_findings(regions())
    everything = issues(reach.findings)
    history = remembered(everything, whole=reach.whole)
    found = tuple(issue for issue in everything if about.lower() in _words(issue))
    if about and not found:
        raise ToolError(f"Nothing open is about {about}: give a control such as S3.8, a resource, or leave it out.")
    findings = (*_remediable(found[:REMEDIED]), *map(_finding, found[REMEDIED:ROWS]))
    told = None if about else trend.since(history, WEEK)
    head, chart = _headline(found, reach, told), None if about else trend.chart(history, MONTH)
    return Observation(_text(head, found, reach), findings or (_clean(reach),), head, chart)


def _words(issue: Issue) -> str:
    named = sorted({name for one in issue.findings for name in (one.account, one.id)})
    return " ".join((issue.control, issue.resource, *named)).lower()


def _remediable(found: Sequence[Issue]) -> Iterator[Finding]:
    """Yield findings with the pull request that ends each, or with what a person should do instead."""
    told, code = homes(), cache(terraform)
    for issue in found:
        try:
            edit = proposed(issue, told, code)  # made again when it is proposed: the code may move
        except ToolError as why:
            yield replace(_finding(issue), advice=str(why))
        else:
            yield replace(_finding(issue), remedy=remedy_of(issue, edit))


def _finding(issue: Issue) -> Finding:
    return Finding(
        code="control_failed",
        subject=f"{issue.control}/{issue.resource}",
        observed=sentence(issue),
        pointer=" ".join(one.id for one in issue.findings),
        confidence=0.9,
        role=Role.CAUSE if issue.severity >= Severity.HIGH else Role.CONTEXT,
        since=issue.since,
    )


def sentence(issue: Issue) -> str:
    """Return an issue in plain words: what is wrong, what could come of it, how bad and for how long."""
    reached = ", reachable from outside" if issue.exposed else ""
    days = max(0, (datetime.now(UTC) - issue.since).days)
    over = next((f", was set aside until {one.aside_until}" for one in issue.findings if one.aside_until), "")
    marks = f"({issue.control}, {issue.severity.word}{reached}, open for {_plural(days, 'day')}{over})"
    return " ".join(part for part in (issue.sentence, issue.risk, marks) if part)


def _clean(reach: Reach) -> Finding:
    return Finding(
        code="posture_clean",
        subject="account/all",
        observed=f"Security Hub has nothing open in {', '.join(reach.regions)}.",
        pointer="all severities",
        confidence=0.8 if reach.unread or reach.failures else 1.0,
        role=Role.HEALTHY,
    )


def _headline(found: Sequence[Issue], reach: Reach, told: Moved | None) -> str:
    counts = ", ".join(f"{count} {severity.word}" for severity, count in counted(found).items())
    exposed = sum(issue.exposed for issue in found)
    many = f"{_plural(len(found), 'security issue')} open ({counts})" if found else "No security issue is open"
    outside = f", {exposed} of them reachable from outside" if exposed else ""
    return f"{many}{outside}.{_stir(found, told)}{limits(reach)}"


def _stir(found: Sequence[Issue], told: Moved | None) -> str:
    """Say what came and went since the look a week ago, or, where there was none, how many were first seen since."""
    ages = [(datetime.now(UTC) - issue.since).days for issue in found]
    new = sum(age < WEEK for age in ages)
    stir = f"Since {told.since:%-d %b}: {trend.words(told)}" if told else f"{new or 'None'} new within a week"
    held = f"; open for {_plural(round(sum(ages) / len(ages)), 'day')} on average" if ages else ""
    return f" {stir}{held}." if told or ages else ""


def limits(reach: Reach) -> str:
    """Say what was not read, a space before it; empty if everything was."""
    words = ", ".join(severity.word for severity in reach.unread)
    unread = f" There are more than could be read in time: {words} ones are counted in part." if words else ""
    return unread + "".join(f" Not asked: {failure}" for failure in reach.failures)


def _text(head: str, found: Sequence[Issue], reach: Reach) -> str:
    lines = [f"{number}. {sentence(issue)}" for number, issue in enumerate(found[:ROWS], 1)]
    more = [f"… and {len(found) - ROWS} more, all of them milder, newer or not exposed."] if len(found) > ROWS else []
    total = f"{_plural(len(reach.findings), 'open finding')} in {', '.join(reach.regions)}."
    return "\n".join([head, total, *breakdown(found, datetime.now(UTC)), *lines, *more])


def _plural(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

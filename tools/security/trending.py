"""How the posture moves over time: what came, what went, what came back, and for how long things stand open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tools.contract import Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.security import trend
from tools.security.books import remembered
from tools.security.history import Moved
from tools.security.homes import regions
from tools.security.hub import hub_findings
from tools.security.posture import issues
from tools.security.readings import MONTH, limits

FINDINGS = {
    "posture_moved": "How what is open of an account or a control changed between two looks.",
    "issue_reopened": "A security issue that was gone is there again.",
}
NEEDS = ("securityhub:GetFindings", "securityhub:ListFindingAggregators", "securityhub:GetFindingAggregator")
ACCOUNTS, CONTROLS, RETURNED = 3, 8, 5
"""How many are told of, what stirred most first; of controls, only what stirred."""

Days = Annotated[int, Field(ge=1, le=180, description="days to look back")]


@reads(needs=NEEDS)
def security_trend(days: Days = MONTH) -> Observation:
    """Say how the posture moved: new, fixed, reopened and mean age, by account and by control, with a chart.

    A look taken now is compared with the one that many days ago, as far as looks are remembered. Fixed is what is open
    no more: remedied, or set aside.
    """
    reach = hub_findings(regions())
    history = remembered(issues(reach.findings), whole=reach.whole)
    told = trend.since(history, days)
    if told is None:
        raise ToolError("Nothing is remembered to compare with yet; from now on every look at the posture is.")
    head = f"Since {told.since:%-d %b}: {trend.spelled(told)}.{_shorter(told, days)}{limits(reach)}"
    findings = (*_returned(told), *_moves(told))
    text = "\n".join([head, *(one.observed for one in findings), *_names(told)])
    return Observation(text, findings, head, trend.chart(history, days))


def _shorter(told: Moved, days: int) -> str:
    """Say that looks do not go back as far as was asked."""
    reached = (told.at - told.since).total_seconds() / trend.DAY
    return " That was the first look that is remembered." if reached < days - 1 else ""


def _returned(told: Moved) -> Iterator[Finding]:
    for one in sorted(told.reopened, key=lambda one: (-one.severity, one.turns[-1]))[:RETURNED]:
        yield Finding(
            code="issue_reopened",
            subject=one.subject,
            observed=f"{trend.names([one])} was gone, and is open again.",
            pointer=f"account {one.account}",
            confidence=0.9,
            role=Role.CAUSE if one.severity >= trend.GRAVE else Role.CONTEXT,
        )


def _moves(told: Moved) -> Iterator[Finding]:
    accounts = trend.by(told, lambda one: one.account)[:ACCOUNTS]
    controls = [line for line in trend.by(told, lambda one: one.control) if line.stir][:CONTROLS]
    for what, line in (*(("account", one) for one in accounts), *(("control", one) for one in controls)):
        yield Finding(
            code="posture_moved",
            subject=f"{what}/{line.name}",
            observed=f"{what.capitalize()} {line.name}: {trend.spelled(line.moved)}.",
            pointer=f"looks of {told.since:%-d %b %H:%M} and {told.at:%-d %b %H:%M} UTC",
            confidence=0.9,
            role=Role.CONTEXT,
        )


def _names(told: Moved) -> Iterator[str]:
    parts = {"New": told.new, "Fixed": told.fixed, "Reopened": told.reopened}
    yield from (f"{name}: {trend.names(tracks)}." for name, tracks in parts.items() if tracks)

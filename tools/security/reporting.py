"""How watchers say what they see: an issue as a finding, a list of issues, and that all is quiet; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tools.contract import Finding, Observation, Role
from tools.security.posture import Issue
from tools.security.records import Severity


def told(issue: Issue) -> dict[str, Any]:
    """Return the members of a finding about an issue, all but its code."""
    return {
        "subject": f"{issue.control}/{issue.resource}",
        "observed": _sentence(issue),
        "pointer": issue.findings[0].id,
        "confidence": 0.8,
        "role": Role.CAUSE if issue.severity >= Severity.HIGH else Role.CONTEXT,
        "since": issue.since,
    }


def _sentence(issue: Issue) -> str:
    days = (datetime.now(UTC) - issue.since).days
    since = f"open for {many(days, 'day')}" if days > 0 else "since today"
    return f"{issue.sentence} ({issue.severity.word}, {since})"


def quiet(code: str, head: str) -> Finding:
    """Return the finding that nothing is open."""
    return Finding(code=code, subject="account/all", observed=head, pointer="all", confidence=0.9, role=Role.HEALTHY)


def observed(head: str, ranked: Sequence[Issue], findings: tuple[Finding, ...]) -> Observation:
    """Return what was seen: a headline, a line an issue, and the findings."""
    lines = (f"{number}. {_sentence(issue)}" for number, issue in enumerate(ranked, 1))
    return Observation("\n".join([head, *lines]), findings, head)


def many(count: int, what: str) -> str:
    """Return a count and its noun."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"

"""Group open findings by control and resource, and rank them by severity, exposure and age; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tools.security.controls import control
from tools.security.records import SecurityFinding, Severity


@dataclass(frozen=True)
class Issue:
    """One control that one resource fails, in however many standards.

    Attributes:
        control: Security Hub's control id, or the kind of finding.
        resource: ARN or id of the resource.
        findings: What was reported, the worst first.
    """

    control: str
    resource: str
    findings: tuple[SecurityFinding, ...]

    @cached_property
    def severity(self) -> Severity:
        """The worst of its findings."""
        return max(one.severity for one in self.findings)

    @cached_property
    def exposed(self) -> bool:
        """Whether it opens something to anybody outside."""
        return any(one.exposed for one in self.findings)

    @cached_property
    def since(self) -> datetime:
        """When it was first seen (UTC)."""
        return min(one.since for one in self.findings)

    @property
    def name(self) -> str:
        """The resource's name, as people say it: with what it is called where AWS gave it an id."""
        given = next((name for one in self.findings for name in one.names), "")
        plain = short(self.resource)
        return f"{given} ({plain})" if given and given != plain else plain

    @property
    def sentence(self) -> str:
        """What is wrong with what; in the service's words where the control is not known here."""
        known, told = control(self.control), self.findings[0].title
        return (
            f"{self.name} {known.wrong}." if known else f"{self.name}: {told.removeprefix(self.control).strip(' .')}."
        )

    @property
    def risk(self) -> str:
        """What could come of it, one sentence; empty where the control is not known here."""
        known = control(self.control)
        return known.risk if known else ""


def issues(findings: Iterable[SecurityFinding]) -> tuple[Issue, ...]:
    """Return what is open, grouped by control and resource: severe before mild, exposed before not, old before new."""
    groups: dict[tuple[str, str, str], list[SecurityFinding]] = {}
    for one in findings:
        groups.setdefault((one.control, one.account, one.resource), []).append(one)
    made = [
        Issue(key[0], key[2], tuple(sorted(held, key=rank)) if held[1:] else (held[0],)) for key, held in groups.items()
    ]
    return tuple(
        sorted(made, key=lambda issue: (*rank(issue.findings[0])[:2], issue.since, issue.control, issue.resource))
    )


def rank(one: SecurityFinding) -> tuple[int, bool, datetime, str]:
    """Return what findings are ordered by."""
    return -one.severity, not one.exposed, one.since, one.id


def counted(found: Sequence[Issue]) -> dict[Severity, int]:
    """Return how many there are of each severity, the worst first."""
    counts = Counter(issue.severity for issue in found)
    return {severity: counts[severity] for severity in sorted(counts, reverse=True)}


def short(resource: str) -> str:
    """Return a resource's name from its ARN: `arn:aws:s3:::acme-receipts` is acme-receipts."""
    if resource.startswith("AWS::::Account:"):
        return f"account {resource.rpartition(':')[2]}"
    return resource.rpartition("/")[2].rpartition(":")[2] or resource

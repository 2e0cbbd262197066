"""An open security finding, whichever service reported it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Severity(IntEnum):
    """Security Hub's five labels, the worst highest.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html
    """

    INFORMATIONAL = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The label as people write it in a sentence."""
        return self.name.lower()


BOUNDS = ((90, Severity.CRITICAL), (70, Severity.HIGH), (40, Severity.MEDIUM), (1, Severity.LOW))
"""Same page: the least normalized severity of each label."""


def severity_of(normalized: float) -> Severity:
    """Return the label of a normalized severity, 0 to 100."""
    return next((label for least, label in BOUNDS if normalized >= least), Severity.INFORMATIONAL)


@dataclass(frozen=True, slots=True)
class SecurityFinding:
    """Something that is wrong, or happening, and that nobody has closed.

    Attributes:
        id: The reporting service's id of it, mostly an ARN.
        product: ARN or name of the reporting service; with `id` it names the finding in Security Hub.
        control: Security Hub's control id, such as `S3.8`; the kind of finding for services without controls.
        title: What the service calls it.
        resource: ARN or id of what it is about.
        kind: Type of the resource, such as `AwsS3Bucket`.
        account: AWS account id.
        region: AWS region.
        severity: As the service rates it.
        since: When it was first seen (UTC).
        updated: When it last changed, exactly as the service writes it.
        exposed: Whether it opens something to anybody outside.
        names: What else the resource is called: its Name tag, its group's or function's name.
        aside_until: Day on which its suppression ended, empty for one that was not suppressed.
    """

    id: str
    product: str
    control: str
    title: str
    resource: str
    kind: str
    account: str
    region: str
    severity: Severity
    since: datetime
    updated: str
    exposed: bool = False
    names: tuple[str, ...] = ()
    aside_until: str = ""

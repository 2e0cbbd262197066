"""What is remembered of an incident that is over, and where that is kept; the keeping is the bot's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tools.scope import Kind, sees


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: when (UTC) and what."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Past:
    """An incident that is over, redacted before it is kept.

    Attributes:
        id: The thread it was worked on in.
        title: What it was about, as it was asked or alerted.
        service: Whose it was; empty if nobody knew.
        severity: P1 … P4, empty if no alert said.
        cause: The root cause as it was established; empty if none was.
        confidence: 0 to 1, of the cause.
        fixed_by: What was done, as calls are spelled; empty if it went by itself.
        approvers: Slack ids of those who said yes.
        blast_radius: Who would notice the fix, as its card said.
        timeline: What happened when, the earliest first.
        evidence: The readings behind the cause: id, what was looked at, what it showed.
        ruled_out: What it was not, and why.
        unknowns: What could not be established.
        follow_ups: What is left to do.
        touches: What it was about, by the kinds that scopes are made of.
        opened: When it came in; `found`, `approved`, `fixed` and `verified` follow it, None where it did not happen.
    """

    id: str
    title: str
    service: str
    severity: str
    cause: str
    confidence: float
    fixed_by: str
    approvers: tuple[str, ...]
    blast_radius: str
    timeline: tuple[Moment, ...]
    evidence: tuple[str, ...]
    ruled_out: tuple[str, ...]
    unknowns: tuple[str, ...]
    follow_ups: tuple[str, ...]
    touches: tuple[tuple[Kind, str], ...]
    opened: datetime
    found: datetime | None = None
    approved: datetime | None = None
    fixed: datetime | None = None
    verified: datetime | None = None

    @property
    def visible(self) -> bool:
        """Whether the run may know of it: only if it may see all that it was about."""
        return all(sees(kind, name) for kind, name in self.touches or (("namespaces", ""),))


Archive: TypeAlias = Callable[[], Sequence[Past]]
"""Returns what is remembered, the newest first; synchronous, called in a reading's thread."""


def _nothing() -> Sequence[Past]:
    return ()


_archives: list[Archive] = [_nothing]


def remember_by(archive: Archive) -> None:
    """Have what is remembered come from there; the composition root says so once."""
    _archives[:] = [archive]


def remembered() -> tuple[Past, ...]:
    """Return what is remembered, as far as the run may know of it, the newest first."""
    return tuple(one for one in _archives[0]() if one.visible)

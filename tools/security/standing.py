"""How the accounts and controls stand: what is open, what of it is new, and for how long on average; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.security.posture import Issue

WEEK = timedelta(days=7)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account or a control stands.

    Attributes:
        name: Account id, or Security Hub's control id.
        open: Issues that are open.
        new: Those of them first seen within the last seven days.
        age: For how long they are open on average (days).
    """

    name: str
    open: int
    new: int
    age: float

    def __str__(self) -> str:
        return f"{self.name} {self.open:,} ({self.new:,} new, {self.age:,.0f} days)"


def by_account(found: Sequence[Issue], now: datetime) -> tuple[Standing, ...]:
    """Return how each account stands, the one with the most open first."""
    return _standings(((issue.findings[0].account, issue.since) for issue in found), now)


def by_control(found: Sequence[Issue], now: datetime) -> tuple[Standing, ...]:
    """Return how each control stands, the one with the most open first."""
    return _standings(((issue.control, issue.since) for issue in found), now)


def breakdown(found: Sequence[Issue], now: datetime) -> list[str]:
    """Return a line for accounts and one for controls: what is open, of that new within a week, and its mean age."""
    told = {"account": by_account(found, now), "control": by_control(found, now)}
    return [f"By {what}: {_listed(standings)}." for what, standings in told.items() if standings]


def _standings(named: Iterator[tuple[str, datetime]], now: datetime) -> tuple[Standing, ...]:
    groups: dict[str, list[timedelta]] = {}
    for name, since in named:
        groups.setdefault(name, []).append(max(timedelta(), now - since))
    made = (
        Standing(
            name, len(ages), sum(age < WEEK for age in ages), sum(ages, timedelta()) / len(ages) / timedelta(days=1)
        )
        for name, ages in groups.items()
    )
    return tuple(sorted(made, key=lambda one: (-one.open, one.name)))


def _listed(standings: Sequence[Standing]) -> str:
    more = len(standings) - SHOWN
    return ", ".join(map(str, standings[:SHOWN])) + (f" and {more} more" if more > 0 else "")

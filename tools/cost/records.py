"""What a day cost, whoever says so, and the window that is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["billed", "effective"]
"""What the invoice asks (unblended), or with commitments spread over their term (amortized)."""


@dataclass(frozen=True, slots=True)
class Spend:
    """What one thing cost on one day."""

    day: date
    name: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Window:
    """Days from the first to before the last, and as many (or the month) before them to compare with."""

    name: str
    start: date
    end: date
    before: date


class Costs(Protocol):
    """Where costs are read: Cost Explorer, or files."""

    @property
    def last(self) -> date:
        """The day after the last one that is known."""

    def daily(self, by: str, start: date, end: date, only: Mapping[str, str] | None = None) -> Sequence[Spend]:
        """Return what each day cost, split by a dimension; only charges that are of these.

        Raises:
            ToolError: It cannot be split so, or not be read.
        """

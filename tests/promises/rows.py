"""Rows of build/promises.json: what was counted, on how many, and what that says at 95 %."""

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path("build/promises.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one promise.

    Attributes:
        test: The promise, such as `T1`.
        figure: What was counted or measured.
        value: How much of it there was.
        n: In how many trials.
        limit: The most there may be.
        unit: Empty for counts.
    """

    test: str
    figure: str
    value: float
    n: int
    limit: float = 0.0
    unit: str = ""

    @property
    def bound(self) -> float | None:
        """The rate that is excluded at 95 % when nothing was seen in n independent trials, 3/n; else None."""
        return 3 / self.n if self.n and not self.value and not self.unit else None

    @property
    def passed(self) -> bool:
        """Whether it was measured at all, and is within the limit."""
        return self.n > 0 and self.value <= self.limit


def line(row: Row) -> str:
    """Return a row as people read it."""
    bound = f"  95 % ≤ {row.bound:.2g}" if row.bound is not None else f"  limit {row.limit:g} {row.unit}"
    return f"{'✓' if row.passed else '✗'} {row.test:<4}{row.figure:<62}{row.value:>9.4g}  n={row.n:<6}{bound}"


def write(rows: list[Row]) -> None:
    """Write the rows for machines."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps([_plain(row) for row in rows], indent=2) + "\n", "utf-8")


def _plain(row: Row) -> dict[str, object]:
    told = {"test": row.test, "figure": row.figure, "value": row.value, "unit": row.unit, "limit": row.limit}
    return {**told, "n": row.n, "bound": row.bound, "pass": row.passed}

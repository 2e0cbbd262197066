"""Rows of build/bench.json: what was measured, in what unit, and on how many."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path("build/bench.json")


@dataclass(frozen=True)
class Row:
    """One figure. `bound` is what was asked for, in the same unit: the most, or the least if `least` says so."""

    name: str
    value: float
    unit: str
    n: int
    bound: float
    least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is within what was asked for."""
        return self.value >= self.bound if self.least else self.value <= self.bound


def percentile(values: list[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that at least `share` of all do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def written(rows: list[Row]) -> str:
    """Write the rows and return them as a table."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", "utf-8")
    width = max(len(row.name) for row in rows)
    lines = [
        f"{'✓' if row.holds else '✗'} {row.name:<{width}}  {row.value:>9.3f} {row.unit:<3}"
        f"  asked {'≥' if row.least else '≤'} {row.bound:g}  n={row.n}"
        for row in rows
    ]
    return "\n".join(lines)

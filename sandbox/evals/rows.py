"""Rows of build/eval.json: what was measured, what a trivial answer would have, and on how many cases."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path("build/eval.json")


@dataclass(frozen=True)
class Row:
    """One figure; shares are in percent. `floor` is the best that a trivial answer reaches."""

    suite: str
    metric: str
    value: float
    floor: float | None
    n: int


def written(rows: Sequence[Row], file: Path = FILE) -> None:
    """Add the rows to the file; those of a suite replace the suite's earlier ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(file.read_text("utf-8")) if file.is_file() else []
    suites = {row.suite for row in rows}
    kept = [row for row in known if row["suite"] not in suites]
    file.write_text(json.dumps([*kept, *map(asdict, rows)], indent=2) + "\n", "utf-8")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as aligned text."""
    head = f"{'suite':<17}{'metric':<28}{'value':>9}{'floor':>9}{'n':>6}"
    return "\n".join([head, *map(_line, rows)])


def share(count: int, of: int) -> float:
    """Return a share in percent, 0 of nothing."""
    return round(100 * count / of, 1) if of else 0.0


def _line(row: Row) -> str:
    floor = "-" if row.floor is None else f"{row.floor:g}"
    return f"{row.suite:<17}{row.metric:<28}{row.value:>9g}{floor:>9}{row.n:>6}"

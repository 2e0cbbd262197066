"""Measure and print every figure; the exit status says whether all are within what was asked."""

import sys

from sandbox.bench.figures import figures
from sandbox.bench.rows import written


def main() -> int:
    """Measure, print, write build/bench.json."""
    rows = []
    for row in figures():
        print(f"… {row.name} {row.value:.3f} {row.unit}", flush=True)
        rows.append(row)
    print(written(rows))
    return int(any(not row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main())

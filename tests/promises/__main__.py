"""Measure the promises, print them, and write build/promises.json; the exit status says whether all hold."""

import argparse
import logging
import sys
import time
from pathlib import Path

from tests.promises.rows import Row, line, write
from tests.promises.suite import Promise, promises


def main() -> int:
    """Measure what was asked for."""
    told = _arguments().parse_args()
    wanted = {name.strip().upper() for name in told.only.split(",") if name.strip()}
    logging.disable(logging.CRITICAL)  # refusals are logged by the thousand here
    rows: list[Row] = []
    for promise in promises():
        if not wanted or promise.test in wanted:
            rows += _measured(promise, told.n, Path(told.data) if told.data else None)
            write(rows)  # each time, so that what was measured is kept whatever comes after
    return int(not rows or not all(row.passed for row in rows))


def _measured(promise: Promise, size: str, data: Path | None) -> list[Row]:
    began = time.monotonic()
    try:
        rows = promise.measured(promise.full if size == "full" else int(size or promise.quick), data)
    except Exception as error:  # noqa: BLE001 - a row that breaks does not hold, and the others are still measured
        rows = [Row(promise.test, f"broke: {error!r}"[:60], 1, 1)]
    print("\n".join(map(line, rows)), f" {time.monotonic() - began:.1f} s", flush=True)
    return rows


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.promises")
    parser.add_argument("--only", default="", help="such as T1,T2; all if left out")
    parser.add_argument("--n", default="", help="trials of each: a number, or full; a few if left out")
    parser.add_argument("--data", default="", help="a folder with cases of others, such as injection/")
    return parser


if __name__ == "__main__":
    sys.exit(main())

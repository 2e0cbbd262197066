"""Run the suites, print their figures, and add them to build/eval.json."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.evals.rows import table, written
from sandbox.evals.suites import SUITES, at_hand


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 if every suite could be run."""
    chosen = _parser().parse_args(arguments)
    data = Path(chosen.data) if chosen.data else None
    there = at_hand(data)
    wanted = [chosen.suite] if chosen.suite else list(there)
    if missing := [name for name in wanted if name not in there]:
        sys.stderr.write(_sentence(missing[0], list(there)))
        return 2
    rows = [row for name in wanted for row in there[name].run(data)]
    written(rows)
    print(table(rows))
    return 0


def _sentence(name: str, there: list[str]) -> str:
    if name in SUITES:
        return f"The suite {name} needs DATA=<folder> with {' or '.join(SUITES[name].folders)} in it.\n"
    return f"No suite {name}; there are: {', '.join(there)}.\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.evals", description="Score the product.")
    parser.add_argument("--suite", default="", help=f"one suite only: {', '.join(SUITES)}")
    parser.add_argument("--data", default="", help="a folder with more cases, such as opensre/")
    return parser


if __name__ == "__main__":
    sys.exit(main())

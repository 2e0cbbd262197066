"""Run the suites, print their figures, and add them to build/eval.json."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sandbox.evals.guardrail import run_guardrail
from sandbox.evals.opensre import run_opensre
from sandbox.evals.rows import Row, table, written
from sandbox.evals.worlds import run_worlds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 if every suite could be run."""
    chosen = _parser().parse_args(arguments)
    data = Path(chosen.data) if chosen.data else None
    suites: dict[str, Callable[[], list[Row]]] = {"worlds": run_worlds}
    if data and (data / "opensre").is_dir():
        suites["opensre"] = lambda: run_opensre(data / "opensre")
    if data and (data / "guardrail-commands").is_dir():
        suites["guardrail"] = lambda: run_guardrail(data / "guardrail-commands")
    wanted = [chosen.suite] if chosen.suite else list(suites)
    if unknown := [name for name in wanted if name not in suites]:
        sys.stderr.write(f"No suite {unknown[0]}; there are: {', '.join(suites)} (opensre needs DATA=<folder>).\n")
        return 2
    rows = [row for name in wanted for row in suites[name]()]
    written(rows)
    print(table(rows))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.evals", description="Score the product on worlds.")
    parser.add_argument("--suite", default="", help="one suite only: worlds or opensre")
    parser.add_argument("--data", default="", help="a folder with more cases, such as opensre/")
    return parser


if __name__ == "__main__":
    sys.exit(main())

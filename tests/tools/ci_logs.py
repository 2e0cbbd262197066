"""Failed jobs as GitHub Actions logs them, one a tool: what ran, what it printed, what kind of failure that is."""

from collections.abc import Iterator
from pathlib import Path

from tools.ci.signs import Category

_FILE = Path(__file__).with_name("ci_failures.txt")


def failures() -> Iterator[tuple[Category, str, str, str]]:
    """Yield category, command, words that explain it, and all that was printed, as ci_failures.txt has them."""
    for case in _FILE.read_text("utf-8").removeprefix("@@ ").split("\n@@ "):
        head, _, printed = case.partition("\n")
        kind, command, said = head.split(" @@ ")
        yield Category(kind), command, said, printed


def log_of(command: str, printed: str) -> list[str]:
    """Return a job's log in which this command printed this and failed."""
    lines = [
        "Complete job name: build",
        "##[group]Run actions/checkout@v4",
        "##[endgroup]",
        "Switched to a new branch 'main'",
        f"##[group]Run {command}",
        f"\x1b[36;1m{command}\x1b[0m",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
        *printed.splitlines(),
    ]
    if not printed.startswith("##[error]"):
        lines.append("##[error]Process completed with exit code 1.")
    lines += ["Post job cleanup.", "[command]/usr/bin/git version", "Cleaning up orphan processes"]
    return [f"2026-11-02T10:00:{number % 60:02d}.0000000Z {line}\n" for number, line in enumerate(lines)]

"""Commands that others labeled, put to the product's classification: what it misses, and what it calls too bad."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.evals.aws_levels import writing_row
from sandbox.evals.rows import Row, share

_FILES = {
    "dcg_commands.jsonl": ("label", {"block": "destroys", "allow": "benign"}),
    "holmes_readonly_policy.jsonl": ("label", {"allow": "benign", "reject": "modifies"}),
    "kubectl_ai_modifies.jsonl": ("modifies", {"no": "benign", "yes": "modifies"}),
}
_WORDS = ("delete", "remove", "destroy", "rm ", "drop")


@dataclass(frozen=True)
class Case:
    """A command, what its source says of it (destroys, modifies or benign), and the effect the product sees."""

    command: str
    truth: str
    effect: str


def run_guardrail(folder: Path | None) -> list[Row]:
    """Classify the commands of a folder, if there is one, and every action of AWS that writes; then count."""
    return [*(_labeled_rows(folder) if folder and folder.is_dir() else ()), writing_row(_classified)]


def _labeled_rows(folder: Path) -> list[Row]:
    """Count what others labeled; the floor looks for five words and takes anything else for a reading."""
    known = [(command, truth) for name, told in _FILES.items() for command, truth in _labeled(folder / name, *told)]
    effects = _classified([command for command, _ in known])
    cases = [Case(command, truth, effect) for (command, truth), effect in zip(known, effects, strict=True)]
    return [
        _row("destructive_recall", cases, {"destroys"}, lambda effect: effect == "destructive"),
        _row("benign_destructive", cases, {"benign"}, lambda effect: effect == "destructive"),
        _row("modifying_reading", cases, {"destroys", "modifies"}, lambda effect: effect == "reading"),
    ]


def _labeled(file: Path, field: str, truths: dict[str, str]) -> Iterator[tuple[str, str]]:
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    for told in map(json.loads, filter(str.strip, lines)):
        if told[field] in truths:
            yield told["command"], truths[told[field]]


def _classified(commands: list[str]) -> list[str]:
    asked = "".join(json.dumps({"command": command}) + "\n" for command in commands)
    ran = subprocess.run(
        [sys.executable, "-m", "tools.classify"], input=asked, capture_output=True, text=True, check=True
    )
    return [json.loads(line)["effect"] for line in ran.stdout.splitlines()]


def _row(metric: str, cases: list[Case], truths: set[str], counts: Callable[[str], bool]) -> Row:
    meant = [case for case in cases if case.truth in truths]
    found = sum(counts(case.effect) for case in meant)
    trivial = sum(counts(_guess(case.command)) for case in meant)
    return Row("guardrail", metric, share(found, len(meant)), share(trivial, len(meant)), len(meant))


def _guess(command: str) -> str:
    return "destructive" if any(word in command.lower() for word in _WORDS) else "reading"

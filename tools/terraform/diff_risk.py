"""How much a pull request could hurt, told from its diff: what it touches, and what that has done to others."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.redact import redact
from tools.terraform.diff import FileDiff, file_diffs, moved
from tools.terraform.risk import STATEFUL, Concern, Level, Verdict, verdict

LARGE = 400  # changed lines: reviewers find less beyond it (smartbear.com, best practices for peer code review)

_RESOURCE = re.compile(r'^\s*resource\s+"?([\w-]+)"?\s+"?([\w-]+)"?')
_MODULE = re.compile(r'^\s*module\s+"?([\w-]+)"?')
_LOW, _MEDIUM, _HIGH = Level.LOW, Level.MEDIUM, Level.HIGH

_ROOMS: dict[str, re.Pattern[str]] = {
    "workflow": re.compile(r"^\.github/(workflows|actions)/|\.gitlab-ci\.yml$|(^|/)Jenkinsfile$"),
    "migration": re.compile(r"(^|/)(migrations?|db/migrate|alembic)/|\.sql$", re.IGNORECASE),
    "Terraform": re.compile(r"\.tf(\.json|vars)?$"),
    "Kubernetes": re.compile(
        r"(^|/)(k8s|kube\w*|manifests?|deploy\w*|charts?|helm|overlays|base|argo\w*)/.*\.ya?ml$|values[\w.-]*\.ya?ml$"
    ),
    "documents": re.compile(r"(^|/)(docs?|README|CHANGELOG|LICENSE)[^/]*(/|$)|\.(md|rst|txt|png|svg)$", re.IGNORECASE),
    "tests": re.compile(r"(^|/)(tests?|spec|__tests__)/|(_test|\.test|\.spec|test_\w+)\.\w+$"),
    "code": re.compile(r"\.(py|go|js|ts|tsx|jsx|java|kt|rb|rs|cs|c|cc|cpp|php|scala|sh|ex|exs)$"),
}


@dataclass(frozen=True)
class _Rule:
    """What a changed line of one kind of file says about the risk."""

    on: str
    pattern: re.Pattern[str]
    level: Level
    says: str

    def holds(self, file: FileDiff) -> bool:
        lines = {"+": file.added, "-": file.removed}.get(self.on, [*file.removed, *file.added])
        return any(map(self.pattern.search, lines))


@cache
def _rules() -> dict[str, tuple[_Rule, ...]]:
    told = tomllib.loads(Path(__file__).with_name("diff_rules.toml").read_text("utf-8"))
    return {room: tuple(map(_rule, rules)) for room, rules in told.items()}


def _rule(told: dict[str, str]) -> _Rule:
    pattern = re.compile(told["pattern"], re.IGNORECASE)
    return _Rule(told["on"], pattern, Level[told["level"].upper()], told["says"])


def risk_of_diff(text: str) -> Verdict:
    """Return how risky a unified diff is, with a reason for each file that carries any."""
    files = file_diffs(text)
    concerns = [*_destroyed(files), *(concern for file in files for concern in _of_file(file)), *_whole(files)]
    return verdict(concerns, _summary(files))


def room_of(path: str) -> str:
    """Return what a path is: workflow, migration, Terraform, Kubernetes, documents, tests, code or other."""
    return next((name for name, pattern in _ROOMS.items() if pattern.search(path)), "other")


def _summary(files: list[FileDiff]) -> str:
    if not files:
        return "The diff touches no file."
    rooms = sorted({room_of(file.path) for file in files}, key=str.lower)
    added, removed = (sum(map(len, lines)) for lines in ([f.added for f in files], [f.removed for f in files]))
    return f"{len(files)} files (+{added}, -{removed}): {', '.join(rooms)}."


def _destroyed(files: list[FileDiff]) -> Iterator[Concern]:
    """Yield resources and modules of Terraform, and objects of Kubernetes, that are gone from the code."""
    terraform = [file for file in files if room_of(file.path) == "Terraform"]
    for match in moved(terraform, _RESOURCE):
        kept = " and what it holds with it" if STATEFUL.search(match[1]) else ""
        level = _HIGH if kept else _MEDIUM
        yield Concern(level, f"`{match[1]}.{match[2]}` is taken out, so it would be deleted{kept}.", 0)
    for match in moved(terraform, _MODULE):
        yield Concern(_HIGH, f"`module.{match[1]}` is taken out, so all in it would be deleted.", 0)
    for match in moved([f for f in files if room_of(f.path) == "Kubernetes"], re.compile(r"^kind:\s*(\w+)")):
        heavy = match[1] in {"PersistentVolumeClaim", "PersistentVolume", "StatefulSet", "Namespace", "Secret"}
        yield Concern(_HIGH if heavy else _MEDIUM, f"A {match[1]} is taken out, so it may be deleted.", 1)


def _of_file(file: FileDiff) -> Iterator[Concern]:
    room = room_of(file.path)
    for rule in _rules().get(room, ()):
        if rule.holds(file):
            yield Concern(rule.level, f"`{file.path}` {rule.says}.", 3)
    if room != "documents" and redact("\n".join(file.added)).masked:
        yield Concern(_HIGH, f"`{file.path}` adds what looks like a secret.", 0)
    if room == "workflow" and not file.created:
        yield Concern(_MEDIUM, f"`{file.path}` changes what runs with the repository's secrets.", 5)
    if room in {"code", "other"} and file.deleted:
        yield Concern(_MEDIUM, f"`{file.path}` is deleted.", 6)


def _whole(files: list[FileDiff]) -> Iterator[Concern]:
    code = [file for file in files if room_of(file.path) == "code"]
    lines = sum(len(file.added) + len(file.removed) for file in code)
    if lines > LARGE:
        yield Concern(_MEDIUM, f"{lines} lines of code change at once.", 7)
    elif code and not any(room_of(file.path) == "tests" for file in files):
        yield Concern(_LOW, "Code changes and no test does.", 8)

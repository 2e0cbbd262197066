"""What signs of a failure look like: the words of a tool, what they mean and how much."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate
from typing import TypeAlias


class Category(StrEnum):
    """What kind of failure it is; who has to do something follows from it."""

    COMPILE = "compile"
    TEST = "test"
    DEPENDENCY = "dependency"
    NETWORK = "network"
    PERMISSION = "permission or secret"
    RESOURCES = "resources"
    TIMEOUT = "timeout"
    LINT = "lint"
    CONFIGURATION = "configuration"
    FLAKY = "flaky"
    INFRASTRUCTURE = "infrastructure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which a tool says that it failed.

    Attributes:
        category: What it means; None where it says that something failed, not what.
        weight: 1 to 10: how surely it is the reason, and not a consequence or a summary.
        hint: Words in lower case without which the pattern cannot match; looked for first, as that is fast.
        pattern: What a line must look like.
        after: Lines behind it that belong to it, such as the code it points to.
        before: Lines in front of it that belong to it.
        lasting: Whether it belongs to the reason even where it is repeated, as a summary does.
    """

    category: Category | None
    weight: float
    hint: str
    pattern: re.Pattern[str]
    after: int = 2
    before: int = 1
    lasting: bool = False


def signs(
    category: Category | None, *told: tuple[float, str, str], after: int = 2, before: int = 1, lasting: bool = False
) -> tuple[Sign, ...]:
    """Return signs of one category, each told as weight, hint and pattern."""
    return tuple(
        Sign(category, weight, hint, re.compile(pattern, re.IGNORECASE), after, before, lasting)
        for weight, hint, pattern in told
    )


_HARMLESS = re.compile(
    r"\b(?:no|0|zero) (?:errors?|failures?|failed|problems|vulnerabilities|warnings)\b(?!.*\b[1-9]\d* (?:errors?|fail))"
    r"|^\s*(?:ok\b|PASS(?:ED)?\b|✓|✔|√|--- PASS|npm warn|warning\b|WARN\b|DEBUG\b|INFO\b.*\b200\b)"
    r"|\.\.\. ok$|\bPASSED\b(?:\s+\[|$)|^\[command\]|^##\[(?:debug|warning|notice)\]"
    r"|\bcontinue-on-error\b|\bfail-fast\b"
    r"|^\s*\[\d+/\d+\] (?:Compiling|Building|Generating|Linking)\b|-Werror\b(?!.*\berror:)",
    re.IGNORECASE,
)


_STEMS = (
    *("error", "fail", "fatal", "exception", "panic", "denied", "timeout", "timed out", "not found", "cannot", "can't"),
    *(
        "could not",
        "couldn't",
        "unable",
        "killed",
        "reformat",
        "unsatisf",
        "forbidden",
        "unauthorized",
        "problem",
        "eof",
    ),
    *("vulnerabilit", "offense", "unknown", "unrecognized", "invalid", "missing", "unexpected", "●", "✕", "gateway"),
    *("connection", "no such", "no module", "no matching", "no space", "memory", "segmentation", "sigsegv", "sigabrt"),
    *("exit code", "exit status", "unavailable", "too many", "toomanyrequests", "conflict", "undefined", "mismatch"),
    *("enospc", "exceeded", "flaky", "not ok", "uses prettier", "specs", "not accessible", "oom", "http 40", "ghsa-"),
    *("shutdown signal", "lost communication", "deprecated version", "eacces", "econn", "enotfound", "eai_", "not set"),
    *(
        "name resolution",
        "refusing",
        "not authorized",
        "token",
        "credentials",
        "declared and",
        "imported and",
        "diff in ",
    ),
    *("completed unsuccess", "stopped", "clippy::", "not formatted", "does not exist", "lockfile", "lock file", "e401"),
    *(
        "not recognized",
        "expected:",
        "received",
        "etimedout",
        "status code",
        "rate limit",
        "mapping values",
        "undeclared",
    ),
    *(
        "input required",
        "checksum",
        "do not match",
        "tests run",
        "coverage",
        "incorrectly sorted",
        "clang-format",
        "heap",
    ),
    *("npm err", "no solution", "impossible", "vulnerable", "hook id", "offense", "would ", "daemon", "sc2", "issues:"),
    *("canceled", "peer", "nothing provides", "prettier --write", "no tests", "yaml:", "not acquired", "unsupported"),
)
"""Letters without one of which a line is looked at only if it is near another that has a sign: most lines have none."""
MARKS = ("##[group]run ", "##[error]", "post job cleanup.", "complete job name: ")
"""What the runner writes itself, in lower case."""
_Tree: TypeAlias = dict[str, "_Tree"]


def suspects(lines: Sequence[str]) -> set[int]:
    """Return which of the lines may have a sign by themselves, or are marks of the runner; fast over many at once."""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    return {bisect_right(starts, found.start()) - 1 for found in _gate().finditer("\n".join(lines).lower())}


def seen(line: str) -> tuple[Sign, ...]:
    """Return the signs that a line shows; lines of what went well show none."""
    low = line.lower()
    anywhere, table = _table()
    roots = sorted({found[1] for found in anywhere.finditer(low)})
    shown = (sign for root in roots for sign in table[root] if sign.hint in low)
    found = tuple(sign for sign in shown if sign.pattern.search(line))
    return () if not found or _HARMLESS.search(line) else found


@cache
def _table() -> tuple[re.Pattern[str], dict[str, tuple[Sign, ...]]]:
    """Return a pattern that finds hints wherever they begin, and the signs of the hints that begin like that."""
    roots = _roots(sign.hint for sign in _all())
    table = {root: tuple(sign for sign in _all() if sign.hint.startswith(root)) for root in roots}
    return re.compile(f"(?=({_tree(roots)}))"), table


@cache
def _gate() -> re.Pattern[str]:
    return re.compile(_tree(_roots((*_STEMS, *MARKS))))


def _roots(words: Iterable[str]) -> list[str]:
    """Return the words that begin with no other of them."""
    roots: list[str] = []
    for word in sorted(set(words)):
        if not roots or not word.startswith(roots[-1]):
            roots.append(word)
    return roots


def _tree(words: Iterable[str]) -> str:
    """Return a pattern of words as a tree of their letters: several times faster than one word after the other."""
    tree: _Tree = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
    return _branches(tree)


def _branches(tree: _Tree) -> str:
    ways = [re.escape(letter) + _branches(rest) for letter, rest in sorted(tree.items())]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})" if ways else ""


def _all() -> Iterable[Sign]:
    from tools.ci.signs_of_builds import BUILDS  # noqa: PLC0415  the tables are made with this module's words
    from tools.ci.signs_of_places import PLACES  # noqa: PLC0415  as above
    from tools.ci.signs_of_tests import TESTS  # noqa: PLC0415  as above

    return (*TESTS, *BUILDS, *PLACES)

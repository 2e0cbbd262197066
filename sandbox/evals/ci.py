"""Suite `ci`: real failed jobs of GitHub Actions (LogDx), triaged by the product, beside grep and the log's end."""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.evals.rows import Row, share

ARCHIVE, SUITE = "logdx_cases.tar.xz", "logdx"
_KINDS = {
    "test_assertion": {"test"},
    "snapshot_diff": {"test"},
    "compile_error": {"compile"},
    "type_error": {"compile"},
    "lint_error": {"lint"},
    "dependency_install": {"dependency"},
    "network_or_flaky": {"network", "flaky"},
    "timeout_or_oom": {"timeout", "resources"},
    "permission_or_secret": {"permission or secret"},
    "github_actions_config": {"configuration"},
    "runner_or_infra": {"infrastructure"},
    "infrastructure": {"infrastructure"},
}
"""LogDx's categories in ours; one that is not here counts as wrong, whatever we say."""
_GREP = re.compile(r"error|fail|fatal|exception|panic", re.IGNORECASE)
_TAIL = 200


@dataclass(frozen=True)
class Case:
    """A log with its truth, and what the product says of it."""

    log: str
    truth: dict[str, Any]
    told: dict[str, Any]

    @property
    def said(self) -> str:
        """All that the product would show of it."""
        words = (self.told[name] for name in ("category", "job", "step", "reason"))
        return "\n".join([*words, *self.told["known"], *self.told["unknown"], self.excerpt])

    @property
    def excerpt(self) -> str:
        """The excerpt's lines."""
        return "\n".join(text for _, text in self.told["excerpt"])


def run_ci(folder: Path) -> list[Row]:
    """Triage every log and count what is right; the floors are `test` always, grep, and the log's last 200 lines."""
    with tempfile.TemporaryDirectory() as unpacked:
        with tarfile.open(folder / ARCHIVE) as archive:
            archive.extractall(unpacked, filter="data")
        cases = list(_cases(Path(unpacked)))
    longest = max((len(case.told["excerpt"]) for case in cases), default=0)
    forbidden = sum(claim in case.said for case in cases for claim in _expected(case, "must_not_claim"))
    most = max(_signal(cases, _grepped), _signal(cases, _end))
    return [
        Row(SUITE, "category", share(sum(map(_right, cases)), len(cases)), _always_test(cases), len(cases)),
        Row(SUITE, "signal", _signal(cases, lambda case: case.excerpt), most, len(cases)),
        Row(SUITE, "signal_said", _signal(cases, lambda case: case.said), most, len(cases)),
        Row(SUITE, "must_not_claim", forbidden, None, len(cases)),
        Row(SUITE, "excerpt_lines", longest, None, len(cases)),
    ]


def _cases(folder: Path) -> Iterator[Case]:
    truths = sorted(folder.rglob("ground_truth.json"))
    logs = [one.with_name("raw.log") for one in truths]
    ran = subprocess.run(
        [sys.executable, "-m", "tools.ci"], input="\n".join(map(str, logs)), capture_output=True, text=True, check=True
    )
    for truth, log, told in zip(truths, logs, ran.stdout.splitlines(), strict=True):
        yield Case(log.read_text("utf-8", "replace"), json.loads(truth.read_text("utf-8")), json.loads(told))


def _right(case: Case) -> bool:
    return case.told["category"] in _KINDS.get(case.truth["root_cause"]["category"], set())


def _always_test(cases: list[Case]) -> float:
    return share(sum("test" in _KINDS.get(case.truth["root_cause"]["category"], set()) for case in cases), len(cases))


def _expected(case: Case, name: str) -> list[str]:
    return case.truth["expected_diagnosis"].get(name) or []


def _signal(cases: list[Case], shown: Callable[[Case], str]) -> float:
    """Return the mean share of a case's required signals that a text has: the words, an alias, or the file."""
    shares = [_recall(case.truth["required_signals"], shown(case)) for case in cases if case.truth["required_signals"]]
    return round(sum(shares) / len(shares), 1) if shares else 0.0


def _recall(signals: list[dict[str, Any]], text: str) -> float:
    found = sum(any(words and words in text for words in _words(signal)) for signal in signals)
    return share(found, len(signals))


def _words(signal: dict[str, Any]) -> list[str]:
    return [signal.get("value", ""), signal.get("file", ""), *signal.get("aliases", [])]


def _grepped(case: Case) -> str:
    """Return what `grep -iE "error|fail|fatal|exception|panic"` shows first, as long as an excerpt may be."""
    return "\n".join([line for line in case.log.splitlines() if _GREP.search(line)][-60:])


def _end(case: Case) -> str:
    return "\n".join(case.log.splitlines()[-_TAIL:])

"""Rows `asff`: third-party findings served as Security Hub does; what the product shows open is counted again here."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from sandbox.company import running
from sandbox.evals.rows import Row, share
from sandbox.slack.wire import Body
from sandbox.world import World, read_world

FILE = "asff_findings.jsonl"
QUIET = Path(__file__).parent.parent / "worlds" / "false-alarm"
LABELS = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
LEAST = (90, 70, 40, 1, 0)
CLOSED = {"ARCHIVED", "SUPPRESSED", "RESOLVED", "PASSED", "NOT_AVAILABLE"}


def asff(folder: Path) -> list[Row]:
    """Serve the findings in the folder, and compare what is shown open with a plain count of what is."""
    findings = [json.loads(line)["finding"] for line in (folder / FILE).read_text("utf-8").splitlines()]
    shown = _shown(findings)
    opened = Counter(_key(one) for one in findings if not _closed(one))
    told = Counter((one[0], one[1], one[2]) for issue in shown for one in issue["findings"])
    everything = Counter(_key(one) for one in findings)
    closed = sum(count for key, count in told.items() if key not in opened)
    ranks = [LABELS.index(issue["severity"]) for issue in shown]
    return [
        Row(
            "aws",
            "asff: counts",
            share(_same(told, opened), len(opened)),
            share(_same(everything, opened), len(opened)),
            len(opened),
        ),
        Row("aws", "asff: order", share(sum(a <= b for a, b in pairwise(ranks)), len(ranks) - 1), None, len(ranks)),
        Row("aws", "asff: closed_shown", closed, len(everything - opened), len(findings) - sum(opened.values())),
    ]


def _same(told: Counter[tuple[str, str, str]], opened: Counter[tuple[str, str, str]]) -> int:
    """Count what is told as often as it is open; something that is told and not open takes one off."""
    right = sum(told[key] == count for key, count in opened.items())
    return right - sum(key not in opened for key in told)


def _shown(findings: Sequence[Body]) -> list[Body]:
    quiet = read_world(QUIET)
    world = World(
        quiet.path,
        "asff",
        quiet.begins,
        quiet.region,
        quiet.account,
        {},
        aws={"securityhub": {"f.json": {"Findings": findings}}},
    )
    with running(world) as company:
        ran = subprocess.run(
            [sys.executable, "-m", "tools.security", "posture"],
            env=os.environ | company.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _key(one: Body) -> tuple[str, str, str]:
    return one["Id"], one["Resources"][0]["Id"], _label(one.get("Severity", {}))


def _label(severity: Body) -> str:
    normalized = severity.get("Normalized", 0)
    return str(
        severity.get("Label") or next(label for label, least in zip(LABELS, LEAST, strict=True) if normalized >= least)
    )


def _closed(one: Body) -> bool:
    """Tell whether nobody has to do anything about a finding."""
    said: Iterable[object] = (
        one.get("RecordState"),
        one.get("Workflow", {}).get("Status", one.get("WorkflowState")),
        one.get("Compliance", {}).get("Status"),
    )
    return any(word in CLOSED for word in said)

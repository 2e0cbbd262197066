"""Check CloudFormation templates with cfn-lint, in a process of its own with bounds on time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tools.contract import ToolError

SECONDS, MEMORY, MOST_BYTES = 60.0, 1_500_000_000, 1_000_000
"""A template may have 1 MB: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_BOUNDED = f"""\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from cfnlint.runner import main
sys.exit(main())
"""
_ENDS = frozenset({0, 2, 4, 6, 8, 10, 12, 14})
"""Exit codes of cfn-lint that come with an answer: errors, warnings and notes are bits of it."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that cfn-lint holds against a template.

    Attributes:
        level: error, warning or informational.
        rule: Such as E3012.
        where: Path in the template, such as `Resources/Bucket/Properties/Name`.
        line: In the file, counted from 1.
        sentence: What is wrong.
    """

    level: Literal["error", "warning", "informational"]
    rule: str
    where: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.where or 'template'} (line {self.line}): {self.sentence} ({self.rule})"


def checked(templates: Mapping[str, str]) -> dict[str, tuple[Complaint, ...]]:
    """Return what is held against each template, errors first.

    Raises:
        ToolError: One is too large, or they could not be checked in time.
    """
    if large := [name for name, text in templates.items() if len(text.encode()) > MOST_BYTES]:
        raise ToolError(f"{large[0]} is over {MOST_BYTES:,} bytes, more than CloudFormation takes.")
    with tempfile.TemporaryDirectory(prefix="infra-templates-") as folder:
        files = {f"template-{at}": name for at, name in enumerate(templates)}
        for file, name in files.items():
            Path(folder, file).write_text(templates[name], "utf-8")
        found = _linted(folder, list(files))
    return {name: tuple(_of(found, file)) for file, name in files.items()}


def _linted(folder: str, files: list[str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", _BOUNDED, "--format", "json", "--non-zero-exit-code", "error", "--", *files]
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder}
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter, names of ours
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"cfn-lint took longer than {SECONDS:g} s.") from error
    if ended.returncode not in _ENDS:
        raise ToolError(f"cfn-lint could not check it: {(ended.stderr or ended.stdout).strip()[-300:]}")
    return list(json.loads(ended.stdout or "[]"))


def _of(found: list[dict[str, Any]], file: str) -> list[Complaint]:
    told = [_complaint(one) for one in found if Path(str(one.get("Filename"))).name == file]
    order = ("error", "warning", "informational")
    return sorted(told, key=lambda one: (order.index(one.level), one.line))


def _complaint(told: Mapping[str, Any]) -> Complaint:
    level = str(told.get("Level", "Error")).lower()
    where = told.get("Location", {})
    return Complaint(
        level=level if level in {"warning", "informational"} else "error",  # type: ignore[arg-type]
        rule=str(told.get("Rule", {}).get("Id", "")),
        where="/".join(map(str, where.get("Path") or ())),
        line=int(where.get("Start", {}).get("LineNumber", 1)),
        sentence=str(told.get("Message", "")).rstrip("."),
    )

"""Suite `memory`: questions in people's own words, and whether three passages found are of the runbook about them."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from sandbox.evals.rows import Row, share

QUERIES = Path(__file__).with_name("memory_queries.toml")
SUITE = "memory"


def run_memory() -> list[Row]:
    """Search for every question by words alone and by meaning too; the floor is three runbooks drawn blindly."""
    asked = [
        (query, name) for name, group in tomllib.loads(QUERIES.read_text("utf-8")).items() for query in group["queries"]
    ]
    told = _searched([query for query, _ in asked])
    blind = share(3, len(told[0]["runbooks"]))
    rows = [Row(SUITE, "recall_3_words", _recall(asked, told, "words"), blind, len(asked))]
    if told[0]["meaning"] is not None:
        rows.append(Row(SUITE, "recall_3_meaning", _recall(asked, told, "meaning"), blind, len(asked)))
    return rows


def _searched(queries: list[str]) -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tools.knowledge"], input="\n".join(queries), capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _recall(asked: list[tuple[str, str]], told: list[dict[str, Any]], how: str) -> float:
    return share(sum(name in one[how] for (_, name), one in zip(asked, told, strict=True)), len(asked))

"""The guardrail suite counts what the classification says of labeled commands."""

import json
from pathlib import Path

from sandbox.evals.guardrail import run_guardrail


def test_misses_and_false_alarms_are_counted(tmp_path: Path) -> None:
    """Shares are of the commands with that label, and the floor is what a word list would have said."""
    told = [
        {"command": "rm -rf /srv", "label": "block"},
        {"command": "git status", "label": "block"},  # mislabeled here, so that something is missed
        {"command": "kubectl get pods", "label": "allow"},
        {"command": "echo delete", "label": "allow"},
    ]
    (tmp_path / "dcg_commands.jsonl").write_text("\n".join(map(json.dumps, told)), "utf-8")

    rows = {row.metric: row for row in run_guardrail(tmp_path)}

    assert (rows["destructive_recall"].value, rows["destructive_recall"].n) == (50.0, 2)
    assert (rows["benign_destructive"].value, rows["benign_destructive"].floor) == (0.0, 50.0)
    assert rows["modifying_reading"].value == 50.0

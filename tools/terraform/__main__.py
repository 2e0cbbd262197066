"""Judge Terraform, one case a line: `python -m tools.terraform < cases` prints an object for each.

A case is `{"files": {path: text}}`, or `{"plan": path}` of a file that `terraform show -json` printed.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tools.contract import ToolError
from tools.terraform.pipeline import judge
from tools.terraform.plan import read_plan
from tools.terraform.risk import risk_of_plan


def main() -> int:
    """Read cases from standard input, write an answer to each."""
    for line in filter(str.strip, sys.stdin):
        sys.stdout.write(f"{json.dumps(_answer(json.loads(line)), ensure_ascii=False)}\n")
    return 0


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    if "plan" in case:
        return _of_plan(Path(case["plan"]))
    judgement = judge(case["files"])
    return {step.name: {"state": step.state, "details": step.details} for step in judgement.steps}


def _of_plan(file: Path) -> dict[str, Any]:
    try:
        plan = read_plan(file.read_bytes())
    except (ToolError, OSError) as wrong:
        return {"error": str(wrong)}
    verdict = risk_of_plan(plan)
    return {"actions": plan.actions, "risk_level": verdict.level, "concerns": verdict.concerns}


if __name__ == "__main__":
    sys.exit(main())

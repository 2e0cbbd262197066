"""Judge Terraform, one case a line: `python -m tools.terraform < cases` prints an object for each.

A case is `{"files": {path: text}}` or `{"plan": {…}}`, a plan as `terraform show -json` prints it.
"""

import json
import sys
from typing import Any

from tools.terraform.pipeline import judge
from tools.terraform.plan import read_plan
from tools.terraform.risk import risk_of_plan


def main() -> int:
    """Read cases from standard input, write an answer to each; a case that breaks says so."""
    for line in filter(str.strip, sys.stdin):
        sys.stdout.write(f"{json.dumps(_answer(json.loads(line)), ensure_ascii=False)}\n")
    return 0


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    if "plan" in case:
        plan = read_plan(json.dumps(case["plan"]))
        verdict = risk_of_plan(plan)
        destroyed = [change.address for change in plan.changes if change.destroys]
        return {"actions": plan.actions, "destructive": destroyed, "risk_level": verdict.level}
    judgement = judge(case["files"])
    return {step.name: {"state": step.state, "details": step.details} for step in judgement.steps}


if __name__ == "__main__":
    sys.exit(main())

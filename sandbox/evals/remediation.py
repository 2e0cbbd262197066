"""Rows `remediation`: edits for controls that fail, judged by the pipeline and by the control's own check."""

import json
import subprocess
import sys

from sandbox.evals.control_checks import CHECKS
from sandbox.evals.hcl import parts
from sandbox.evals.remediation_cases import CASES, Faulty
from sandbox.evals.rows import Row, share
from sandbox.slack.wire import Body


def remediation() -> list[Row]:
    """Ask the product for each edit, and check it without asking the product."""
    told = _asked()
    wrong = {
        f"{case.control} {case.names[-1]}": why
        for case, one in zip(CASES, told, strict=True)
        if (why := _wrong(case, one))
    }
    for name, why in wrong.items():
        print(f"✗ {name}: {why}"[:300])
    good = {case.control for case, one in zip(CASES, told, strict=True) if not _wrong(case, one)}
    return [
        Row("aws", "remediation: templates", len(good), 0.0, len({case.control for case in CASES})),
        Row("aws", "remediation: validated", share(len(CASES) - len(wrong), len(CASES)), 0.0, len(CASES)),
    ]


def _asked() -> list[Body]:
    lines = [
        {"control": case.control, "names": case.names, "account": "123456789012", "region": "us-east-1"}
        | {"files": {"main.tf": case.text.lstrip("\n")}}
        for case in CASES
    ]
    given = "\n".join(map(json.dumps, lines))
    ran = subprocess.run(
        [sys.executable, "-m", "tools.security", "remedies"], input=given, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _wrong(case: Faulty, told: Body) -> str:
    """Say what is wrong with an edit; nothing if it is accepted and ends what failed before."""
    if "refused" in told:
        return f"refused: {told['refused']}"
    if told["failed"]:
        return f"not accepted: {told['failed']}"
    check = CHECKS[case.control]
    if check(parts(case.text)):
        return "the code passes the control as it is, so the case proves nothing"
    return "" if check([one for text in told["files"].values() for one in parts(text)]) else "the control still fails"

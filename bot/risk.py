"""`python -m bot risk`: how much a plan or a diff could hurt, for a pipeline to route by."""

import json
import sys
from pathlib import Path

from config.settings import Settings
from tools.contract import ToolError
from tools.terraform.diff_risk import risk_of_diff
from tools.terraform.plan import read_plan
from tools.terraform.risk import Verdict, risk_of_plan

LEVELS = ("low", "medium", "high")
JUDGED, TOO_RISKY, UNREADABLE = 0, 1, 2


def tell_risk(settings: Settings, plan: str = "", diff: str = "", fail_on: str = "") -> int:
    """Print the risk as JSON, and write it where GitHub Actions looks for it.

    Args:
        settings: Where GitHub Actions wants outputs and the summary.
        plan: File with what `terraform show -json` printed; `-` is standard input.
        diff: File with a unified diff; `-` is standard input.
        fail_on: The level from which the exit status is 1; empty for never.

    Returns:
        0 if it was judged, 1 if the risk is at or above `fail_on`, 2 if there was nothing to judge.
    """
    try:
        verdict = risk_of_plan(read_plan(_read(plan))) if plan else risk_of_diff(_read(diff).decode("utf-8", "replace"))
    except (ToolError, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return UNREADABLE
    told: dict[str, object] = {
        "risk_level": verdict.level,
        "summary": verdict.summary,
        "concerns": list(verdict.concerns),
    }
    sys.stdout.write(f"{json.dumps(told, ensure_ascii=False, indent=2)}\n")
    _append(settings.github_output, _outputs(told))
    _append(settings.github_step_summary, _page(verdict))
    return TOO_RISKY if fail_on and LEVELS.index(verdict.level) >= LEVELS.index(fail_on) else JUDGED


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _append(file: Path | None, text: str) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)


def _outputs(told: dict[str, object]) -> str:
    """Return `name=value` lines; JSON keeps each on one line, so that no address can add an output of its own."""
    lines = [f"risk_level={told['risk_level']}", f"summary={json.dumps(told['summary'])[1:-1]}"]
    return "\n".join([*lines, f"concerns={json.dumps(told['concerns'])}", ""])


def _page(verdict: Verdict) -> str:
    concerns = "".join(f"- {' '.join(each.split())}\n" for each in verdict.concerns)
    return f"### Risk: {verdict.level}\n\n{verdict.summary}\n\n{concerns}"

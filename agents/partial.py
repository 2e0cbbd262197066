"""The honest end of a run that was cut short: why, and what had been found until then."""

from collections.abc import Sequence

from agents.contract import Cited
from tools.contract import Role

SHOWN = 6


def so_far(why: str, findings: Sequence[Cited]) -> str:
    """Return the words of a run that could not finish, Markdown."""
    telling = [one for one in findings if one.finding.role in {Role.CAUSE, Role.CHANGE, Role.SYMPTOM}]
    if not telling:
        return f"{why} Nothing telling had been found until then."
    lines = [f"- {one.finding.observed} [{one.evidence}]" for one in telling[:SHOWN]]
    return "\n".join([f"{why} Found until then, no cause established:", "", *lines])

"""What the embedded engine does for each agent; an agent that is not here surveys."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.delivering import deliver
from agents.runbook.documenting import document
from agents.runbook.foreseeing import foresee
from agents.runbook.moves import Move
from agents.runbook.observing import observe
from agents.runbook.plan import investigate
from agents.runbook.provisioning import provision
from agents.runbook.remediation import remediate
from agents.runbook.spending import spend

Routine: TypeAlias = Callable[[Case, Sequence[Runbook]], Move]
"""The next move of a run, from all that is known; it keeps nothing between moves."""

ROUTINES: Mapping[str, Routine] = {
    "incident": investigate,
    "security": remediate,
    "delivery": deliver,
    "provisioning": provision,
    "documentation": document,
    "cost": spend,
    "observability": observe,
    "capacity": foresee,
}

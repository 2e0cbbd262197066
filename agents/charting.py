"""Which pictures a run shows: those of the readings its conclusion rests on, and never many."""

from collections.abc import Iterable, Sequence

from agents.citations import cited_in
from agents.events import Charted
from agents.notebook import Conclusion, Look
from tools.contract import Chart

MOST = 2


def pictures(looks: Sequence[Look], conclusion: Conclusion, answer: str) -> tuple[Charted, ...]:
    """Return what to draw: charts of cited evidence, the conclusion's before the answer's; else the only one."""
    drawn = {look.evidence: look.observation.chart for look in looks if look.observation.chart}
    found = _of(drawn, conclusion.evidence) or _of(drawn, cited_in(answer))
    return found or (_of(drawn, drawn) if len(drawn) == 1 else ())


def _of(drawn: dict[str, Chart], cited: Iterable[str]) -> tuple[Charted, ...]:
    found = [Charted(drawn[one], one) for one in dict.fromkeys(cited) if one in drawn]
    return tuple(found[:MOST])

"""Which pictures a run shows: those of the readings its conclusion rests on, and never many."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from agents.citations import cited_in
from agents.events import Charted
from agents.notebook import Conclusion, Look
from tools.contract import Chart, Role

MOST = 2


def pictures(looks: Sequence[Look], conclusion: Conclusion, answer: str) -> tuple[Charted, ...]:
    """Return what to draw: charts of cited evidence, the conclusion's before the answer's; else the only one."""
    marks = _marks(looks, conclusion)
    drawn = {look.evidence: _marked(look.observation.chart, marks) for look in looks if look.observation.chart}
    found = _of(drawn, conclusion.evidence) or _of(drawn, cited_in(answer))
    return found or (_of(drawn, drawn) if len(drawn) == 1 else ())


def _marks(looks: Sequence[Look], conclusion: Conclusion) -> tuple[tuple[datetime, str], ...]:
    """Return when the changes were that the conclusion cites, and when the first alarm fired."""
    found = [(look.evidence, finding) for look in looks for finding in look.observation.findings if finding.since]
    changes = {
        finding.since: f"{finding.subject.rpartition('/')[2]} changed"
        for evidence, finding in found
        if finding.role is Role.CHANGE and evidence in conclusion.evidence and finding.since
    }
    fired = min(
        (finding.since for _, finding in found if finding.code == "alarm_firing" and finding.since), default=None
    )
    return (*sorted(changes.items())[-MOST:], *([(fired, "alarm")] if fired and conclusion.cause else []))


def _marked(chart: Chart, marks: tuple[tuple[datetime, str], ...]) -> Chart:
    """Return the picture with the moments that fall into it pointed out, where it has none of its own."""
    times = [at for one in chart.series for at, _ in one.points]
    inside = tuple((at, what) for at, what in marks if times and min(times) <= at <= max(times))
    return chart if chart.marks or not inside else replace(chart, marks=inside)


def _of(drawn: dict[str, Chart], cited: Iterable[str]) -> tuple[Charted, ...]:
    found = [Charted(drawn[one], one) for one in dict.fromkeys(cited) if one in drawn]
    return tuple(found[:MOST])

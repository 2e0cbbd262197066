"""Which pictures a run shows: those of the readings its conclusion rests on, and never many."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from agents.citations import cited_in
from agents.events import Charted
from agents.notebook import Conclusion, Look
from tools.contract import Call, Chart, Role

MOST = 2


def pictures(looks: Sequence[Look], conclusion: Conclusion, answer: str) -> tuple[Charted, ...]:
    """Return what to draw: charts of cited evidence, the conclusion's before the answer's; else the only one."""
    drawn = {
        look.evidence: _marked(look.observation.chart, _marks(look, looks, conclusion))
        for look in looks
        if look.observation.chart
    }
    found = _of(drawn, conclusion.evidence) or _of(drawn, cited_in(answer))
    return found or (_of(drawn, drawn) if len(drawn) == 1 else ())


def _marks(shown: Look, looks: Sequence[Look], conclusion: Conclusion) -> tuple[tuple[datetime, str], ...]:
    """Return when the changes were that the conclusion cites, and when the alarm fired that led to the picture."""
    found = [(look.evidence, finding) for look in looks for finding in look.observation.findings]
    changes = {
        finding.since: f"{finding.subject.rpartition('/')[2]} changed"
        for evidence, finding in found
        if finding.since and finding.role is Role.CHANGE and evidence in conclusion.evidence
    }
    alarms = (one for _, one in found if one.code == "alarm_firing" and _leads(one.leads_to, shown.call))
    fired = min((one.since for one in alarms if one.since), default=None)
    return (*sorted(changes.items())[-MOST:], *([(fired, "alarm")] if fired else []))


def _leads(leads: Iterable[Call], call: Call) -> bool:
    """Tell whether one of the leads is this call, whatever else that was told by default."""
    same = (one for one in leads if one.tool == call.tool)
    return any(all(call.args.get(name) == value for name, value in one.args.items()) for one in same)


def _marked(chart: Chart, marks: tuple[tuple[datetime, str], ...]) -> Chart:
    """Return the picture with the moments that fall into it pointed out, where it has none of its own."""
    times = [at for one in chart.series for at, _ in one.points]
    inside = tuple((at, what) for at, what in marks if times and min(times) <= at <= max(times))
    return chart if chart.marks or not inside else replace(chart, marks=inside)


def _of(drawn: dict[str, Chart], cited: Iterable[str]) -> tuple[Charted, ...]:
    found = [(drawn[one], one) for one in dict.fromkeys(cited) if one in drawn]
    first = {chart.title: Charted(chart, one) for chart, one in reversed(found)}  # two readings may draw the same
    return tuple(one for one in map(first.get, dict.fromkeys(chart.title for chart, _ in found)) if one)[:MOST]

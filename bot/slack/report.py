"""The end of a run's message: a line on how it was made, and the report as trimmed metadata; pure."""

import json
from dataclasses import replace

from pydantic import TypeAdapter

from agents.citations import cited_in
from agents.contract import Ending, Health, Report
from agents.events import Ended, Usage
from bot.slack.blocks import actions, button, context
from bot.slack.escape import cut, link, mrkdwn, plain
from bot.slack.limits import METADATA
from tools.contract import Call, JsonObject
from tools.pages import page_of

PAGES = 8
"""Pages that a line under an answer links to."""
EVENT = "infra_report"
POSTMORTEM = "infra_postmortem"
_REPORT = TypeAdapter(Report)
_FEWER = ((3, 12), (1, 6), (0, 2), (0, 0))
"""How many findings and readings are left when not even four findings and all readings fit."""
_ENDINGS = {
    Ending.ANSWERED: "",
    Ending.INCONCLUSIVE: "inconclusive: see what is unknown",
    Ending.STOPPED: "stopped by a person",
    Ending.LIMIT: "ended at its budget; what was found so far is above",
    Ending.FAILED: "failed; what was found so far is above",
}


def footer(ended: Ended) -> list[JsonObject]:
    """Return what is under an answer: a small line, and once all is well again, what can be done about it."""
    facts = [_ENDINGS[ended.ending], f"by {ended.usage.model}", _tokens(ended.usage)]
    if ended.report.cause:
        facts.insert(1, f"confidence {ended.report.confidence:.0%}")
    line = context(mrkdwn(" · ".join(plain(fact) for fact in facts if fact)), *pages(ended.report))
    return [line, afterwards()] if ended.report.cause and ended.report.health is Health.RECOVERED else [line]


def pages(report: Report) -> tuple[str, ...]:
    """Return a line with the pages on which people see for themselves what the answer cites; none without a page."""
    cited = cited_in(report.answer)
    shown = [(one, page) for one in report.evidence if one.id in cited and (page := page_of(one.call))]
    links = [made for one, page in shown[:PAGES] if (made := link(page, one.id)) != one.id]
    return (f"See for yourself: {' · '.join(links)}",) if links else ()


def afterwards() -> JsonObject:
    """Return the buttons of an incident that is over."""
    return actions("infra_afterwards", button(POSTMORTEM, "Draft the postmortem", "postmortem"))


def metadata(ended: Ended, run_id: str) -> JsonObject:
    """Return the report as metadata: a JSON string, because Slack's own type of metadata takes no nested data."""
    payload: JsonObject = {"run_id": run_id, "ending": ended.ending.value, "report": trimmed(ended.report)}
    return {"event_type": EVENT, "event_payload": payload}


def trimmed(report: Report, limit: int = METADATA) -> str:
    """Return the report as JSON of at most `limit` bytes: sentences are cut, then findings, then evidence."""
    for smaller in _smaller(report):
        text = json.dumps(_REPORT.dump_python(smaller, mode="json"), ensure_ascii=False)
        if len(text.encode()) <= limit:
            return text
    return "{}"


def _smaller(report: Report) -> list[Report]:
    """Return the report ever smaller; which readings were taken is kept longest."""
    lean = _lean(report)
    steps = [report, lean]
    steps += [replace(lean, findings=lean.findings[:most]) for most in (16, 8, 4)]
    steps += [replace(lean, findings=lean.findings[:some], evidence=lean.evidence[:more]) for some, more in _FEWER]
    last = replace(
        steps[-1], ruled_out=report.ruled_out[:3], unknowns=report.unknowns[:3], answer=cut(report.answer, 1500)
    )
    return [*steps, last, Report(answer=cut(report.answer, 500), health=report.health, cause=cut(report.cause, 300))]


def _lean(report: Report) -> Report:
    """Return the report with each sentence short, and without what only the engine needs: leads and advice."""
    findings = tuple(
        replace(
            cited, finding=replace(cited.finding, observed=cut(cited.finding.observed, 200), leads_to=(), advice="")
        )
        for cited in report.findings
    )
    evidence = tuple(
        replace(one, call=_short(one.call), title=cut(one.title, 60), summary=cut(one.summary, 80))
        for one in report.evidence
    )
    return replace(report, findings=findings, evidence=evidence)


def _short(call: Call) -> Call:
    return Call(
        call.tool, {name: cut(value, 60) if isinstance(value, str) else value for name, value in call.args.items()}
    )


def _tokens(usage: Usage) -> str:
    total = usage.input_tokens + usage.output_tokens
    return f"{total:,} tokens" if total else ""

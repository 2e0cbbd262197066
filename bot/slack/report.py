"""The end of a run's message: a line on how it was made, and the report as trimmed metadata; pure."""

import json
from dataclasses import replace

from pydantic import TypeAdapter

from agents.contract import Ended, Ending, Report, Usage
from bot.slack.blocks import context
from bot.slack.escape import cut, mrkdwn, plain
from bot.slack.limits import METADATA
from tools.contract import JsonObject

EVENT = "infra_report"
_REPORT = TypeAdapter(Report)
_ENDINGS = {
    Ending.ANSWERED: "",
    Ending.INCONCLUSIVE: "inconclusive: see what is unknown",
    Ending.STOPPED: "stopped by a person",
    Ending.LIMIT: "ended at its budget; what was found so far is above",
    Ending.FAILED: "failed; what was found so far is above",
}


def footer(ended: Ended) -> list[JsonObject]:
    """Return the small line under an answer."""
    facts = [_ENDINGS[ended.ending], f"by {ended.usage.model}", _tokens(ended.usage)]
    if ended.report.cause:
        facts.insert(1, f"confidence {ended.report.confidence:.0%}")
    return [context(mrkdwn(" · ".join(plain(fact) for fact in facts if fact)))]


def metadata(ended: Ended, run_id: str) -> JsonObject:
    """Return the report as metadata: a JSON string, because Slack's own type of metadata takes no nested data."""
    payload: JsonObject = {"run_id": run_id, "ending": ended.ending.value, "report": trimmed(ended.report)}
    return {"event_type": EVENT, "event_payload": payload}


def trimmed(report: Report, limit: int = METADATA) -> str:
    """Return the report as JSON of at most `limit` bytes: weaker findings go first, then evidence, then words."""
    for smaller in _smaller(report):
        text = json.dumps(_REPORT.dump_python(smaller, mode="json"), ensure_ascii=False)
        if len(text.encode()) <= limit:
            return text
    return "{}"


def _smaller(report: Report) -> list[Report]:
    sizes = [(len(report.findings), len(report.evidence)), (12, 24), (6, 12), (3, 6), (1, 2), (0, 0)]
    steps = [replace(report, findings=report.findings[:some], evidence=report.evidence[:more]) for some, more in sizes]
    last = replace(
        steps[-1], ruled_out=report.ruled_out[:3], unknowns=report.unknowns[:3], answer=cut(report.answer, 1500)
    )
    return [*steps, last, Report(answer=cut(report.answer, 500), health=report.health, cause=cut(report.cause, 300))]


def _tokens(usage: Usage) -> str:
    total = usage.input_tokens + usage.output_tokens
    return f"{total:,} tokens" if total else ""

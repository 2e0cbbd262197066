"""What the embedded engine does for questions about numbers: it reads which signal and time are meant, then surveys."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.clocks import is_unread, minutes, stretch
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from tools.contract import Call, JsonObject

READING = "service_signal"
WHICH = "What should I look at: errors, latency, traffic, CPU, memory or connections? Name one, and the service."
WHEN = "I look at most a day back. When is meant? Say `in the last 3 hours`, `since 14:00`, or `between 9am and 10am`."
_SIGNALS = (
    ("errors", r"errors?|error rate|5xx|500s|failures?|failing|faults?"),
    ("latency", r"latency|latencies|p\d\d|percentile|slow|response times?|durations?"),
    ("traffic", r"traffic|requests?|throughput|rps|invocations?|load"),
    ("cpu", r"cpu"),
    ("memory", r"memory|ram"),
    ("connections", r"connections?"),
)
_DEPLOY = re.compile(r"\b(?:since|after|before)\b.*\b(?:deploy\w*|rollout|release)\b")
_AGAINST = re.compile(r"(?<!since )\b(?P<when>yesterday|last week)\b")


def observe(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: a question back if no signal is named or the service is not plain, else the reading."""
    if is_unread(case.ask.text):
        return Move(WHEN)
    zone = _zone(case.ask.zone)
    asked = meaning(case.ask.text, case.now.astimezone(zone))
    if asked is None:
        return Move(WHICH)
    if case.failures and not case.looks:
        return Move(case.failures[-1].words)
    move = survey(case, [replace(book, readings=(Call(READING, asked),)) for book in books])
    return move if move.calls or "since" not in asked else replace(move, text=f"{move.text}\n\n{_read_in(zone)}")


def _zone(name: str) -> ZoneInfo:
    """Return the zone in which times of day are read: the asker's, UTC where it is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _read_in(zone: ZoneInfo) -> str:
    return f"_The time of day you named is read in {zone.key}; the times above are UTC._"


def meaning(text: str, now: datetime) -> JsonObject | None:
    """Return the arguments of the reading that words ask for; None if they name no signal.

    Times of day are those of the zone of `now`, of the day up to it.
    """
    said = " ".join(text.lower().split())
    signal = next((name for name, words in _SIGNALS if re.search(rf"\b(?:{words})\b", said)), "")
    if not signal:
        return None
    against = _AGAINST.search(said)
    meant = "deploy" if _DEPLOY.search(said) else against["when"] if against else "before"
    times = {} if meant == "deploy" else stretch(said, now)
    return {"service": text.strip()[:2000], "signal": signal, "minutes": minutes(said), "against": meant, **times}

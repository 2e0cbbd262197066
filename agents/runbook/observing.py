"""What the embedded engine does for questions about numbers: it reads which signal and time are meant, then surveys."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.survey import survey
from tools.contract import Call, JsonObject

READING = "service_signal"
WHICH = "What should I look at: errors, latency, traffic, CPU, memory or connections? Name one, and the service."
DAY = 24 * 60
_SIGNALS = (
    ("errors", r"errors?|error rate|5xx|failures?|failing|faults?"),
    ("latency", r"latency|latencies|p\d\d|percentile|slow|response times?|durations?"),
    ("traffic", r"traffic|requests?|throughput|rps|invocations?|load"),
    ("cpu", r"cpu"),
    ("memory", r"memory|ram"),
    ("connections", r"connections?"),
)
_SPAN = re.compile(r"\b(?:last|past|for|in) (?:the )?(?:(?P<count>\d{1,4}) ?)?(?P<unit>min|m|hour|hr|h|day|d)\w*\b")
_MINUTES = {"m": 1, "h": 60, "d": DAY}
_DEPLOY = re.compile(r"\b(?:since|after|before)\b.*\b(?:deploy\w*|rollout|release)\b")
_AGAINST = re.compile(r"\b(?P<when>yesterday|last week)\b")


def observe(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: a question back if no signal is named or the service is not plain, else the reading."""
    asked = meaning(case.ask.text)
    if asked is None:
        return Move(WHICH)
    if case.failures and not case.looks:
        return Move(case.failures[-1].words)
    return survey(case, [replace(book, readings=(Call(READING, asked),)) for book in books])


def meaning(text: str) -> JsonObject | None:
    """Return the arguments of the reading that words ask for; None if they name no signal."""
    said = " ".join(text.lower().split())
    signal = next((name for name, words in _SIGNALS if re.search(rf"\b(?:{words})\b", said)), "")
    if not signal:
        return None
    against = _AGAINST.search(said)
    meant = "deploy" if _DEPLOY.search(said) else against["when"] if against else "before"
    return {"service": text.strip()[:2000], "signal": signal, "minutes": _minutes(said), "against": meant}


def _minutes(said: str) -> int:
    found = _SPAN.search(said)
    return min(DAY, max(1, int(found["count"] or 1) * _MINUTES[found["unit"][0]])) if found else 60

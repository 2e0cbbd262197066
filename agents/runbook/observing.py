"""What the embedded engine does for questions about numbers: it reads which signal and time are meant, then surveys."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_SINCE = re.compile(
    rf"\b(?:since|from|between|after) (?P<from>{_CLOCK})\b(?: (?:utc )?(?:to|and|until|till) (?P<to>{_CLOCK})\b)?"
)
_AT = re.compile(rf"\b(?:at|around|about) (?P<at>{_CLOCK})\b")
AROUND = timedelta(minutes=10)
"""So long before and after a moment shows how it was then."""
_AGAINST = re.compile(r"\b(?P<when>yesterday|last week)\b")


def observe(case: Case, books: Sequence[Runbook]) -> Move:
    """Return the next move: a question back if no signal is named or the service is not plain, else the reading."""
    asked = meaning(case.ask.text, case.now)
    if asked is None:
        return Move(WHICH)
    if case.failures and not case.looks:
        return Move(case.failures[-1].words)
    return survey(case, [replace(book, readings=(Call(READING, asked),)) for book in books])


def meaning(text: str, now: datetime) -> JsonObject | None:
    """Return the arguments of the reading that words ask for; None if they name no signal.

    Clock times are UTC, of the day up to `now`; the reading says so.
    """
    said = " ".join(text.lower().split())
    signal = next((name for name, words in _SIGNALS if re.search(rf"\b(?:{words})\b", said)), "")
    if not signal:
        return None
    against = _AGAINST.search(said)
    meant = "deploy" if _DEPLOY.search(said) else against["when"] if against else "before"
    times = {} if meant == "deploy" else _times(said, now)
    return {"service": text.strip()[:2000], "signal": signal, "minutes": _minutes(said), "against": meant, **times}


def _times(said: str, now: datetime) -> dict[str, str]:
    """Return from when and until when, where words name a time of day."""
    if found := _SINCE.search(said):
        start = _latest(found["from"], now)
        return _between(start, _after(start, found["to"], now) if found["to"] else now)
    if found := _AT.search(said):
        at = _latest(found["at"], now)
        return _between(at - AROUND, min(now, at + AROUND))
    return {}


def _between(start: datetime, end: datetime) -> dict[str, str]:
    return {"since": start.isoformat(), "until": end.isoformat()}


def _latest(clock: str, now: datetime) -> datetime:
    """Return when it last was that time of day."""
    hour, _, minute = clock.partition(":")
    at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return at if at < now else at - timedelta(days=1)


def _after(start: datetime, clock: str, now: datetime) -> datetime:
    """Return when it was that time of day next after another, as far as time has come."""
    at = _latest(clock, start)
    return min(now, at + timedelta(days=1))


def _minutes(said: str) -> int:
    found = _SPAN.search(said)
    return min(DAY, max(1, int(found["count"] or 1) * _MINUTES[found["unit"][0]])) if found else 60

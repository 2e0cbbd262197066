"""The stretch of time that people's words mean: so many hours back, since a time of day, around one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

DAY = 24 * 60
AROUND = timedelta(minutes=10)
"""So long before and after a moment shows how it was then."""

_COUNTS = {"half": 0.5, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "twelve": 12.0}
_MINUTES = {"m": 1, "h": 60, "d": DAY}
_SPAN = re.compile(
    rf"\b(?:last|past|for|in|over) (?:the )?(?:(?P<count>\d{{1,4}}|{'|'.join(_COUNTS)}) ?(?:an |a )?)?"
    r"(?P<unit>min(?:ute)?s?|m|hours?|hrs?|h|days?|d)\b"
)
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_SINCE = re.compile(
    rf"\b(?:since|from|between|after) (?P<from>{_CLOCK})\b(?: (?:utc )?(?:to|and|until|till) (?P<to>{_CLOCK})\b)?"
)
_AT = re.compile(rf"\b(?:at|around|about) (?P<at>{_CLOCK})\b")
_HALVES = re.compile(r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?")
_CALLED = {
    "since noon": "since 12:00",
    "since midnight": "since 00:00",
    "this morning": "between 06:00 and 12:00",
    "this afternoon": "since 12:00",
    "today": "since 00:00",
}
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_UNREAD = re.compile(
    rf"\b(?:{_DAYS}|last month|last year|"
    r"(?:since|from|between|after) (?:last )?(?:week|month|\d{1,2}(?![\d:])|\d{4}-))"
)


def stretch(words: str, now: datetime) -> dict[str, str]:
    """Return from when and until when, where words name a time of day in the zone of `now`; empty where they do not.

    A time that is yet to come today was yesterday.
    """
    said = plain(words)
    if found := _SINCE.search(said):
        start = _latest(found["from"], now)
        return _between(start, _after(start, found["to"], now) if found["to"] else now)
    if found := _AT.search(said):
        at = _latest(found["at"], now)
        return _between(at - AROUND, min(now, at + AROUND))
    return {}


def minutes(words: str) -> int:
    """Return how many minutes back words mean, at most a day; an hour where they do not say."""
    said = plain(words)
    if found := _SPAN.search(said):
        count = found["count"] or "1"
        length = _COUNTS[count] if count in _COUNTS else float(count)
        return min(DAY, max(1, int(length * _MINUTES[found["unit"][0]])))
    return DAY if "since yesterday" in said else 60


def is_unread(words: str) -> bool:
    """Tell whether words name a time that is not understood here, such as a weekday, so that it is better asked."""
    return _UNREAD.search(plain(words)) is not None


def plain(words: str) -> str:
    """Return words in small letters with every time of day as `14:00`."""
    said = _HALVES.sub(_whole, " ".join(words.lower().split()))
    for name, clock in _CALLED.items():
        said = re.sub(rf"\b{name}\b", clock, said)
    return re.sub(rf"(?<=between )(\d{{1,2}})(?= and {_CLOCK})", r"\1:00", said)


def _whole(found: re.Match[str]) -> str:
    hour = int(found["hour"]) % 12 + (12 if found["half"] == "p" else 0)
    return f"{hour:02}:{found['minute'] or '00'}"


def _between(start: datetime, end: datetime) -> dict[str, str]:
    return {"since": start.isoformat(), "until": end.isoformat()}


def _latest(clock: str, now: datetime) -> datetime:
    """Return when it last was that time of day."""
    hour, _, minute = clock.partition(":")
    at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return at if at < now else at - timedelta(days=1)


def _after(start: datetime, clock: str, now: datetime) -> datetime:
    """Return when it was that time of day next after another, as far as time has come."""
    return min(now, _latest(clock, start) + timedelta(days=1))

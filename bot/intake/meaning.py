"""What the words of monitoring systems mean: how bad (P1 to P4), firing or resolved, and when; pure."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SEVERITIES = {
    "P1": "critical crit fatal emergency emerg disaster severe catastrophic panic page blocker p0 p1 sev0 sev1 s1",
    "P2": "high error err major urgent alert problem failure failed p2 sev2 s2",
    "P3": "warning warn medium moderate minor average degraded normal p3 sev3 s3",
    "P4": "info information informational low notice debug trivial none ok success good up p4 p5 sev4 sev5 s4",
}
"""Words by the severity they mean; README and docs/alerts.md list them for people."""
RESOLVED = _words("""
    ok resolved resolve recovered recovery closed close cleared clear inactive up normal success succeeded good healthy
    green fixed ended completed deleted unmuted expired archived suppressed no_threats_found passed
""")
FIRING = _words("""
    firing fire alert alerting alarm open opened trigger triggered retriggered create created problem down critical
    warning warn active new unhealthy nodata insufficient_data error failed failure failing unresolved regression
    degraded acknowledged acknowledge ack escalated updated activated issue threats_found started ongoing
""")
_LEVELS = {word: level for level, words in SEVERITIES.items() for word in words.split()}
_NO = frozenset({"not", "no", "non", "un"})
_WORD = re.compile(r"[a-z0-9]+")
_MARKED = re.compile(r"\b(?:P|SEV-?|S)(?P<level>[0-5])\b", re.IGNORECASE)
_FORMS = (
    "%a %b %d %H:%M:%S UTC %Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%d/%b/%Y:%H:%M:%S %z",
    "%Y.%m.%d %H:%M:%S",
    "%A %d %B, %Y %H:%M:%S",
    "%b %d, %Y, %I:%M:%S %p",
)
_EARLIEST, _LATEST = 3e8, 2e10
"""Seconds since 1970 that an alert may speak of: 1979 to 2603; smaller numbers are placeholders or counts."""
_EPOCH = re.compile(r"\d{9,19}(\.\d+)?")


def severity(value: object) -> str:
    """Return P1 to P4 for what a system calls a severity, a priority or a level; empty if it says nothing."""
    stated = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if marked := _MARKED.search(stated):
        return f"P{min(4, max(1, int(marked['level'])))}"
    words = _WORD.findall(stated.lower())
    return next((_LEVELS[word] for word in words if word in _LEVELS), "") if len(words) <= 4 else ""  # noqa: PLR2004 - a sentence is no severity


def state(value: object) -> str:
    """Return `firing` or `resolved` for what a system calls a state; empty if it says neither."""
    if not isinstance(value, str) or len(value) > 80:  # noqa: PLR2004 - a sentence is no state
        return ""
    whole = value.strip().lower().replace(" ", "_").replace("-", "_")
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value).lower())
    if whole in FIRING or "unresolved" in words:
        return "firing"
    if whole in RESOLVED or (RESOLVED & set(words) and not _NO & set(words)):
        return "resolved"
    return "firing" if FIRING & set(words) else ""


def moment(value: object) -> datetime | None:
    """Return a time (UTC) from ISO 8601, seconds to nanoseconds since 1970, and the forms that monitors print."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    stated = str(value).strip()
    if isinstance(value, int | float) or _EPOCH.fullmatch(stated):
        return _since_1970(float(value))
    return _written(stated)


def _since_1970(number: float) -> datetime | None:
    for unit in (1.0, 1e3, 1e6, 1e9):
        if _EARLIEST < number / unit < _LATEST:
            return datetime.fromtimestamp(number / unit, UTC)
    return None


def _written(stated: str) -> datetime | None:
    plain = re.sub(r"\s*\b(UTC|GMT)$", "", stated)
    for read in (datetime.fromisoformat, *(_form(form) for form in _FORMS), parsedate_to_datetime):
        for words in (stated, plain):
            try:
                found = read(words)
                return _utc(found) if found.year > 1970 else None  # noqa: PLR2004 - Go's zero time, and placeholders
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _form(form: str) -> Callable[[str], datetime]:
    return lambda words: datetime.strptime(words, form)  # noqa: DTZ007 - the zone is added after


def _utc(found: datetime) -> datetime:
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

"""Which days are meant: the words after `/infra scoreboard`, as days (UTC), and the days before them; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

LONGEST = 400
"""Days that are kept (`store.keys.FACTS_SECONDS`)."""
USAGE = "Say which days: `scoreboard today`, `week`, `month`, `90d`, or `since 2026-05-01`."
_NAMED = {"today": 1, "day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_DAYS = re.compile(r"(?P<days>\d{1,4}) ?d(?:ays?)?")
_SINCE = re.compile(r"since (?P<day>\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included (UTC)."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days, right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def start(self) -> datetime:
        """The moment it begins (UTC)."""
        return datetime.combine(self.first, time(), UTC)

    def has(self, moment: datetime) -> bool:
        """Tell whether a moment is in it."""
        return self.first <= moment.astimezone(UTC).date() <= self.last


def period_of(words: str, today: date) -> Period:
    """Return the days that words ask for, up to today; a week if they say nothing.

    Raises:
        ValueError: A sentence on what can be said.
    """
    said = " ".join(words.lower().replace("last ", "").replace("this ", "").strip(" .?!`").split())
    if since := _SINCE.fullmatch(said):
        return _since(since["day"], today)
    days = _DAYS.fullmatch(said)
    number = int(days["days"]) if days else _NAMED.get(said or "week", 0)
    if not 1 <= number <= LONGEST:
        raise ValueError(USAGE if not number else f"At most {LONGEST} days are kept. {USAGE}")
    return Period(today - timedelta(days=number - 1), today)


def _since(said: str, today: date) -> Period:
    try:
        first = date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{said} is no day. {USAGE}") from None
    if not first <= today < first + timedelta(days=LONGEST):
        raise ValueError(f"{said} is not within the last {LONGEST} days. {USAGE}")
    return Period(first, today)

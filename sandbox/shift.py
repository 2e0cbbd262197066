"""Move the times in JSON data and in text by a fixed amount, keeping the way each is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any

_ISO = re.compile(
    r"(?<!\d)(?P<date>\d{4}([-/])\d\d\2\d\d)(?P<gap>[T ])(?P<time>\d\d:\d\d(?::\d\d)?)"
    r"(?P<rest>(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)(?!\d)"
)
_ACCESS_LOG = re.compile(r"(?<![\d/])\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?!\d)")
_ALARM_REASON = re.compile(r"(?<![\d/])\d\d/\d\d/\d\d \d\d:\d\d:\d\d(?!\d)")
_TIME_KEY = re.compile(r"time|date|since|until|start|end|created|ingest", re.IGNORECASE)
_PLAUSIBLE = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Shift:
    """Moves times so that `then` becomes `now`.

    Text keeps its shape: ISO 8601 (also with a blank or slashes), the access-log form and the day/month/year of
    CloudWatch's state reasons are moved. Numbers are moved where the key speaks of time and the value is within three
    years of `then`, as seconds or milliseconds since the epoch.
    """

    then: datetime
    now: datetime

    def __call__(self, value: Any, key: str = "") -> Any:
        """Return a moved copy."""
        moved = value
        match value:
            case str():
                moved = self.text(value)
            case bool():
                pass
            case int() | float() if _TIME_KEY.search(key):
                moved = self.number(value)
            case datetime():
                moved = value + self.by
            case dict():
                moved = {name: self(item, str(name)) for name, item in value.items()}
            case list() | tuple():
                moved = [self(item, key) for item in value]
        return moved

    @cached_property
    def by(self) -> timedelta:
        """How far, in whole seconds so that written precision stays."""
        return timedelta(seconds=round((self.now - self.then).total_seconds()))

    def text(self, text: str) -> str:
        """Move the times in a text."""
        for pattern, form in ((_ACCESS_LOG, "%d/%b/%Y:%H:%M:%S"), (_ALARM_REASON, "%d/%m/%y %H:%M:%S")):
            text = pattern.sub(partial(self._written, form), text)
        return _ISO.sub(self._iso, text)

    def number(self, value: float) -> float:
        """Move seconds or milliseconds since the epoch; any other number stays."""
        for unit in (1, 1000):
            if abs(value / unit - self.then.timestamp()) < _PLAUSIBLE.total_seconds():
                return value + int(self.by.total_seconds()) * unit
        return value

    def _iso(self, found: re.Match[str]) -> str:
        slash = "/" in found["date"]
        time = "%H:%M:%S" if found["time"].count(":") == 2 else "%H:%M"  # noqa: PLR2004 - hours, minutes, seconds
        try:
            moment = datetime.fromisoformat(f"{found['date'].replace('/', '-')}T{found['time']}").replace(tzinfo=UTC)
            moved = moment + self.by
        except (ValueError, OverflowError):
            return found[0]
        return moved.strftime(f"{'%Y/%m/%d' if slash else '%Y-%m-%d'}{found['gap']}{time}") + found["rest"]

    def _written(self, form: str, found: re.Match[str]) -> str:
        try:
            return (datetime.strptime(found[0], form).replace(tzinfo=UTC) + self.by).strftime(form)
        except (ValueError, OverflowError):
            return found[0]

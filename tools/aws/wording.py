"""Numbers, times and series as people read them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 40

HOUR, DAY = 60.0, 1440.0
GIBIBYTE, MEBIBYTE = 1024.0**3, 1024.0**2


def number(value: float) -> str:
    """Write a number with three significant digits, and thousands apart."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:  # noqa: PLR2004 - from here on no decimals
        return f"{value:,.0f}"
    return f"{value:.3g}"


def size(count: float) -> str:
    """Write bytes as GiB or MiB."""
    return f"{count / GIBIBYTE:.1f} GiB" if count >= GIBIBYTE else f"{count / MEBIBYTE:.0f} MiB"


def duration(minutes: float) -> str:
    """Write a length of time."""
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    if minutes < 2 * HOUR:
        return f"{minutes:.0f} min"
    return f"{minutes / HOUR:.1f} h" if minutes < 2 * DAY else f"{minutes / DAY:.0f} days"


def clock(at: datetime) -> str:
    """Write a time of day (UTC), with the date unless it is today."""
    today = at.date() == datetime.now(UTC).date()
    return at.strftime("%H:%M:%S UTC" if today else "%Y-%m-%d %H:%M UTC")


def ago(at: datetime, now: datetime) -> str:
    """Write a time and how long ago it was."""
    return f"{clock(at)} ({duration(max(0.0, (now - at).total_seconds() / 60))} ago)"


def sparkline(values: Sequence[float]) -> str:
    """Draw a series in one line, at most WIDTH bars: the highest value of each stretch."""
    if not values:
        return ""
    count = min(WIDTH, len(values))
    edges = [index * len(values) // count for index in range(count + 1)]
    tops = [max(values[start:end]) for start, end in itertools.pairwise(edges)]
    low, high = min(tops), max(tops)
    if high == low:
        return BARS[0] * count
    return "".join(BARS[int((top - low) / (high - low) * (len(BARS) - 1))] for top in tops)


def shortened(text: str, length: int) -> str:
    """Return one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"

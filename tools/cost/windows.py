"""Which days words mean: `last month`, `last 7 days`, `2026-09`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from tools.contract import ToolError
from tools.cost.records import Window

DAY = timedelta(days=1)
COUNTED = {
    "": ("last 30 days", 30),
    "yesterday": ("yesterday", 1),
    "this week": ("last 7 days", 7),
    "last week": ("last 7 days", 7),
}
MOST_DAYS = 365
"""Cost Explorer keeps 14 months by default: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html"""

MOST_MONTHS = 6
"""With as many before them, that is a year."""
MONTHS = [name.lower() for name in calendar.month_name][1:]


def window(words: str, today: date) -> Window:
    """Return the days that words mean, seen from a day whose own costs are not complete.

    Raises:
        ToolError: They name no time that can be looked at.
    """
    said, first = " ".join(words.lower().split()), today.replace(day=1)
    if said in COUNTED:
        name, days = COUNTED[said]
        return _days(name, today, days)
    if said in {"this month", "last month"}:
        return _begun(said, first, today) if said == "this month" else _month((first - DAY).replace(day=1))
    if found := re.fullmatch(r"(?:last |past )?(\d{1,3}) days?", said):
        return _days(said, today, min(MOST_DAYS, max(1, int(found[1]))))
    if found := re.fullmatch(r"(?:last |past )?(\d{1,2}) (week|month)s?", said):
        return _several(said, today, max(1, int(found[1])), found[2])
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", said):
        return _of(date(int(found[1]), int(found[2]), 1), today)
    if (name := said.split(" ")[0]) in MONTHS and re.fullmatch(r"[a-z]+( \d{4})?", said):
        return _of(_latest(MONTHS.index(name) + 1, said.partition(" ")[2], first), today)
    raise ToolError(f"I do not know the period {words}: say last month, this month, last 7 days, March or 2026-09.")


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first.replace(day=28) + 4 * DAY).replace(day=1)


def _of(first: date, today: date) -> Window:
    """Return a month; as far as it has come, if it is this one."""
    return _begun(f"{first:%B %Y} so far", first, today) if first == today.replace(day=1) else _month(first)


def _several(name: str, today: date, count: int, unit: str) -> Window:
    """Return weeks that end yesterday, or whole months before this one, and as many before them."""
    if unit == "week":
        return _days(name, today, min(MOST_DAYS // 7, count) * 7)
    count, end = min(MOST_MONTHS, count), today.replace(day=1)
    return Window(name, _back(end, count), end, _back(end, 2 * count))


def _back(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _latest(month: int, year: str, first: date) -> date:
    """Return the first day of a month; without a year the latest that has begun."""
    if year:
        return date(int(year), month, 1)
    return date(first.year if month <= first.month else first.year - 1, month, 1)


def _days(name: str, today: date, count: int) -> Window:
    start = today - count * DAY
    return Window(name, start, today, start - count * DAY)


def _month(first: date) -> Window:
    return Window(f"{first:%B %Y}", first, next_month(first), (first - DAY).replace(day=1))


def _begun(name: str, first: date, today: date) -> Window:
    """Return a month that is not over, to compare with as many days before it."""
    if first == today:
        return _month((first - DAY).replace(day=1))
    return Window(name, first, today, first - (today - first))

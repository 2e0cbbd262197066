"""Which days words mean: `last month`, `last 7 days`, `2026-09`."""

from __future__ import annotations

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
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", said):
        return _month(date(int(found[1]), int(found[2]), 1))
    raise ToolError(f"I do not know the period {words}: say last month, this month, last 7 days or 2026-09.")


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first.replace(day=28) + 4 * DAY).replace(day=1)


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

"""Spend of a window in the light of the one before: totals, what moved, and the picture of its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tools.contract import Chart, Series
from tools.cost.money import change, words
from tools.cost.records import Spend, Window
from tools.cost.spikes import Spike

ROWS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing cost in the window and in the one before."""

    name: str
    currency: str
    now: Decimal
    before: Decimal

    @property
    def moved(self) -> Decimal:
        """How much more."""
        return self.now - self.before


def lines(spends: Iterable[Spend], window: Window) -> list[Line]:
    """Return what each thing cost, the most expensive first; currencies are kept apart."""
    now: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    before: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in spends:
        if window.start <= one.day < window.end:
            now[one.name, one.currency] += one.amount
        elif window.before <= one.day < window.start:
            before[one.name, one.currency] += one.amount
    keys = sorted(now.keys() | before.keys())
    made = [Line(name, currency, now[name, currency], before[name, currency]) for name, currency in keys]
    return sorted(made, key=lambda one: -one.now)


def sums(told: Sequence[Line]) -> list[Line]:
    """Return the sum of each currency, the largest first."""
    found: dict[str, Line] = {}
    for one in told:
        known = found.get(one.currency, Line("", one.currency, Decimal(), Decimal()))
        found[one.currency] = Line("", one.currency, known.now + one.now, known.before + one.before)
    return sorted(found.values(), key=lambda one: -one.now)


def headline(told: Sequence[Line], window: Window, about: str) -> str:
    """Say what it cost, and how that compares."""
    whole = sums(told)
    of = f" of {about}" if about else ""
    if not whole:
        return f"Nothing was charged{of} in {window.name}."
    amounts = ", ".join(f"{words(one.now, one.currency)} ({change(one.now, one.before)})" for one in whole)
    days = (window.start - window.before).days
    movers = [one for one in sorted(told, key=lambda one: -abs(one.moved)) if one.moved][:1] if len(told) > 1 else []
    most = "".join(f"; {one.name or 'unnamed'} moved most, {_signed(one)}" for one in movers)
    return f"Spend{of}, {window.name}: {amounts} against the {days} days before{most}."


def table(told: Sequence[Line]) -> str:
    """Return a line for each thing."""
    shown = [
        f"- {one.name or '(none)'}: {words(one.now, one.currency)}, {change(one.now, one.before)}"
        for one in told[:ROWS]
    ]
    rest = told[ROWS:]
    more = [f"- {len(rest)} more: {words(one.now, one.currency)}" for one in sums(rest)]
    return "\n".join([*shown, *more])


def days(spends: Iterable[Spend], window: Window) -> str:
    """Return a line for each day of a window, the latest first."""
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for one in spends:
        if window.start <= one.day < window.end:
            sums[one.day, one.currency] += one.amount
    told = sorted(sums.items(), key=lambda one: one[0], reverse=True)
    return "\n".join(f"- {day:%a %Y-%m-%d}: {words(amount, currency)}" for (day, currency), amount in told)


def chart(spends: Sequence[Spend], window: Window, spikes: Sequence[Spike], about: str) -> Chart | None:
    """Return the days of both windows in the currency that most was spent in, spikes marked."""
    whole = sums(lines(spends, window))
    if not whole:
        return None
    currency, days = whole[0].currency, dict[date, Decimal]()
    for one in spends:
        if one.currency == currency and window.before <= one.day < window.end:
            days[one.day] = days.get(one.day, Decimal()) + one.amount
    points = tuple((_noon(day), float(days[day])) for day in sorted(days))  # a pixel is no money
    meant = [one for one in spikes if one.currency == currency]
    return Chart(
        title=f"Daily spend{f' of {about}' if about else ''}",
        unit=f"{currency} a day",
        series=(Series("spend", points),),
        marks=tuple((_noon(one.start), f"{words(one.extra, currency)} more") for one in meant[:3]),
        alt=f"{headline(lines(spends, window), window, about)} {len(meant)} spike{'' if len(meant) == 1 else 's'}.",
    )


def _signed(line: Line) -> str:
    return f"{words(abs(line.moved), line.currency)} {'more' if line.moved > 0 else 'less'}"


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=12)

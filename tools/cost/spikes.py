"""Days that cost more than their like: robust against the very spikes it looks for, and against weekends.

A day is compared with the median of the same weekday in the weeks before it, because most bills breathe with the week;
a mean would be lifted by the last spike, and hide the next. How far a day may be from that is judged by the median
absolute deviation (scaled to a standard deviation by 1.4826) of the weeks before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from tools.cost.records import Spend

WEEKS, LEAST_WEEKS, PLAIN_DAYS, LEAST_DAYS = 5, 3, 14, 6
SIGMAS, SCALED = Decimal(5), Decimal("1.4826")
LEAST_RISE = Decimal("0.2")
"""Of what was expected: steps that a person would not act on are none."""
LEAST_MONEY = Decimal(1)
"""A day, in the currency of the bill."""


@dataclass(frozen=True, slots=True)
class Spike:
    """Days in a row that cost more than expected.

    Attributes:
        name: What cost more.
        currency: Of the amounts.
        start: First day.
        end: Last day.
        extra: What it cost above what was expected, all days together.
        expected: Of the last of these days.
        amount: Of the last of these days.
    """

    name: str
    currency: str
    start: date
    end: date
    extra: Decimal
    expected: Decimal
    amount: Decimal

    @property
    def monthly(self) -> Decimal:
        """What it would cost more in 30 days, if it stays as on its last day."""
        return (self.amount - self.expected) * 30


def spikes(spends: Iterable[Spend], start: date, end: date) -> list[Spike]:
    """Return the spikes that lie in a window, those that cost most first; days before it say what is usual."""
    found = [
        one
        for (name, currency), days in by_name(spends).items()
        for one in _runs(name, currency, days)
        if one.end >= start and one.start < end
    ]
    return sorted(found, key=lambda one: -one.extra)


def by_name(spends: Iterable[Spend]) -> dict[tuple[str, str], dict[date, Decimal]]:
    """Return the series of each name and currency."""
    series: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in spends:
        series[one.name, one.currency][one.day] += one.amount
    return dict(series)


def _runs(name: str, currency: str, days: Mapping[date, Decimal]) -> Iterable[Spike]:
    """Yield runs of days that stick out; a day that does is no example for those after it."""
    usual = dict(_whole(days))
    run: list[tuple[date, Decimal, Decimal]] = []
    for day in sorted(usual):
        amount = usual[day]
        told = expected(usual, day, {one for one, *_ in run})
        if told is not None and _sticks_out(amount, *told):
            run.append((day, amount, told[0]))
            continue
        if run:
            yield _spike(name, currency, run)
            run = []
    if run:
        yield _spike(name, currency, run)


def _whole(days: Mapping[date, Decimal]) -> Iterable[tuple[date, Decimal]]:
    """Yield every day from the first to the last; one that is not on the bill cost nothing."""
    day, last = min(days), max(days)
    while day <= last:
        yield day, days.get(day, Decimal())
        day += timedelta(days=1)


def expected(days: Mapping[date, Decimal], day: date, without: set[date]) -> tuple[Decimal, Decimal] | None:
    """Return what a day should cost, and how far days are from that usually; None if too little is known."""
    before = [one for one in (day - timedelta(days=back) for back in range(1, 7 * WEEKS + 1)) if one in days]
    before = [one for one in before if one not in without]
    alike = [days[one] for one in before if (day - one).days % 7 == 0]
    plain = [days[one] for one in before[:PLAIN_DAYS]]
    examples = alike if len(alike) >= LEAST_WEEKS else plain
    if len(plain) < LEAST_DAYS:
        return None
    middle = median(examples)
    return middle, SCALED * median(abs(one - middle) for one in examples)


def _sticks_out(amount: Decimal, middle: Decimal, spread: Decimal) -> bool:
    above = amount - middle
    return above > max(SIGMAS * spread, LEAST_RISE * middle, LEAST_MONEY)


def _spike(name: str, currency: str, run: Sequence[tuple[date, Decimal, Decimal]]) -> Spike:
    (last, amount, usual), extra = run[-1], sum((amount - usual for _, amount, usual in run), Decimal())
    return Spike(name, currency, run[0][0], last, extra, usual, amount)

"""Outlooks as people read them: what is left, when it is gone, and how good such forecasts were."""

from __future__ import annotations

from datetime import datetime

from tools.aws.wording import number
from tools.capacity.history import STEP
from tools.capacity.outlook import Outlook
from tools.contract import Chart, Series
from tools.metrics.forecasting import Forecast


def told(one: Outlook) -> str:
    """Return what becomes of a resource, in a few sentences."""
    return " ".join(part for part in (_when(one), _level(one), _proof(one), _limit(one), _jumped(one)) if part)


def day(at: datetime) -> str:
    """Write a date."""
    return f"{at:%Y-%m-%d}"


def _when(one: Outlook) -> str:
    said = _upper(one.resource.said)
    if one.full:
        return f"{said}: at its limit now."
    if not isinstance(one.told, Forecast):
        return f"{said}: no date can be told."
    if one.likely:
        return f"{said}: used up in {one.days:.0f} days, on {day(one.likely)} ({_range(one)})."
    if one.soonest:
        return f"{said}: may be used up from {day(one.soonest)} on, if it grows at the upper end of the forecast."
    return f"{said}: not used up before {day(one.until)}, as far as the history tells."


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _range(one: Outlook) -> str:
    first = day(one.soonest) if one.soonest else "?"
    return f"{first} to {day(one.latest)}" if one.latest else f"{first} or later"


def _level(one: Outlook) -> str:
    res, grows = one.resource, ""
    unit = {"%": "%", "": ""}.get(res.unit, f" {res.unit}")
    if isinstance(one.told, Forecast) and abs(one.growth) >= 0.0005 * res.limit:
        grows = f", {number(abs(one.growth))}{unit} {'more' if one.growth > 0 else 'less'} each day"
    return f"{number(one.now)} of {number(res.limit)}{unit} are used{grows}."


def _limit(one: Outlook) -> str:
    return f"The limit: {one.resource.source}."


def _jumped(one: Outlook) -> str:
    if not one.jumped:
        return ""
    return f"The jump on {' and '.join(map(day, one.jumped))} is left out of the trend."


def _proof(one: Outlook) -> str:
    if not isinstance(one.told, Forecast):
        return one.told.why
    tried = one.told.tried
    stretches = f"{tried.tries} past stretches of {len(one.told.values) // 4} days"
    return f"MASE {tried.error:.2f} on {stretches}, {tried.naive:.2f} for repeating the last week."


def picture(one: Outlook) -> Chart:
    """Return the picture: what was used, how it goes on and in what range, and the limit."""
    res, times = one.resource, one.history.times
    past = Series("used", tuple(zip(times, map(float, one.history.values), strict=True)))
    limit = Series("limit", ((times[0], res.limit), (max(one.until, times[-1]), res.limit)))
    mark = one.likely or one.soonest
    return Chart(
        title=_upper(res.said.removeprefix("the ")),
        unit=res.unit or "in use",
        series=tuple(line for line in (past, Series("forecast", _ahead(one)), limit) if line.points),
        marks=((mark, f"{'used up' if one.likely else 'earliest'} {day(mark)}"),) if mark else (),
        alt=told(one),
        band=_range_ahead(one),
    )


def _ahead(one: Outlook) -> tuple[tuple[datetime, float], ...]:
    values = one.told.values if isinstance(one.told, Forecast) else ()
    return tuple((one.history.last + STEP * number, value) for number, value in enumerate(values, 1))


def _range_ahead(one: Outlook) -> tuple[tuple[datetime, float, float], ...]:
    spread = one.told.spread if isinstance(one.told, Forecast) else ()
    told_range = zip(_ahead(one), spread, strict=True)
    return tuple((at, max(0.0, value - off), value + off) for (at, value), off in told_range)

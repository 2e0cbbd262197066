"""Outlooks as people read them: what is left, when it is gone, and how good such forecasts were."""

from __future__ import annotations

from datetime import datetime

from tools.aws.wording import number
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
    past = tuple(zip(times, map(float, one.history.values), strict=True))
    limit = Series("limit", ((times[0], res.limit), (max(one.until, times[-1]), res.limit)))
    marks = tuple((at, f"used up {day(at)}") for at in (one.likely or one.soonest,) if at)
    lines = (Series("used", past), *_ahead(one), limit)
    return Chart(res.said.removeprefix("the ").capitalize(), res.unit or "in use", lines, marks, alt=told(one))


def _ahead(one: Outlook) -> tuple[Series, ...]:
    if not isinstance(one.told, Forecast):
        return ()
    times = [one.history.last + (one.until - one.history.last) * (at / len(one.told.values)) for at in _steps(one)]
    values, spread = one.told.values, one.told.spread
    return (
        Series("forecast", tuple(zip(times, values, strict=True))),
        Series("at most", tuple((at, value + off) for at, value, off in zip(times, values, spread, strict=True))),
        Series("at least", tuple((at, max(0.0, v - off)) for at, v, off in zip(times, values, spread, strict=True))),
    )


def _steps(one: Outlook) -> range:
    return range(1, len(one.told.values) + 1) if isinstance(one.told, Forecast) else range(0)

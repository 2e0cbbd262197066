"""What a thousand requests of a service cost, where services.yaml names the metric that counts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from tools.aws import windows
from tools.aws.client import cloudwatch
from tools.aws.measurements import Metric, measured
from tools.contract import ToolError
from tools.cost.money import change, words
from tools.cost.records import Spend, Window
from tools.knowledge.services import services

DAY = 86_400
THOUSAND = 1000


def per_requests(spends: Sequence[Spend], meant: Window, about: str) -> list[str]:
    """Say what 1,000 requests of a service cost, against the time before; nothing where it names no metric.

    Only days on which requests were counted are taken, their costs as well, so that a young metric does not look dear.
    """
    service = services().get(about)
    if service is None or service.requests is None:
        return []
    named = service.requests
    try:
        counted = _counted(Metric(named.namespace, named.name, dict(named.dimensions), "Sum"), meant)
    except ToolError as why:
        return [f"No cost per request: {why}"]
    now = {day: count for day, count in counted.items() if meant.start <= day < meant.end}
    before = {day: count for day, count in counted.items() if meant.before <= day < meant.start}
    if not now:
        return [f"No cost per request: CloudWatch counted none in {named.namespace} {named.name}."]
    told = [_said(spends, now, before, currency) for currency in sorted({one.currency for one in spends})]
    days = f"{len(now)} of {(meant.end - meant.start).days} days"
    total = f"{sum(now.values()):,.0f} requests by {named.namespace} {named.name} on {days}"
    return [f"1,000 requests cost {', '.join(told)}: {total}, and what is tagged {about} only."] if told else []


def per_thousand(spends: Sequence[Spend], counted: dict[date, Decimal], currency: str) -> Decimal:
    """Return what 1,000 requests cost, by the costs and requests of the days on which any were counted."""
    spent = sum((one.amount for one in spends if one.currency == currency and one.day in counted), Decimal())
    return spent * THOUSAND / sum(counted.values()) if counted else Decimal()


def _counted(metric: Metric, meant: Window) -> dict[date, Decimal]:
    """Return the requests of each day that had any."""
    bounds = (datetime.combine(day, time(), UTC) for day in (meant.before, meant.start, meant.end))
    with cloudwatch() as client:
        points = measured(client, {"requests": metric}, windows.Window(*bounds), DAY)["requests"]
    return {at.date(): Decimal(repr(count)) for at, count in points if count > 0}


def _said(spends: Sequence[Spend], now: dict[date, Decimal], before: dict[date, Decimal], currency: str) -> str:
    unit = per_thousand(spends, now, currency)
    compared = change(unit, per_thousand(spends, before, currency)) if before else "no requests counted before"
    return f"{words(unit, currency)} ({compared})"

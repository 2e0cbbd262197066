"""Readings of spend: what it was, how it moved, which days stick out and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from config.settings import settings
from tools.contract import Finding, Observation, Role, ToolError
from tools.cost import overview
from tools.cost.anomalies import Anomaly, joined, odd_or_why
from tools.cost.causes import Made, rises, told_or_why
from tools.cost.explorer import Explorer, forecast
from tools.cost.filed import filed
from tools.cost.files import has_files
from tools.cost.money import words
from tools.cost.records import Costs, Kind, Spend, Window
from tools.cost.spikes import PLAIN_DAYS, WEEKS, Spike, spikes
from tools.cost.unit import per_requests
from tools.cost.windows import next_month, window
from tools.declare import reads
from tools.scope import require

FINDINGS = {
    "cost_spike": "A service cost clearly more on some days than on their like; with the usage and changes behind it.",
    "cost_anomaly": "AWS's own detection finds a cost odd that does not stick out from its days; with its root cause.",
    "cost_steady": "No day of the window cost clearly more than its like.",
}

About = Annotated[str, Field(max_length=128, description="service or application whose costs are meant; empty for all")]
Period = Annotated[str, Field(max_length=32, description="this month, last month, last 7 days, March or 2026-09")]
By = Annotated[
    str, Field(max_length=128, description="service, account, region, category, usage, day, application or `tag <key>`")
]
HISTORY = timedelta(days=7 * WEEKS + PLAIN_DAYS)
MOST = 3
NEEDS = (
    "ce:GetCostAndUsage",
    "ce:GetCostForecast",
    "ce:GetAnomalies",
    "cloudtrail:LookupEvents",
    "cloudwatch:GetMetricData",
    "s3:ListBucket",
    "s3:GetObject",
)


@reads(needs=NEEDS)
def cost_spend(
    about: About = "", period: Period = "last 30 days", by: By = "service", kind: Kind = "billed"
) -> Observation:
    """Say what was spent, against the time before, by service, account, region, usage or tag; and why it jumped.

    Billed is what the invoice asks, effective spreads commitments over their term. Costs come from FOCUS files where
    INFRA_FOCUS names them, from Cost Explorer otherwise. A day counts as a spike against the same weekday before.
    """
    require("databases", "")  # the widest of the scopes that name AWS's things: unscoped runs see all
    split = _split(by)
    with _costs(about, split, kind) as costs:
        meant = window(period, costs.last)
        spends = list(costs.daily(split, min(meant.before, meant.start - HISTORY), meant.end))
        jumps = spikes(spends, meant.start, meant.end)[:MOST]
        seen = [(one, _explained(costs, one, split)) for one in jumps]
    odd, notes = list[Anomaly](), list[str]()
    if not about and not has_files():  # AWS tells both of all that is spent only
        odd, notes = _of_aws(meant, split, kind)
    findings = joined(seen, odd) or (_steady(meant, about),)
    chart = overview.chart(spends, meant, jumps, about)
    told = _told(spends, meant, about, by, [*notes, *per_requests(spends, meant, about)])
    text = "\n".join([told.text, *(one.observed for one in findings)])
    return replace(told, text=text, findings=findings, chart=chart)


def _split(by: str) -> str:
    """Return what costs are read by: days are told beside the services, applications by the tag that names them."""
    return {"day": "service", "application": f"tag {settings().infra_cost_tag}"}.get(by, by)


def _of_aws(meant: Window, split: str, kind: Kind) -> tuple[list[Anomaly], list[str]]:
    """Return what AWS finds odd, and what else it has to say; its anomalies are about services."""
    odd, why = odd_or_why(meant) if split == "service" else ([], "")
    return odd, [one for one in (_expected(kind), f"No anomalies of AWS: {why}" if why else "") if one]


def _told(spends: Sequence[Spend], meant: Window, about: str, by: str, notes: Sequence[str]) -> Observation:
    lines = overview.lines(spends, meant)
    head = " ".join((overview.headline(lines, meant, about), *notes))
    table = overview.days(spends, meant) if by == "day" else overview.table(lines)
    return Observation(f"{head}\n{table}", headline=head)


@contextmanager
def _costs(about: str, by: str, kind: Kind) -> Iterator[Costs]:
    if has_files():
        with filed(by, about, kind) as costs:
            yield costs
        return
    tag = settings().infra_cost_tag
    yield Explorer(kind, (tag, about) if about else None)


def _explained(costs: Costs, spike: Spike, by: str) -> Finding:
    """Return a spike with what is behind it."""
    behind = rises(costs, spike, by)[:1] if by == "service" else []
    made, why = told_or_why(spike.name, spike.start) if by == "service" else ([], "")
    usage = "".join(f", {one.share * 100:.0f} % of the rise {one.usage or 'unnamed usage'}" for one in behind)
    did = "".join(f", after {one.sentence}" for one in made[:1])
    more = "".join(f" Then {one.sentence}." for one in made[1:]) + (f" CloudTrail was not asked: {why}" if why else "")
    return Finding(
        code="cost_spike",
        subject=f"cost/{spike.name or 'unnamed'}",
        observed=f"{_jump(spike)}{usage}{did}. {_sums(spike)}{more}",
        pointer=f"daily costs {spike.start} to {spike.end}" + "".join(f", event {one.id}" for one in made),
        confidence=0.9 if made and behind else 0.8,
        role=Role.CAUSE,
        since=datetime(spike.start.year, spike.start.month, spike.start.day, tzinfo=UTC),
        advice=_advice(spike, made),
    )


def _jump(spike: Spike) -> str:
    when = f"on {spike.start}" if spike.start == spike.end else f"from {spike.start} to {spike.end}"
    amounts = f"{words(spike.amount, spike.currency)} a day, not {words(spike.expected, spike.currency)}"
    return f"{spike.name or 'Unnamed'} jumped {when}: {amounts}"


def _sums(spike: Spike) -> str:
    extra, monthly = words(spike.extra, spike.currency), words(spike.monthly, spike.currency)
    return f"That is {extra} more so far, and {monthly} a month at this rate."


def _advice(spike: Spike, made: Sequence[Made]) -> str:
    if made:
        monthly = words(spike.monthly, spike.currency)
        return f"Ask {made[0].who} whether {made[0].event} is meant; if not, take it back: it costs {monthly} a month."
    return "Nobody's change was found near its beginning: look at traffic, and at what scales by itself."


def _steady(meant: Window, about: str) -> Finding:
    return Finding(
        code="cost_steady",
        subject=f"cost/{about or 'all'}",
        observed=f"No day of {meant.name} cost clearly more than the same weekday before.",
        pointer="daily costs",
        confidence=0.8,
        role=Role.HEALTHY,
    )


def _expected(kind: Kind) -> str:
    """Say what this month will have cost, as AWS expects; nothing where it does not know."""
    today = datetime.now(UTC).date()
    end = next_month(today.replace(day=1))
    try:
        told = forecast(today, end, kind)
    except ToolError as why:
        return f"No forecast: {why}"
    if told is None:
        return ""
    least, most = words(told.least, told.currency), words(told.most, told.currency)
    sure = f" (with {told.sure} % certainty {least} to {most})" if told.least < told.most else ""
    return f"AWS expects {words(told.mean, told.currency)} more until {end - timedelta(days=1)}{sure}."

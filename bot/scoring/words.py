"""The scoreboard as people read it: a line for each question, and how it was before; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from agents.contract import Ending
from bot.scoring.periods import Period
from bot.scoring.prices import Prices
from bot.scoring.scores import AgentScore, Money, Scores

T = TypeVar("T")
MOST_AGENTS = 5
_PLENTY = 10
"""Seconds, minutes or hours from which no fraction is told."""
NOTHING = "No data: nothing ended in these days. Runs, decisions and incidents are counted as they end."


def board(period: Period, now: Scores, before: Scores, prices: Prices) -> str:
    """Return the scoreboard of a period as Markdown, each figure beside that of the days before it."""
    title = f"**Scoreboard, {named(period)}**"
    if now.empty and not now.spend and now.age is None:
        return f"{title}\n\n{NOTHING}"
    against = f"In brackets: {named(period.before)}." if not before.empty else f"No data of {named(period.before)}."
    lines = [
        _incidents(now, before),
        _outside(now, before),
        _proposals(now, before),
        _runs(now, before),
        _quality(now, before),
        _cost(now, before, prices),
        *(_agent(one) for one in now.agents[:MOST_AGENTS]),
    ]
    return f"{title}\n{against}\n\n" + "\n".join(f"- {line}" for line in lines if line)


def named(period: Period) -> str:
    """Return which days they are."""
    if period.days == 1:
        return f"{period.first:%-d %b} (UTC)"
    return f"{period.days} days, {period.first:%-d %b} to {period.last:%-d %b} (UTC)"


def lasting(time: timedelta) -> str:
    """Return a duration as people say it."""
    seconds = time.total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds)} s" if seconds >= 1 else f"{round(seconds * 1000)} ms"


def _incidents(now: Scores, before: Scores) -> str:
    if not now.closed:
        return f"**Incidents**: no data, none was over{_was(now, before, lambda one: one.closed or None, str)}"
    mttr = _both(now, before, lambda one: one.resolve, lasting)
    first = _both(now, before, lambda one: one.first, lasting)
    closed = _both(now, before, lambda one: one.closed, str)
    return f"**Incidents**: {closed} over · MTTR {mttr} · first finding after {first}"


def _outside(now: Scores, before: Scores) -> str:
    age = _both(now, before, lambda one: one.age, lambda days: f"{_short(float(days))} d")
    spend = [
        f"{_both(now, before, lambda one: one.spend.get(unit), _rounded)} {unit}"  # noqa: B023 - called at once
        for unit in sorted(now.spend)
    ]
    return f"**Findings** are open for {age} · **spend** {', '.join(spend) or 'no data'}"


def _proposals(now: Scores, before: Scores) -> str:
    put = sum(now.proposed.values())
    if not (put or now.decided or now.changes):
        return "**Proposals**: none"
    parts = [f"{put} made"]
    parts += [f"accepted {_both(now, before, lambda one: one.accepted, _share)}"]
    parts += [f"approval wait {_both(now, before, lambda one: one.wait, lasting)} (median)"]
    parts += [f"changes {_counts(now.changes)}" if now.changes else "no changes"]
    parts += [f"{number} {what}" for number, what in _rare(now) if number]
    return f"**Proposals**: {' · '.join(parts)}"


def _rare(now: Scores) -> tuple[tuple[int, str], ...]:
    return (
        (now.allowed, "allowed by the policy itself"),
        (now.proposed.get("deny", 0), "denied by the policy"),
        (now.decided.get("expired", 0), "expired"),
    )


def _runs(now: Scores, before: Scores) -> str:
    if not now.runs:
        return "**Runs**: none"
    total = _both(now, before, lambda one: sum(one.runs.values()) or None, str)
    p95 = _both(now, before, lambda one: one.p95, lasting)
    unclear = _both(now, before, lambda one: one.inconclusive, _share)
    return f"**Runs**: {total} · p95 {p95} · inconclusive {unclear}"


def _quality(now: Scores, before: Scores) -> str:
    """Return what should not be; said even where there is none of it."""
    told = (
        ("escalations", lambda one: one.escalated),
        ("unverified claims", lambda one: one.unverified),
        ("failed policy checks", lambda one: one.checks),
        ("budget stops", lambda one: one.runs.get(Ending.LIMIT, 0)),
        ("failed runs", lambda one: one.runs.get(Ending.FAILED, 0) + one.runs.get("parked", 0)),
    )
    return " · ".join(f"{what} {_both(now, before, of, str)}" for what, of in told) if now.runs else ""


def _cost(now: Scores, before: Scores, prices: Prices) -> str:
    if not now.tokens:
        return "**Models**: no tokens" if now.runs else ""
    tokens = _both(now, before, lambda one: one.tokens, "{:,}".format)
    dated = f" at prices of {prices.as_of}" if prices.as_of else ""
    paid = _both(now, before, lambda one: one.money.usd, usd)
    each = usd(now.money.usd / sum(now.runs.values())) if now.runs else "no data"
    return f"**Models**: {tokens} tokens · {paid}, {each} a run{dated}{_unpriced(now.money)}"


def _agent(one: AgentScore) -> str:
    parts = [f"{one.runs} run{'' if one.runs == 1 else 's'}"]
    parts += [f"p95 {lasting(one.p95)}"] if one.p95 else []
    parts += [_used(one)] if one.tokens else []
    return f"`{one.agent}`: {' · '.join(parts)}"


def _used(one: AgentScore) -> str:
    """Return what an agent's models used, in all and by the run."""
    each = f"{round(one.tokens / one.runs):,} and {usd(one.money.usd / one.runs)} a run"
    return f"{one.tokens:,} tokens, {usd(one.money.usd)} ({each}){_unpriced(one.money)}"


def _unpriced(money: Money) -> str:
    return f" without {', '.join(f'`{one}`' for one in money.unpriced)} (no price known)" if money.unpriced else ""


def usd(amount: Decimal) -> str:
    """Return money as people read it; below a cent, that it is."""
    return "under $0.01" if 0 < amount < Decimal("0.01") else f"${amount:,.2f}"


def _both(now: Scores, before: Scores, of: Callable[[Scores], T | None], say: Callable[[T], str]) -> str:
    """Return a figure, with what it was before in brackets."""
    value = of(now)
    return "no data" if value is None else f"{say(value)}{_was(now, before, of, say)}"


def _was(now: Scores, before: Scores, of: Callable[[Scores], T | None], say: Callable[[T], str]) -> str:
    old = None if before.empty else of(before)
    if old is None:
        return ""
    value = of(now)
    return " (same)" if value is not None and say(value) == say(old) else f" ({say(old)})"


def _counts(of: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(of.items()))


def _share(share: Decimal) -> str:
    return f"{share:.0%}"


def _rounded(value: Decimal) -> str:
    return f"{value:,.0f}"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= _PLENTY else f"{value:.1f}".removesuffix(".0")

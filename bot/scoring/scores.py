"""The figures of a period, from what was counted on its days and the incidents that were over in it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from agents.contract import Ending
from bot.approvals.model import Effect
from bot.scoring.prices import Prices
from bot.scoring.sketch import quantile
from bot.scoring.tally import Tally
from bot.store.facts import Day
from bot.store.incidents import Incident

AGE = "finding age days"
SPEND = "spend "
"""Before the unit of what was spent on a day, such as `USD a day`."""


@dataclass(frozen=True, slots=True)
class Money:
    """What tokens cost (USD), and the models that have no price, whose tokens it leaves out."""

    usd: Decimal
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgentScore:
    """What an agent did: runs, how long nearly all took, and what they used."""

    agent: str
    runs: int
    p95: timedelta | None
    tokens: int
    money: Money


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of a period; None is no data, which is not 0.

    Attributes:
        closed: Incidents that were over in it.
        resolve: Mean time from opening to over (MTTR).
        first: Mean time from opening to the first report.
        age: Mean age of open findings (days), as the last posture run told it.
        spend: Mean spend by unit, such as `USD a day`, over the days that are known.
        runs: Runs by how they ended.
        p95: What 95 % of the runs did not exceed.
        unverified: Claims without a reading behind them.
        checks: Steps of the pipeline that refused a draft.
        proposed: Proposals by what the policy said.
        decided: Proposals by what people made of them.
        wait: What half of the approvals did not exceed, from card to yes.
        escalated: Times others were told: of a card that nobody decides, of a grave alert that nobody acts on.
        changes: Dispatches by how they ended.
        agents: By agent, the busiest first.
        money: What the tokens cost.
    """

    closed: int
    resolve: timedelta | None
    first: timedelta | None
    age: Decimal | None
    spend: Mapping[str, Decimal]
    runs: Mapping[str, int]
    p95: timedelta | None
    unverified: int
    checks: int
    proposed: Mapping[str, int]
    decided: Mapping[str, int]
    wait: timedelta | None
    escalated: int
    changes: Mapping[str, int]
    agents: tuple[AgentScore, ...]
    money: Money

    @property
    def empty(self) -> bool:
        """Whether nothing at all ended in it."""
        return not (self.closed or self.runs or self.proposed or self.decided or self.changes)

    @property
    def tokens(self) -> int:
        """All tokens."""
        return sum(one.tokens for one in self.agents)

    @property
    def accepted(self) -> Decimal | None:
        """Share of the proposals put to people that somebody accepted."""
        asked = sum(self.decided.values())
        return Decimal(self.decided.get("accepted", 0)) / asked if asked else None

    @property
    def inconclusive(self) -> Decimal | None:
        """Share of the runs that came to an end of their own that could not say what it is."""
        open_ended = self.runs.get(Ending.INCONCLUSIVE, 0)
        own = open_ended + self.runs.get(Ending.ANSWERED, 0)
        return Decimal(open_ended) / own if own else None

    @property
    def allowed(self) -> int:
        """Proposals that the policy let through by itself."""
        return self.proposed.get(Effect.ALLOW, 0)


def scored(days: Sequence[Day], incidents: Sequence[Incident], prices: Prices) -> Scores:
    """Return the figures of days, and of the incidents that were over on them."""
    tally = Tally.of(day.counts for day in days)
    agents = tuple(sorted({parts[0] for parts in tally.by("runs")}, key=lambda one: (-tally.total("runs", one), one)))
    return Scores(
        closed=len(incidents),
        resolve=_mean(one.took for one in incidents),
        first=_mean(one.first_finding - one.opened for one in incidents if one.first_finding),
        age=next((day.measured[AGE] for day in reversed(days) if AGE in day.measured), None),
        spend=_spend(days),
        runs=_second(tally, "runs"),
        p95=quantile(tally.buckets("run"), 0.95),
        unverified=tally.total("unverified"),
        checks=tally.total("checks"),
        proposed=_first(tally, "proposed"),
        decided=_first(tally, "decided"),
        wait=quantile(tally.buckets("wait"), 0.5),
        escalated=tally.total("escalated"),
        changes=_first(tally, "changes"),
        agents=tuple(_agent(tally, one, prices) for one in agents),
        money=_money(tally, prices),
    )


def _agent(tally: Tally, agent: str, prices: Prices) -> AgentScore:
    return AgentScore(
        agent=agent,
        runs=tally.total("runs", agent),
        p95=quantile(tally.buckets("run", agent), 0.95),
        tokens=tally.total("tokens in", agent) + tally.total("tokens out", agent),
        money=_money(tally, prices, agent),
    )


def _money(tally: Tally, prices: Prices, *agent: str) -> Money:
    """Return what tokens cost, of an agent or of all."""
    usd, unpriced = Decimal(), set[str]()
    used = {parts for kind in ("tokens in", "tokens out") for parts in tally.by(kind) if parts[: len(agent)] == agent}
    for who, model in used:
        cost = prices.of(model, tally.total("tokens in", who, model), tally.total("tokens out", who, model))
        if cost is None:
            unpriced.add(model)
        else:
            usd += cost
    return Money(usd, tuple(sorted(unpriced)))


def _mean(times: Iterable[timedelta | None]) -> timedelta | None:
    known = [one for one in times if one is not None]
    return sum(known, timedelta()) / len(known) if known else None


def _spend(days: Sequence[Day]) -> dict[str, Decimal]:
    found: dict[str, list[Decimal]] = {}
    for day in days:
        for what, value in day.measured.items():
            if what.startswith(SPEND):
                found.setdefault(what.removeprefix(SPEND), []).append(value)
    return {unit: sum(values, Decimal()) / len(values) for unit, values in found.items()}


def _first(tally: Tally, what: str) -> dict[str, int]:
    return {parts[0]: number for parts, number in tally.by(what).items()}


def _second(tally: Tally, what: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, ending), number in tally.by(what).items():
        found[ending] = found.get(ending, 0) + number
    return found

"""Count what ends, as it ends; a count that cannot be kept is logged, and never in the way of what it counts."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from redis.exceptions import RedisError

from agents.contract import Ask, Health
from agents.events import Ended
from bot.approvals.model import Approval, Decision
from bot.firsthand import TELLERS
from bot.ports import Ports
from bot.scoring.scores import AGE, SPEND
from bot.scoring.tally import (
    broken_run,
    decided_counts,
    escalated_counts,
    outcome_counts,
    policy_counts,
    run_counts,
)
from bot.store.runs import Run, Stage
from tools.canonical import digest
from tools.contract import Chart
from tools.proposal import Outcome, Proposal

log = logging.getLogger(__name__)

FINDERS = frozenset({"security"})
"""Agents whose findings stay open until somebody does something, so that their age says something."""
SPENDER, ALL_SPEND = "cost", "Daily spend"
"""Who says what was spent, and what it calls a chart of all of it (tools/cost/overview.py); others are of a part."""


class Recording:
    """Counts for the scoreboard; every call is safe to repeat."""

    def __init__(self, ports: Ports) -> None:
        self._facts = ports.store.facts
        self._incidents = ports.store.incidents
        self._now = ports.now

    async def run(self, run: Run, agent: str, ended: Ended | None, stage: Stage, charts: Sequence[Chart] = ()) -> None:
        """Count a run that ended; where it saw what alarmed recover, the incident is over."""
        if agent in TELLERS:  # what is told from our own books is no run of an agent
            return
        broken = ended is None or stage is Stage.PARKED
        counts = broken_run(agent, stage.value) if broken or ended is None else run_counts(agent, ended)
        await self._count(f"run:{run.id}", counts)
        if ended is not None:
            await self._quietly(lambda: self._saw(run, agent, ended))
            await self._quietly(lambda: self._spent(agent, charts))

    async def stopped(self, run_ids: tuple[str, ...]) -> None:
        """Count runs that a person stopped."""
        for name in run_ids:
            await self._count(f"run:{name}", broken_run("", Stage.STOPPED.value))

    async def proposed(self, proposal: Proposal, decision: Decision) -> None:
        """Count what the policy said of a proposal; a run that is repeated proposes the same."""
        name = digest({"run": proposal.run_id, "tool": proposal.tool, "args": proposal.args})
        await self._count(f"proposed:{name}", policy_counts(decision.effect))

    async def decided(self, approval: Approval) -> None:
        """Count what became of a proposal, once: a yes that is taken back was a yes."""
        if counts := decided_counts(approval):
            await self._count(f"decided:{approval.proposal.id}", counts)

    async def changed(self, outcome: Outcome) -> None:
        """Count how a dispatch ended."""
        await self._count(f"changed:{outcome.proposal_id}", outcome_counts(outcome))

    async def escalated(self, approval: Approval) -> None:
        """Count a reminder, or that others were told."""
        await self._count(f"nudged:{approval.proposal.id}:{approval.nudged}", escalated_counts(approval))

    async def called(self, ask: Ask) -> None:
        """Count that people were called to an alert that nobody acted on."""
        await self._count(f"called:{ask.thread.key}", {"escalated": 1})

    async def _saw(self, run: Run, agent: str, ended: Ended) -> None:
        now = await self._now()
        if run.ask.alert and ended.report.health is Health.RECOVERED:
            await self._incidents.recovered(run.ask.thread, now)
        since = [cited.finding.since for cited in ended.report.findings if cited.finding.since]
        if agent in FINDERS and since:
            await self._facts.measure(AGE, {now.date(): _mean_age(since, now)})

    async def _spent(self, agent: str, charts: Sequence[Chart]) -> None:
        """Keep what was spent on whole days, where a run drew all of it."""
        today = (await self._now()).date()
        for chart in charts:
            if agent == SPENDER and chart.title == ALL_SPEND:
                points = [(at.date(), value) for one in chart.series[:1] for at, value in one.points]
                days = {day: Decimal(f"{value:.2f}") for day, value in points if value is not None and day < today}
                await self._facts.measure(f"{SPEND}{chart.unit}", days)

    async def _count(self, name: str, counts: Mapping[str, int]) -> None:
        async def count() -> None:
            await self._facts.count(
                name, await self._now(), {what: number for what, number in counts.items() if number}
            )

        await self._quietly(count)

    async def _quietly(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (RedisError, OSError):
            log.warning("what ended was not counted", exc_info=True)


def _mean_age(since: list[datetime], now: datetime) -> Decimal:
    days = sum((now - one).total_seconds() for one in since) / len(since) / 86400
    return Decimal(f"{max(0.0, days):.2f}")

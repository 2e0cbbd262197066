"""What a schedule finds is taken up with nobody asked where the policy lists it: as if somebody had clicked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from agents.contract import Ask, AskKind, Ending, Report, item_key
from agents.events import Ended
from agents.placing import placed
from bot.approvals.model import Effect
from bot.approvals.policy import Context, Matter
from bot.ports import Ports
from bot.rules import risks
from bot.store.digests import ref_of
from tools.contract import Call

MOST = 5
"""Findings of one run that are taken up; the next run takes up the next."""
PREFIX = "listed:"

Hear = Callable[[Ask], Awaitable[bool]]


class Remediating:
    """Asks for the remedy of what the policy allows; that run looks again, and the policy decides once more."""

    def __init__(self, ports: Ports, hear: Hear) -> None:
        self._ports = ports
        self._hear = hear

    async def ended(self, ask: Ask, agent: str, end: Ended) -> None:
        """Take up what a schedule's run found and the policy lists. Safe to repeat."""
        if ask.kind is not AskKind.SCHEDULE or ask.item or end.ending is not Ending.ANSWERED:
            return
        context = Context(ask.thread.channel, "", await self._ports.now())
        for key in list(dict.fromkeys(self._listed(end.report, context)))[:MOST]:
            name, words = f"{PREFIX}{ask.id}:{ref_of(key)}", f"Remediate {key.partition(':')[2]}: the policy lists it."
            await self._hear(replace(ask, id=name, text=words, agent=agent, item=key))

    def _listed(self, report: Report, context: Context) -> Iterator[str]:
        for one in report.findings:
            if one.finding.remedy and self._allowed(one.finding.remedy, context):
                yield item_key(one.finding)

    def _allowed(self, remedy: Call, context: Context) -> bool:
        """Tell whether the policy would let a change be made with nobody asked; a change it does not know, never."""
        risk = risks().get(remedy.tool)
        if risk is None:
            return False
        where = placed(remedy.args).environment
        decision = self._ports.policy.rule_on(Matter(remedy.tool, risk, where, "", context, remedy.args))
        return decision.effect is Effect.ALLOW

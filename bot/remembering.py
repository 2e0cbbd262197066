"""When an incident is over: what it was is kept, so that the next one like it is recognized."""

from datetime import datetime

from agents.contract import Alert, Ask, AskKind, Health, ThreadRef
from agents.events import Ended
from bot.approvals.model import Approval
from bot.ports import Ports
from bot.recalling import past_of
from bot.store.sealed import Tampered

_AFTER = frozenset({AskKind.OUTCOME, AskKind.WAKE})


class Remembering:
    """Keeps incidents; each may be kept any number of times, the latest counts."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._store = ports.store

    async def ended(self, ask: Ask, end: Ended | None) -> None:
        """Keep the incident of a run that saw it recover."""
        if end and end.report.health is Health.RECOVERED and ask.kind in _AFTER:
            await self.over(ask.thread, ask.alert, await self._ports.now())

    async def over(self, thread: ThreadRef, alert: Alert | None, at: datetime) -> None:
        """Keep what a thread worked on, unless it is a direct message: those are nobody else's."""
        if thread.channel.startswith("D"):
            return
        turns = await self._store.transcripts.of(thread.key)
        names = dict.fromkeys(name for turn in turns if turn.report for name in turn.report.proposals)
        approvals = [found for name in names if (found := await self._approval(name))]
        if past := past_of(thread, alert, turns, approvals, at):
            await self._store.memories.keep(past)

    async def _approval(self, name: str) -> Approval | None:
        try:
            return await self._store.approvals.get(name)
        except Tampered:
            return None

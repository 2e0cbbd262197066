"""What follows a stale outcome: the product's own run, and the card that it leads to or the reason for none."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from agents import ROSTER
from agents.contract import Ask, AskKind, Turn
from agents.events import RunEvent
from agents.models.chain import Candidate, Chain
from agents.models.runbook import RunbookChat
from agents.run import LangChainRunner
from bot.approvals.model import Approval, State
from tests.bot.flow_fakes import FakeRunner
from tests.promises.office import Office
from tools import CATALOGUE

LIMIT = 5.0
"""Seconds from the dispatch of what had moved until there is a new card."""
PATIENCE = 30.0


def _engine() -> LangChainRunner:
    return LangChainRunner(ROSTER, CATALOGUE, Chain([Candidate("runbook", RunbookChat)], PATIENCE))


@dataclass
class Looking(FakeRunner):
    """Proposes what a script says; what became of it is looked at by the product's own engine."""

    engine: LangChainRunner = field(default_factory=_engine)

    async def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Run the script, or the engine."""
        run = self.engine if ask.kind is AskKind.OUTCOME else super().__call__
        async for event in run(run_id, ask, transcript):
            yield event


@dataclass
class Afresh:
    """Counts what people got after stale outcomes."""

    neither: int = 0
    longest: float = 0.0

    async def look(self, office: Office, approval: Approval, began: float) -> None:
        """Let the run look at an outcome, and note whether there is a new card, or a reason for none, and how soon."""
        await office.flow.work(approval.thread.key)
        self.longest = max(self.longest, time.monotonic() - began)
        thread = office.threads.opened[approval.thread.key]
        fresh = [one for one in thread.cards if one.state is State.OPEN and one.proposal.id != approval.proposal.id]
        told = any(
            "nothing left to propose" in words or "ask me to write it again" in words for words in thread.answers()
        )
        same = [one for one in fresh if one.proposal.args.items() >= approval.proposal.args.items()]
        moved = [one for one in same if one.proposal.preview.observed != approval.proposal.preview.observed]
        self.neither += not (len(moved) == len(fresh) == 1 or (told and not fresh))

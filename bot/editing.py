"""A person edits a proposal: what they made of it is previewed, decided and shown as a proposal of theirs."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from agents.contract import Alert
from bot.approvals.decide import Refusal, opened
from bot.approvals.model import Approval, Decision, Effect, State, Vote
from bot.aside import aside
from bot.following import called, remark
from bot.people import LookupDownError
from bot.ports import Ports
from bot.proposing import Proposing
from bot.ruling import GONE, Counting, Ruling
from bot.store.sealed import Tampered
from bot.store.trail import AuditError
from bot.telling import note
from tools.contract import JsonObject, ToolError
from tools.proposal import Proposal

log = logging.getLogger(__name__)

PREVIEW_SECONDS = 20.0


class Editing:
    """Has proposals edited. The old approval closes and the new one opens in one step: never both, never neither."""

    def __init__(self, ports: Ports, counting: Counting, proposing: Proposing) -> None:
        self._ports = ports
        self._store = ports.store
        self._counting = counting
        self._proposing = proposing

    async def edit(self, vote: Vote, args: JsonObject) -> Ruling:
        """Put a proposal with other arguments in the place of one that nobody has decided yet."""
        try:
            return await self._edit(vote, args)
        except ToolError as error:
            words = str(error)
        except TimeoutError:
            words = f"The preview gave no answer within {PREVIEW_SECONDS:g} s, so nothing was edited; try again."
        except LookupDownError:
            words = "Slack could not say whether you may edit this, so nothing was edited. Retry."
        except (Tampered, AuditError):
            log.exception("approval %s was not edited", vote.approval_id)
            words = "The record cannot be read or written as it must be, so nothing was edited."
        return Ruling(counted=False, words=words)

    async def _edit(self, vote: Vote, args: JsonObject) -> Ruling:
        old = await self._store.approvals.get(vote.approval_id)
        if old is None:
            return Ruling(counted=False, words=GONE)
        allowed = await self._counting.judged(old, vote)
        if isinstance(allowed, Refusal):  # asked before anything is previewed for anybody
            return await self._shown_again(old) or Ruling(counted=False, words=allowed.words)
        proposal = await self._redrafted(old, args, vote.voter)
        decision = await self._proposing.decided(old.thread, await self._alert(old), proposal)
        if decision.effect is Effect.DENY:
            return Ruling(counted=False, words=f"The policy does not allow that (“{decision.rule}”): {decision.why}")
        named = replace(vote, words=proposal.preview.summary)
        new = await self._opened(old, proposal, decision)
        await self._proposing.record(proposal, decision, edited_from=old.proposal.id)

        async def exchanged(before: Approval, after: Approval) -> bool:
            return await self._store.approvals.exchange(before, after, new, f"edit:{old.proposal.id}")

        return await self._told(await self._counting.counted(named, self._counting.judged, exchanged), new)

    async def _told(self, closed: Approval | Refusal, new: Approval) -> Ruling:
        if isinstance(closed, Refusal):
            return Ruling(counted=False, words=closed.words)
        await self._show(closed, new)
        return Ruling(counted=True, words="Edited; somebody else decides the new card.")

    async def _shown_again(self, old: Approval) -> Ruling | None:
        """Show the card that took the place of this one once more: the first time may have died on the way."""
        new = (
            await self._store.approvals.opened_as(f"edit:{old.proposal.id}") if old.state is State.SUPERSEDED else None
        )
        if new is None or new.state is not State.OPEN:
            return None
        await self._proposing.show(new)
        return Ruling(counted=False, words="This was edited already; decide the card that took its place.")

    async def _redrafted(self, old: Approval, args: JsonObject, editor: str) -> Proposal:
        async with asyncio.timeout(PREVIEW_SECONDS):
            return await aside(self._ports.redraft, old.proposal, args, editor, await self._ports.now())

    async def _opened(self, old: Approval, proposal: Proposal, decision: Decision) -> Approval:
        asked = (*old.barred, old.proposal.asker)
        fresh = opened(proposal, decision, old.thread, await self._ports.now())
        return replace(fresh, barred=tuple(dict.fromkeys(who for who in asked if who not in {"", proposal.asker})))

    async def _show(self, old: Approval, new: Approval) -> None:
        await note(self._ports, old.thread, f"{remark(old)} It is now: {called(new.proposal)}")
        await self._ports.threads.open(old.thread, old.proposal.asker).card(old)
        await self._proposing.show(new)

    async def _alert(self, old: Approval) -> Alert | None:
        run = await self._store.runs.get(old.proposal.run_id)
        return run.ask.alert if run else None

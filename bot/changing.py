"""One approved change, on a worker: checked again, sent at most once, then looked at by a run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from agents.contract import Ask, AskKind
from bot.approvals.again import tightened
from bot.approvals.decide import approvers, moved, not_dispatchable, unfit
from bot.approvals.glass import is_broken
from bot.approvals.model import Approval, State
from bot.approvals.policy import Context
from bot.aside import aside
from bot.audit import Record
from bot.breaking import sound
from bot.onrecord import contradicted
from bot.people import LookupDownError, members_of
from bot.ports import Ports
from bot.scoring.recording import Recording
from bot.store.runs import Run
from bot.store.sealed import Tampered
from bot.telling import tell
from tools.grants import issue
from tools.proposal import Grant, Outcome, Verdict
from tools.scope import Scopes, outside

log = logging.getLogger(__name__)

LOOKS, LOOK_SECONDS = 10, 0.1
"""How long a vote that came second may take to be recorded as such, before it is taken for one that was undone."""
SLACK = timedelta(seconds=5)
"""Records are found by the store's own time, which may be read a little before they are written."""

Hear = Callable[[Ask], Awaitable[bool]]

WORDS = {
    Verdict.DONE: "It was done as approved. I am looking at what came of it.",
    Verdict.FAILED: "The change did not take effect. I am looking at why.",
    Verdict.STALE: "The target moved since this was approved, so nothing was sent. I am looking at it again.",
    Verdict.REFUSED: "Nothing was sent: the approval was not good any more.",
    Verdict.EXPIRED: "The approval expired before the change could be sent, so nothing was sent. Nobody rejected it.",
    Verdict.UNKNOWN: "It is not known whether the change took effect. It will not be repeated; I am reading it back.",
}


class Changing:
    """Dispatches approvals: one worker at a time each, and never twice."""

    def __init__(self, ports: Ports, hear: Hear) -> None:
        self._ports = ports
        self._store = ports.store
        self._hear = hear
        self._recording = Recording(ports)

    async def dispatch(self, approval_id: str) -> None:
        """Carry out an approval, or find out what became of one whose worker died."""
        lease = await self._store.leases.take(f"dispatch:{approval_id}")
        if lease is None:
            return
        async with self._store.leases.held(lease):
            approval = await self._load(approval_id)
            match approval:
                case Approval(state=State.APPROVED):
                    await self._carry_out(approval)
                case Approval(state=State.DISPATCHED):
                    await self._finish(approval, await self._reconciled(approval))
                case _:
                    log.info("nothing to dispatch for %s", approval_id)

    async def _carry_out(self, approval: Approval) -> None:
        if is_broken(approval):
            await sound(self._ports, approval)
        if why := await self._forbidden(approval):
            late = await self._ports.now() >= approval.expires_at
            await self._finish(
                approval, await self._refused(approval, why, Verdict.EXPIRED if late else Verdict.REFUSED)
            )
            return
        sent = moved(approval, State.DISPATCHED)
        if not await self._store.approvals.replace(approval, sent):
            return
        await self._ports.threads.open(sent.thread, sent.proposal.asker).card(sent)
        outcome = await aside(self._ports.executor.execute, self._grant(sent))
        await self._finish(sent, outcome)

    async def _reconciled(self, approval: Approval) -> Outcome:
        """Return what the ledger says, or take the claim if nobody had it, or read the target back; send nothing."""
        ledger, proposal = self._store.ledger, approval.proposal
        recorded = await aside(ledger.outcome, proposal.id)
        if recorded:
            return recorded
        if await aside(ledger.claim, proposal.id, approval.digest):
            return await self._refused(approval, "The worker died before anything was sent; ask again.")
        return await aside(self._ports.executor.reconcile, self._grant(approval))

    async def _forbidden(self, approval: Approval) -> str:
        """Return why the change may not be made now, though it was approved; empty if it may."""
        if unsafe := await self._store.connection.changes_refused_because():
            return unsafe
        try:
            members = await self._entitled(approval)
            foreign = outside(await self._scopes(approval), approval.proposal.args)
        except LookupDownError:
            return "Slack could not say whether the approvers still may approve, so nothing was done; ask again."
        now = await self._ports.now()
        if known := await self._contradicted(approval):
            return known
        bad = not_dispatchable(approval, members, self._ports.policy.version, now)
        return bad or foreign or ("" if is_broken(approval) else await self._tightened(approval, now))

    async def _entitled(self, approval: Approval) -> frozenset[str]:
        """Return who may approve at this moment: in the groups, and still one of us with full rights."""
        members = await members_of(self._ports.directory, approval.decision.groups)
        people = [await self._ports.directory.person(voter) for voter in approvers(approval)]
        return members - {one.id for one in people if unfit(approval, one)}

    async def _contradicted(self, approval: Approval) -> str:
        """Return why the audit trail does not let this row be carried out; a vote that lost the race says so soon."""
        for _ in range(LOOKS):
            why = contradicted(approval, await aside(self._recorded_since, approval.opened_at - SLACK))
            if not why:
                break
            await asyncio.sleep(LOOK_SECONDS)
        return why

    def _recorded_since(self, moment: datetime) -> list[Record]:
        return list(self._store.trail.since(moment))

    async def _scopes(self, approval: Approval) -> Scopes:
        """Return what the asker may have changed in the thread, as the scopes are by now."""
        return await self._ports.scoped(approval.thread.channel, approval.proposal.asker)

    async def _tightened(self, approval: Approval, now: datetime) -> str:
        """Return why a yes from before is not enough at this time of day; empty if it is."""
        origin = await self._origin(approval)
        severity = origin.ask.alert.severity if origin and origin.ask.alert else ""
        context = Context(approval.thread.channel, severity, now)
        return tightened(approval.decision, self._ports.policy.decide(approval.proposal, context))

    async def _finish(self, approval: Approval, outcome: Outcome) -> None:
        """Say and record the outcome, before a run looks at it; a crash on the way repeats a step, and loses none."""
        await tell(self._ports, approval.thread, approval.proposal.asker, WORDS[outcome.verdict])
        await self._hear(await self._ask_about(approval, outcome))
        ended = moved(approval, State(outcome.verdict.value), outcome.detail)
        if not await self._store.approvals.replace(approval, ended):
            return
        await self._record(ended)
        await self._recording.changed(outcome)
        await self._ports.threads.open(ended.thread, ended.proposal.asker).card(ended)

    async def _ask_about(self, approval: Approval, outcome: Outcome) -> Ask:
        """Return the ask that has a run look at the outcome; it inherits from the ask that led to the proposal."""
        proposal = approval.proposal
        origin = await self._origin(approval)
        return Ask(
            id=f"outcome:{proposal.id}",
            kind=AskKind.OUTCOME,
            text=f"{outcome.tool}: {outcome.verdict.value}. {outcome.detail}",
            thread=approval.thread,
            asker=proposal.asker,
            at=outcome.at,
            agent=origin.ask.agent if origin else "",
            alert=origin.ask.alert if origin else None,
            outcome=outcome,
        )

    async def _origin(self, approval: Approval) -> Run | None:
        try:
            return await self._store.runs.get(approval.proposal.run_id)
        except Tampered:
            return None

    async def _refused(self, approval: Approval, why: str, verdict: Verdict = Verdict.REFUSED) -> Outcome:
        proposal = approval.proposal
        now = await self._ports.now()
        return Outcome(proposal.id, proposal.tool, verdict, why, now, args=proposal.args)

    def _grant(self, approval: Approval) -> Grant:
        return issue(
            self._ports.key,
            approval.proposal,
            approvers=approvers(approval),
            rule=approval.decision.rule,
            policy_version=approval.decision.policy_version,
            granted_at=approval.votes[-1].at if approval.votes else approval.opened_at,
            expires_at=approval.expires_at,
        )

    async def _record(self, approval: Approval) -> None:
        data: dict[str, object] = {
            "approval": approval.proposal.id,
            "state": approval.state.value,
            "detail": approval.detail,
        }
        await aside(self._store.trail.append, "ended", data)

    async def _load(self, approval_id: str) -> Approval | None:
        try:
            return await self._store.approvals.get(approval_id)
        except Tampered:
            log.exception("approval %s was tampered with; it is not carried out", approval_id)
            return None

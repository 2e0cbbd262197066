"""From a run's proposal to what the policy makes of it: a card, a grant, or a no."""

from dataclasses import replace
from datetime import timedelta

from agents.contract import Alert, ThreadRef
from bot.approvals.decide import opened
from bot.approvals.model import Approval, Decision, Effect, State
from bot.approvals.policy import Context
from bot.aside import aside
from bot.ports import Ports
from bot.scoring.recording import Recording
from bot.store.runs import Run
from bot.telling import note
from tools.canonical import digest
from tools.proposal import Proposal
from tools.scope import outside

SOON = timedelta(minutes=1)
"""A card that has less time left is no card to point to."""


class Proposing:
    """Has the policy decide proposals."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._store = ports.store
        self._recording = Recording(ports)

    async def propose(self, run: Run, proposal: Proposal) -> None:
        """Open an approval for a proposal, once a run and change; say so if the policy does not allow it.

        What waits in the thread already, asked for by another run, is pointed to: two cards would be done twice.
        """
        if twin := await self._twin(run, proposal):
            await self._pointed(run, twin)
            return
        decision = await self.decided(run.ask.thread, run.ask.alert, proposal)
        await self.record(proposal, decision)
        if decision.effect is Effect.DENY:
            await self._deny(run, proposal, decision)
        if decision.effect is Effect.DENY and not (decision.frozen and self._ports.policy.glass):
            return
        await self.show(await self._open(run, opened(proposal, decision, run.ask.thread, await self._ports.now())))

    async def show(self, approval: Approval) -> None:
        """Put a new approval to people, or to a worker if the policy has decided already."""
        if approval.state is State.APPROVED:
            await self._ports.queue.send_dispatch(approval.proposal.id)
            await self._aloud(approval)
        await self._ports.threads.open(approval.thread, approval.proposal.asker).card(approval)

    async def _aloud(self, approval: Approval) -> None:
        """Say that nobody was asked, and which rule says so."""
        summary, rule = approval.proposal.preview.summary.rstrip("."), approval.decision.rule
        words = f"⚡ I do this now, and nobody is asked: {summary}. The policy lists it (rule “{rule}”)."
        await note(self._ports, approval.thread, words)
        await self._ports.threads.open(approval.thread, approval.proposal.asker).say(words)

    async def decided(self, thread: ThreadRef, alert: Alert | None, proposal: Proposal) -> Decision:
        """Return what the policy says of a proposal at this moment; nothing is allowed while the store is unsafe."""
        context = Context(thread.channel, alert.severity if alert else "", await self._ports.now())
        decision = self._ports.policy.decide(proposal, context)
        if unsafe := await self._store.connection.changes_refused_because():
            return replace(decision, effect=Effect.DENY, rule="store", why=unsafe, frozen=False)
        if foreign := outside(await self._ports.scoped(thread.channel, proposal.asker), proposal.args):
            return replace(decision, effect=Effect.DENY, rule="scope", why=foreign, frozen=False)
        return decision

    async def _open(self, run: Run, approval: Approval) -> Approval:
        """Keep the approval; a run that is repeated after a crash gets the one it opened before."""
        proposal = approval.proposal
        once = f"{run.id}:{digest({'tool': proposal.tool, 'args': proposal.args})}"
        if await self._store.approvals.open(approval, once):
            return approval
        return await self._store.approvals.opened_as(once) or approval

    async def _twin(self, run: Run, proposal: Proposal) -> Approval | None:
        """Return the approval of exactly this change that another run of the thread has waiting for long enough."""
        soon = await self._ports.now() + SOON
        for one in await self._store.approvals.waiting():
            others = one.thread == run.ask.thread and one.proposal.run_id != run.id and one.expires_at > soon
            if others and _same(one.proposal, proposal):
                return one
        return None

    async def _pointed(self, run: Run, twin: Approval) -> None:
        summary = twin.proposal.preview.summary.rstrip(".")
        words = f"That is proposed already, and its card in this thread waits for a yes: {summary}."
        await note(self._ports, run.ask.thread, words)
        await self._ports.threads.open(run.ask.thread, run.ask.asker).say(words)

    async def _deny(self, run: Run, proposal: Proposal, decision: Decision) -> None:
        words = f"I may not do that myself (`{proposal.tool}`, rule “{decision.rule}”): {decision.why}"
        await note(self._ports, run.ask.thread, words)
        await self._ports.threads.open(run.ask.thread, run.ask.asker).say(words)

    async def record(self, proposal: Proposal, decision: Decision, **more: str) -> None:
        """Put a proposal, and what the policy said of it, on record."""
        data: dict[str, object] = {
            "approval": proposal.id,
            "run": proposal.run_id,
            "tool": proposal.tool,
            "args": proposal.args,
            "asker": proposal.asker,
            "effect": decision.effect.value,
            "rule": decision.rule,
            "policy": decision.policy_version,
            **more,
        }
        await aside(self._store.trail.append, "proposed", data)
        await self._recording.proposed(proposal, decision)


def _same(one: Proposal, other: Proposal) -> bool:
    """Tell whether two proposals would do the same to the same state of things."""
    seen = one.preview.observed == other.preview.observed
    return seen and (one.tool, digest(one.args)) == (other.tool, digest(other.args))

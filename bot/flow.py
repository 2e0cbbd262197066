"""The story: what is heard becomes runs, what is ruled becomes changes, and every step can be taken up by another."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from redis.exceptions import RedisError

from agents.contract import Ask, ThreadRef
from bot.approvals.model import Approval, Vote
from bot.aside import aside
from bot.breaking import Breaking
from bot.changing import Changing
from bot.editing import Editing
from bot.masking import masked
from bot.ports import Ports, lane_of
from bot.proposing import Proposing
from bot.ruling import Counting, Ruling
from bot.running import Running
from bot.stopping import Stopping
from bot.store.incidents import Incident
from bot.store.runs import Run, Stage
from bot.store.sealed import Tampered
from bot.store.silences import Silence
from tools.contract import JsonObject
from tools.scope import Scopes, outside

log = logging.getLogger(__name__)

__all__ = ["Flow", "Ruling", "Status"]


@dataclass(frozen=True, slots=True)
class Status:
    """What is going on: incidents, runs, approvals that take votes, what is left alone, and what is not right.

    Attributes:
        running: Runs under way.
        queued: Runs that wait their turn.
        approvals: Approvals that take votes.
        changes_refused_because: Why changes are off, empty if they are not.
        policy_problem: Why an edit of the policy is not in force, empty if it is.
        due: Asks to come, such as another look at a recovery, the earliest first.
        audit_problem: Why the audit trail is not copied, empty if it is or need not be.
        incidents: Incidents that are not over, the newest first.
        silences: What alerts start nothing for now, and until when.
        parked: Alerts that could not be taken in.
    """

    running: tuple[Run, ...]
    queued: tuple[Run, ...]
    approvals: tuple[Approval, ...]
    changes_refused_because: str = ""
    policy_problem: str = ""
    due: tuple[Ask, ...] = ()
    audit_problem: str = ""
    incidents: tuple[Incident, ...] = ()
    silences: tuple[Silence, ...] = ()
    parked: int = 0


def seen_by(status: Status, channel: str, asker: str, scopes: Scopes) -> Status:
    """Return the status without what somebody in a channel is not to know.

    That is what others ask in direct messages; within scopes, also what is asked elsewhere or is about what is outside.
    """

    def known(ask: Ask) -> bool:
        direct = ask.thread.channel.startswith("D")
        return ask.thread.channel == channel or (bool(asker) and ask.asker == asker) or not (scopes or direct)

    def open_to(approval: Approval) -> bool:
        mine = not approval.thread.channel.startswith("D") or asker == approval.proposal.asker
        return approval.thread.channel == channel or (mine and not outside(scopes, approval.proposal.args))

    return replace(
        status,
        running=tuple(run for run in status.running if known(run.ask)),
        queued=tuple(run for run in status.queued if known(run.ask)),
        due=tuple(ask for ask in status.due if known(ask)),
        approvals=tuple(one for one in status.approvals if open_to(one)),
        incidents=tuple(one for one in status.incidents if not scopes or channel in {one.to, _channel(one)}),
        silences=() if scopes else status.silences,
        parked=0 if scopes else status.parked,
    )


def _channel(incident: Incident) -> str:
    return incident.thread.channel if incident.thread else ""


class Flow:
    """Two ways in, `hear` and `rule`; `work` and `dispatch` are their second halves, on a worker."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._store = ports.store
        proposing = Proposing(ports)
        self._running = Running(ports, proposing, self.hear)
        self._changing = Changing(ports, self.hear)
        self._stopping = Stopping(ports, self.cancel)
        self._counting = Counting(ports, self.hear)
        self._breaking = Breaking(ports, self._counting)
        self._editing = Editing(ports, self._counting, proposing)

    # --- on the way in ---

    async def hear(self, ask: Ask, keys: tuple[str, ...] = ()) -> bool:
        """Keep an ask and queue its run, or keep it until it is due; it is durable when this returns.

        Args:
            ask: What was heard.
            keys: Names of the delivery it came in, such as the event id; any of them heard before means all was heard.

        Returns:
            False if it was heard before.
        """
        ask, now = masked(ask), await self._ports.now()
        if ask.due and ask.due > now:
            return await self._store.due.keep(ask, ask.due)
        if not await self._store.runs.hear(ask, (*keys, f"ask:{ask.id}"), now):
            return False
        try:
            await self._ports.queue.send_run(ask.thread.key, lane_of(ask.kind))
        except (RedisError, OSError):  # it is kept, so the sweeper will send it
            log.warning("ask %s is kept but could not be sent to a worker yet", ask.id, exc_info=True)
        return True

    async def rule(self, vote: Vote) -> Ruling:
        """Count what somebody said to a card, if it counts; what follows from it is on its way when this returns."""
        return await self._counting.rule(vote)

    async def edit(self, vote: Vote, args: JsonObject) -> Ruling:
        """Have somebody's version of a proposal take its place, if they may; it is a new card when this returns."""
        return await self._editing.edit(vote, args)

    async def break_glass(self, vote: Vote) -> Ruling:
        """Have one person of the group named for it carry out what waits for others; it is loud, and on record."""
        return await self._breaking.break_glass(vote)

    async def stop(self, thread: ThreadRef, by: str) -> int:
        """Stop what runs, what is queued and what is due in a thread, at once, and tell it; return how many."""
        return await self._stopping.stop(thread, by)

    async def status_for(self, channel: str, asker: str) -> Status:
        """Return what is going on, as far as somebody in a channel is to know of it.

        Raises:
            LookupDownError: Slack could not say which groups they are in.
        """
        return seen_by(await self.status(), channel, asker, await self._ports.scoped(channel, asker))

    async def status(self) -> Status:
        """Return what is going on."""
        found = [await self._run(name) for name in await self._store.runs.open()]
        runs = [run for run in found if run]
        known = self._store.incidents
        return Status(
            running=tuple(run for run in runs if run.stage is Stage.RUNNING),
            queued=tuple(run for run in runs if run.stage is Stage.QUEUED),
            approvals=await self._store.approvals.waiting(),
            due=await self._store.due.all(),
            changes_refused_because=await self._store.connection.changes_refused_because(),
            policy_problem=self._ports.policy.problem,
            audit_problem=await aside(self._store.trail.export_problem),
            incidents=tuple(one for one in await known.recent() if one.resolved is None),
            silences=await self._store.silences.all(await self._store.connection.now()),
            parked=await known.parked_count(),
        )

    # --- on a worker ---

    async def work(self, thread_key: str) -> None:
        """Go through a thread's inbox, one run at a time, unless somebody does already."""
        while await self._store.runs.next(thread_key):
            lease = await self._store.leases.take(thread_key)
            if lease is None:
                return  # whoever holds it looks again after giving it back, as this loop does
            async with self._store.leases.held(lease):
                while run := await self._store.runs.next(thread_key):
                    await self._running.perform(run, lease)

    async def dispatch(self, approval_id: str) -> None:
        """Carry out an approved change, or find out what became of it if its worker died."""
        await self._changing.dispatch(approval_id)

    def cancel(self, run_ids: tuple[str, ...]) -> None:
        """Cut off the runs that go on in this process."""
        self._running.cancel(run_ids)

    async def _run(self, name: str) -> Run | None:
        try:
            return await self._store.runs.get(name)
        except Tampered:
            log.exception("run %s was tampered with", name)
            return None

"""What has to happen without anybody asking: asks fall due, approvals expire, and what was left lying is sent again."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.approvals.decide import lapsed
from bot.approvals.model import Approval
from bot.approvals.nudging import nudged, overdue
from bot.aside import aside
from bot.flow import Flow
from bot.following import called, reminder
from bot.people import LookupDownError, members_of
from bot.ports import Ports, lane_of
from bot.scoring.recording import Recording
from bot.store.sealed import Tampered
from bot.telling import note

log = logging.getLogger(__name__)


class Chores:
    """Each may be done at any time, any number of times, by any process."""

    def __init__(self, ports: Ports, flow: Flow) -> None:
        self._ports = ports
        self._store = ports.store
        self._flow = flow
        self._recording = Recording(ports)

    async def wake(self) -> None:
        """Hear the asks that have fallen due."""
        for ask in await self._store.due.fallen(await self._ports.now()):
            await self._flow.hear(replace(ask, due=None))
            await self._store.due.drop(ask.id)

    async def expire(self) -> None:
        """End the approvals whose time is over; those who wait are told that it expired, not that it was rejected."""
        for approval in await self._store.approvals.expired(await self._ports.now()):
            ended = lapsed(approval)
            if await self._store.approvals.replace(approval, ended):
                await self._recording.decided(ended)
                await self._tell(ended)

    async def nudge(self) -> None:
        """Remind people of what nobody decides: who may, and later who else is named; each once, whoever ticks."""
        for approval in await self._store.approvals.waiting():
            if groups := overdue(approval, await self._ports.now()):
                await self._remind(approval, groups)

    async def sweep(self) -> None:
        """Send again what has given no sign of life: runs whose worker died, approvals that were never carried out."""
        now = await self._ports.now()
        silence = timedelta(seconds=self._store.leases.seconds * 1.5)
        for run_id in await self._store.runs.silent_since(now - silence):
            await self._send_again(run_id)
        for approval in await self._store.approvals.stuck(now - silence):
            await self._ports.queue.send_dispatch(approval.proposal.id)

    async def _send_again(self, run_id: str) -> None:
        try:
            run = await self._store.runs.get(run_id)
        except Tampered:
            log.exception("run %s was tampered with", run_id)
            run = None
        if run is None:
            await self._store.runs.forget(run_id)
        else:
            await self._ports.queue.send_run(run.ask.thread.key, lane_of(run.ask.kind))

    async def _remind(self, approval: Approval, groups: tuple[str, ...]) -> None:
        try:
            members = await members_of(self._ports.directory, groups)
        except LookupDownError:
            return  # the next tick asks again
        reminded = nudged(approval)
        if await self._store.approvals.replace(approval, reminded):
            await self._recording.escalated(reminded)
            thread = self._ports.threads.open(approval.thread, approval.proposal.asker)
            done = {approval.proposal.asker, *(vote.voter for vote in approval.votes)}
            await thread.summon(tuple(sorted(members - done)), reminder(approval, groups), called(approval.proposal))
            data: dict[str, object] = {"approval": approval.proposal.id, "groups": list(groups)}
            await aside(self._store.trail.append, "nudged", data)

    async def _tell(self, ended: Approval) -> None:
        summary = ended.proposal.preview.summary
        await note(self._ports, ended.thread, f"The proposal expired, nobody rejected it: {summary}")
        data: dict[str, object] = {"approval": ended.proposal.id}
        await aside(self._store.trail.append, "expired", data)
        await self._ports.threads.open(ended.thread, ended.proposal.asker).card(ended)

"""What people say to a card: counted by compare-and-set, on record, and followed by what it leads to."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.exceptions import RedisError

from agents.contract import Ask
from bot.approvals.decide import Refusal, approvers, count
from bot.approvals.model import Answer, Approval, State, Vote
from bot.aside import aside
from bot.following import changed_ask, remark
from bot.people import LookupDownError, members_of
from bot.ports import Ports
from bot.scoring.recording import Recording
from bot.store.sealed import Tampered
from bot.store.trail import AuditError
from bot.telling import note

log = logging.getLogger(__name__)

Hear = Callable[[Ask], Awaitable[bool]]
Judge = Callable[[Approval, Vote], Awaitable[Approval | Refusal]]
Keep = Callable[[Approval, Approval], Awaitable[bool]]
"""Puts an approval in the place of another, unless somebody was first."""

GONE = "There is no such approval, or it is long over; ask again for a new card."


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a vote, in words for the voter."""

    counted: bool
    words: str


class Counting:
    """Counts votes."""

    def __init__(self, ports: Ports, hear: Hear) -> None:
        self._ports = ports
        self._store = ports.store
        self._hear = hear
        self._recording = Recording(ports)

    async def rule(self, vote: Vote, judge: Judge | None = None) -> Ruling:
        """Count a vote, if it counts; what follows from it is on its way when this returns."""
        try:
            return await self._rule(vote, judge or self.judged)
        except LookupDownError:
            words = "Slack could not say who may approve this, so it was not counted. Retry."
        except Tampered:
            log.exception("approval %s was tampered with", vote.approval_id)
            words = "This approval's record was changed by somebody else; it is not valid."
        except AuditError:
            log.exception("vote on %s was not recorded", vote.approval_id)
            words = "The audit trail cannot be written, so no vote is counted for now."
        return Ruling(counted=False, words=words)

    async def counted(self, vote: Vote, judge: Judge, keep: Keep | None = None) -> Approval | Refusal:
        """Return the approval as it stands after the vote, kept and on record, or why the vote does not count.

        Raises:
            LookupDownError: Slack could not say who may decide.
            Tampered: The approval is not what we wrote.
            AuditError: It cannot be put on record, so it does not count.
        """
        while approval := await self._store.approvals.get(vote.approval_id):
            ruled = await judge(approval, vote)
            if isinstance(ruled, Refusal):
                return ruled
            await self.record("vote", vote, ruled)
            if await (keep or self._store.approvals.replace)(approval, ruled):
                await self._recording.decided(ruled)
                return ruled
            await self.record("vote came second", vote, ruled)
        return Refusal(GONE)

    async def judged(self, approval: Approval, vote: Vote) -> Approval | Refusal:
        """Return the approval as it would be after the vote, by the rules for votes; nothing is kept.

        Raises:
            LookupDownError: Slack could not say who may decide.
        """
        voter = await self._ports.directory.person(vote.voter)
        members = await members_of(self._ports.directory, approval.decision.groups)
        return count(approval, vote, voter, members, await self._ports.now())

    async def record(self, kind: str, vote: Vote, ruled: Approval) -> None:
        """Put what somebody said to a card on record."""
        data: dict[str, object] = {
            "approval": vote.approval_id,
            "voter": vote.voter,
            "answer": vote.answer.value,
            "via": vote.via,
            "to": ruled.state.value,
            "revision": ruled.revision,
            **({"words": vote.words} if vote.words else {}),
        }
        await aside(self._store.trail.append, kind, data)

    async def _rule(self, vote: Vote, judge: Judge) -> Ruling:
        ruled = await self.counted(vote, judge)
        if isinstance(ruled, Refusal):
            return await self._again(vote) or Ruling(counted=False, words=ruled.words)
        await self._follow(ruled)
        if words := remark(ruled):
            await note(self._ports, ruled.thread, words)
        await self._ports.threads.open(ruled.thread, ruled.proposal.asker).card(ruled)
        return Ruling(counted=True, words=_words(ruled))

    async def _follow(self, ruled: Approval) -> None:
        match ruled.state:
            case State.APPROVED:
                try:
                    await self._ports.queue.send_dispatch(ruled.proposal.id)
                except (RedisError, OSError):  # it is approved, so the sweeper will send it
                    log.warning("approval %s could not be sent to a worker yet", ruled.proposal.id, exc_info=True)
            case State.CHANGES_REQUESTED:
                await self._hear(await changed_ask(self._store, ruled))

    async def _again(self, vote: Vote) -> Ruling | None:
        """Hear changes once more if whoever asked for them asks again: the first time may have died on the way."""
        approval = await self._store.approvals.get(vote.approval_id)
        if approval is None or vote.answer is not Answer.CHANGES or approval.state is not State.CHANGES_REQUESTED:
            return None
        mine = approval.votes[-1].voter == vote.voter
        heard = mine and await self._hear(await changed_ask(self._store, approval))
        return Ruling(counted=True, words=_words(approval)) if heard else None


def _words(approval: Approval) -> str:
    match approval.state:
        case State.APPROVED:
            return "Approved; it is being carried out."
        case State.REJECTED:
            return "Rejected; nothing will be done."
        case State.CHANGES_REQUESTED:
            return "Closed; I look into what you asked for."
        case State.REVOKED:
            return "Revoked; nothing will be done."
        case _:
            return f"Counted: {len(approvers(approval))} of {approval.decision.quorum} people have approved."

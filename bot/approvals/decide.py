"""What a vote does to an approval: pure rules, from the facts about the voter to a new approval or a refusal."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agents.contract import ThreadRef
from bot.approvals.model import Answer, Approval, Decision, Effect, State, Vote
from bot.people import Person
from tools.contract import Proposal, Risk
from tools.grants import binding

MAX_MINUTES = 60
"""No approval stands longer, whatever the policy says."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The vote does not count; `words` tell the voter why, in one sentence."""

    words: str


def opened(proposal: Proposal, decision: Decision, thread: ThreadRef, now: datetime) -> Approval:
    """Return the approval that a policy's decision opens: asking for votes, or granted by the policy itself."""
    return Approval(
        proposal=proposal,
        decision=decision,
        thread=thread,
        state=State.APPROVED if decision.effect is Effect.ALLOW else State.OPEN,
        votes=(),
        opened_at=now,
        expires_at=now + timedelta(minutes=min(decision.minutes, MAX_MINUTES)),
        digest=binding(proposal, decision.policy_version),
    )


def count(
    approval: Approval, vote: Vote, voter: Person, members: AbstractSet[str], now: datetime
) -> Approval | Refusal:
    """Count a vote: return the approval as it is after it, or why the vote does not count.

    Args:
        approval: As it stands.
        vote: What was clicked; its own time is not trusted.
        voter: Who clicked, as the workspace says at this moment.
        members: Everybody in the groups that may approve, as the workspace says at this moment.
        now: The store's time.
    """
    if words := _closed(approval, now) or _stranger(approval, vote, voter) or _not_entitled(approval, vote, members):
        return Refusal(words)
    voted = replace(approval, votes=(*approval.votes, replace(vote, at=now)))
    if vote.answer is Answer.REJECT:
        return moved(voted, State.REJECTED, vote.words)
    state = State.APPROVED if len(approvers(voted)) >= approval.decision.quorum else State.OPEN
    return moved(voted, state)


def approvers(approval: Approval) -> tuple[str, ...]:
    """Return the distinct people who said yes, in order."""
    return tuple(dict.fromkeys(vote.voter for vote in approval.votes if vote.answer is Answer.APPROVE))


def moved(approval: Approval, state: State, detail: str = "") -> Approval:
    """Return the approval in another state, one revision on."""
    return replace(approval, state=state, detail=detail, revision=approval.revision + 1)


def lapsed(approval: Approval) -> Approval:
    """Return the approval as it is when its time is over without a decision."""
    return moved(approval, State.EXPIRED, "Nobody decided in time; it expired, it was not rejected.")


def not_dispatchable(approval: Approval, members: AbstractSet[str], policy_version: str, now: datetime) -> str:
    """Return why an approved change may not be sent after all, in one sentence; empty if it may."""
    gone = [voter for voter in approvers(approval) if voter not in members]
    if now >= approval.expires_at:
        return "The approval expired before the change could be sent, so nothing was done; ask again."
    if approval.decision.policy_version != policy_version:
        return "The policy changed since this was approved, so nothing was done; ask again."
    if gone:
        return f"{_people(gone)} may not approve this any more, so nothing was done; ask again."
    if approval.decision.effect is not Effect.ALLOW and len(approvers(approval)) < approval.decision.quorum:
        return "Not enough people approved this, so nothing was done."
    return ""


def _closed(approval: Approval, now: datetime) -> str:
    match approval.state:
        case State.OPEN if now < approval.expires_at:
            return ""
        case State.OPEN | State.EXPIRED:
            return "This expired before you voted; ask again for a new card."
        case State.REJECTED:
            return f"This was rejected by {_people([vote.voter for vote in approval.votes[-1:]])}; that is final."
        case State.APPROVED | State.DISPATCHED:
            return f"This has been approved already by {_people(approvers(approval)) or 'the policy'}."
        case _:
            return f"This is over: it ended as {approval.state.value}."


def _stranger(approval: Approval, vote: Vote, voter: Person) -> str:
    if vote.approval_id != approval.proposal.id or voter.id != vote.voter:
        return "This vote does not belong to this card; click the card itself."
    if {vote.team, voter.team} != {approval.thread.team}:
        return "Only people of the workspace where this was proposed can decide it."
    if voter.bot:
        return "Bots cannot decide changes; a person has to."
    if voter.deactivated:
        return "Your account is deactivated, so your vote does not count."
    if voter.guest:
        return "Guests cannot decide changes; ask a member of the team."
    return ""


def _not_entitled(approval: Approval, vote: Vote, members: AbstractSet[str]) -> str:
    proposal = approval.proposal
    if vote.via != "button" and proposal.risk is Risk.HIGH:
        return "A high-risk change is decided with the card's buttons only, not with an emoji."
    if vote.voter == proposal.asker:
        own = vote.answer is Answer.REJECT
        return "" if own else "You asked for this, so somebody else has to approve it; you may reject it."
    if vote.voter not in members:
        return f"Only {_groups(approval.decision.groups)} can decide this, and you are not in there."
    if vote.answer is Answer.APPROVE and vote.voter in approvers(approval):
        return f"You have approved this already; {approval.decision.quorum} different people are needed."
    return ""


def _people(voters: list[str] | tuple[str, ...]) -> str:
    return " and ".join(f"<@{voter}>" for voter in voters)


def _groups(handles: tuple[str, ...]) -> str:
    return " or ".join(f"@{handle}" for handle in handles) or "nobody"

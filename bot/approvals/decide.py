"""What a vote does to an approval: pure rules, from the facts about the voter to a new approval or a refusal."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agents.contract import ThreadRef
from bot.approvals.model import Answer, Approval, Decision, Effect, State, Vote
from bot.people import Person
from tools.contract import Risk
from tools.grants import binding
from tools.proposal import Proposal

MAX_MINUTES = 60
"""No approval stands longer, whatever the policy says."""

OPENING = {Effect.ALLOW: State.APPROVED, Effect.ASK: State.OPEN, Effect.DENY: State.FROZEN}

ELSEWHERE = "Only people of the workspace where this was proposed can decide it."

YES = (Answer.APPROVE, Answer.BREAK_GLASS)

CLOSED = {
    State.REJECTED: "This was rejected by {}; that is final.",
    State.REVOKED: "This was revoked by {} and nothing was done; ask again for a new card.",
    State.CHANGES_REQUESTED: "Changes were requested by {}, so this is over; the answer to them is a new card.",
    State.SUPERSEDED: "This was edited by {}, so another card took its place; decide that one.",
}
"""What people closed stays closed; the words are for whoever comes later."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The vote does not count; `words` tell the voter why, in one sentence."""

    words: str


def opened(proposal: Proposal, decision: Decision, thread: ThreadRef, now: datetime) -> Approval:
    """Return the approval that a decision opens: asking for votes, granted by the policy itself, or frozen by it."""
    return Approval(
        proposal=proposal,
        decision=decision,
        thread=thread,
        state=OPENING[decision.effect],
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
    words = stranger(approval, vote, voter) or closed(approval, vote.answer, now)
    if words := words or _said_wrongly(approval, vote) or _not_entitled(approval, vote, members):
        return Refusal(words)
    voted = replace(approval, votes=(*approval.votes, replace(vote, at=now)))
    return moved(voted, _after(voted, vote.answer), vote.words)


def approvers(approval: Approval) -> tuple[str, ...]:
    """Return the distinct people who answer for the change, in order: who said yes, or who broke the glass."""
    said = {answer: [vote.voter for vote in approval.votes if vote.answer is answer] for answer in YES}
    return tuple(dict.fromkeys(said[Answer.BREAK_GLASS] or said[Answer.APPROVE]))


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


def _after(voted: Approval, answer: Answer) -> State:
    match answer:
        case Answer.APPROVE:
            return State.APPROVED if len(approvers(voted)) >= voted.decision.quorum else State.OPEN
        case Answer.REJECT:
            return State.REJECTED
        case Answer.CHANGES:
            return State.CHANGES_REQUESTED
        case Answer.EDIT:
            return State.SUPERSEDED
        case Answer.REVOKE:
            return State.REVOKED
        case Answer.BREAK_GLASS:
            return State.APPROVED


def closed(approval: Approval, answer: Answer, now: datetime) -> str:
    """Return why an approval takes this answer no more, or not yet; empty if it does."""
    match approval.state:
        case State.APPROVED if answer is Answer.REVOKE:
            return ""
        case State.OPEN if answer is Answer.REVOKE:
            return "Nobody has approved this yet, so there is nothing to revoke; reject it instead."
        case State.OPEN if now < approval.expires_at:
            return ""
        case State.FROZEN if now < approval.expires_at:
            return f"The policy does not allow this for the time being; rule “{approval.decision.rule}” says why."
        case State.OPEN | State.FROZEN | State.EXPIRED:
            return "This expired before you voted; ask again for a new card."
        case _:
            return _decided(approval, answer)


def _decided(approval: Approval, answer: Answer) -> str:
    match approval.state:
        case State.REJECTED | State.REVOKED | State.CHANGES_REQUESTED | State.SUPERSEDED:
            return CLOSED[approval.state].format(_people([vote.voter for vote in approval.votes[-1:]]))
        case _ if answer is Answer.REVOKE:
            return f"It is too late to revoke this: it was sent, and it stands as {approval.state.value}."
        case State.APPROVED | State.DISPATCHED:
            return f"This has been approved already by {_people(approvers(approval)) or 'the policy'}."
        case _:
            return f"This is over: it ended as {approval.state.value}."


def stranger(approval: Approval, vote: Vote, voter: Person) -> str:
    """Return why somebody decides nothing here, whatever groups they are in; empty if they might."""
    if vote.approval_id != approval.proposal.id or voter.id != vote.voter:
        return "This vote does not belong to this card; click the card itself."
    if vote.team != approval.thread.team:
        return ELSEWHERE
    return unfit(approval, voter)


def unfit(approval: Approval, voter: Person) -> str:
    """Return why somebody, as the workspace knows them at this moment, decides nothing here; empty if they might."""
    if voter.team != approval.thread.team:
        return ELSEWHERE
    if voter.bot:
        return "Bots cannot decide changes; a person has to."
    if voter.deactivated:
        return "Your account is deactivated, so your vote does not count."
    if voter.guest:
        return "Guests cannot decide changes; ask a member of the team."
    return ""


def _said_wrongly(approval: Approval, vote: Vote) -> str:
    """Return why this cannot be said in this way; empty if it can."""
    if vote.answer is Answer.BREAK_GLASS:
        return "The glass is broken with the command only, and by the group that is named for it."
    if vote.via == "emoji" and approval.proposal.risk is Risk.HIGH:
        return "A high-risk change is decided with the card's buttons only, not with an emoji."
    if vote.via == "emoji" and vote.answer not in {Answer.APPROVE, Answer.REJECT}:
        return "An emoji says yes or no only; everything else takes the card's buttons."
    return ""


def _not_entitled(approval: Approval, vote: Vote, members: AbstractSet[str]) -> str:
    if vote.answer is Answer.CHANGES and not vote.words.strip():
        return "Say in a few words what should be different."
    if vote.voter == approval.proposal.asker:
        own = vote.answer is not Answer.APPROVE
        return "" if own else "You asked for this, so somebody else has to approve it; you may reject it."
    if vote.voter not in members:
        return f"Only {_groups(approval.decision.groups)} can decide this, and you are not in there."
    return _not_approvable(approval, vote) if vote.answer is Answer.APPROVE else ""


def _not_approvable(approval: Approval, vote: Vote) -> str:
    if vote.voter in approval.barred:
        return "You asked for what this was edited from, so somebody else has to approve it; you may reject it."
    if vote.voter in approvers(approval):
        return f"You have approved this already; {approval.decision.quorum} different people are needed."
    return ""


def _people(voters: list[str] | tuple[str, ...]) -> str:
    return " and ".join(f"<@{voter}>" for voter in voters)


def _groups(handles: tuple[str, ...]) -> str:
    return " or ".join(f"@{handle}" for handle in handles) or "nobody"

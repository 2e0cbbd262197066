"""Break-glass: one person of a named group carries out what waits for others, in the open and on record; pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.approvals.decide import Refusal, closed, moved, stranger
from bot.approvals.model import Answer, Approval, Effect, State, Vote
from bot.people import Person

MOST_MINUTES = 15
SHORTEST_REASON = 10
"""Characters; less than this explains nothing to whoever reads the trail later."""
MARK = "break-glass"
"""Begins the name of the rule under which such a change is made."""


class Glass(BaseModel):
    """`[break_glass]` of config/policy.toml.

    Attributes:
        group: Handle of the group whose members may break the glass.
        tell: Handles of the groups who are told at once, by mention and by direct message.
        channel: Slack id of the channel where it is said aloud.
        minutes: How long the change may still be sent after the glass was broken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str = Field(min_length=1)
    tell: Annotated[tuple[str, ...], Field(min_length=1)]
    channel: Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]+$")]
    minutes: int = Field(MOST_MINUTES, ge=1, le=MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class Present:
    """Who there is, as the workspace says at this moment: who asks, who may break the glass, and who is told of it."""

    voter: Person
    breakers: AbstractSet[str]
    told: AbstractSet[str]


def broken(approval: Approval, vote: Vote, present: Present, glass: Glass, now: datetime) -> Approval | Refusal:
    """Return the approval with the glass broken, or why it stays whole.

    It goes over the quorum, the groups and a freeze; never over the tool's own checks, over what was observed, over
    the rule that nobody carries out what they asked for, or over an approval that has ended.

    Args:
        approval: As it stands.
        vote: Who wants it, and `words`, the reason.
        present: Who that is, and who else there is.
        glass: The policy's rules for it.
        now: The store's time.
    """
    words = stranger(approval, vote, present.voter) or _ended(approval, now) or _not_by(approval, vote, present, glass)
    if words:
        return Refusal(words)
    rule = f"{MARK}, over “{approval.decision.rule}”"
    decision = replace(approval.decision, effect=Effect.ASK, rule=rule, groups=(glass.group,), quorum=1)
    votes = (*approval.votes, replace(vote, at=now))
    expires = now + timedelta(minutes=glass.minutes)
    return moved(replace(approval, decision=decision, votes=votes, expires_at=expires), State.APPROVED, vote.words)


def is_broken(approval: Approval) -> bool:
    """Tell whether somebody broke the glass for it."""
    return any(vote.answer is Answer.BREAK_GLASS for vote in approval.votes)


def _ended(approval: Approval, now: datetime) -> str:
    if approval.state is State.FROZEN and now < approval.expires_at:
        return ""
    return closed(approval, Answer.BREAK_GLASS, now)


def _not_by(approval: Approval, vote: Vote, present: Present, glass: Glass) -> str:
    if vote.answer is not Answer.BREAK_GLASS or vote.via != "command":
        return "The glass is broken with the command `/infra break-glass <approval> <reason>`, and no other way."
    if vote.voter not in present.breakers:
        return f"Only @{glass.group} can break the glass, and you are not in there."
    if vote.voter in {approval.proposal.asker, *approval.barred}:
        return f"You asked for this, so somebody else of @{glass.group} has to break the glass for it."
    if len(vote.words.strip()) < SHORTEST_REASON:
        return "Say why, in a sentence: `/infra break-glass <approval> <reason>`; it is told and kept."
    if not present.told - {vote.voter}:
        names = " or ".join(f"@{group}" for group in glass.tell)
        return f"There is nobody else in {names} who could be told, so the glass stays whole."
    return ""

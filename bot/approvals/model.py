"""An approval: an immutable record of one proposal and what people said of it; pure, no clock and no store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agents.contract import ThreadRef
from tools.proposal import Proposal


class Effect(StrEnum):
    """What the policy says of a proposal."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """The policy's answer: who has to say yes, how many of them, and for how long the question stands.

    Attributes:
        effect: What the policy says.
        rule: Name of the rule that matched.
        groups: Handles of the Slack user groups whose members may approve.
        quorum: Number of distinct people needed.
        minutes: Minutes until the approval expires.
        policy_version: Digest of the policy file.
        why: One sentence for people.
        nudge: Minutes before its groups are reminded, and again before each of `escalate`; 0 is never.
        escalate: Groups that are told one after another when nobody decides.
        frozen: Whether it is denied for the time being only, by a rule about the time.
    """

    effect: Effect
    rule: str
    groups: tuple[str, ...]
    quorum: int
    minutes: int
    policy_version: str
    why: str = ""
    nudge: int = 0
    escalate: tuple[str, ...] = ()
    frozen: bool = False


class Answer(StrEnum):
    """What a person says to a card."""

    APPROVE = "approve"
    REJECT = "reject"
    CHANGES = "request_changes"  # not like this: `words` say what should be different
    EDIT = "edit"  # like this instead: another proposal takes its place
    BREAK_GLASS = "break_glass"  # carry it out although others should decide; see `glass`
    REVOKE = "revoke"  # take the yes back before the change is sent


@dataclass(frozen=True, slots=True)
class Vote:
    """What a person said to a card, and how: `via` is `button`, `emoji` or `command`."""

    approval_id: str
    voter: str
    team: str
    answer: Answer
    via: str
    at: datetime
    words: str = ""


class State(StrEnum):
    """Where an approval stands. Only OPEN takes votes; only APPROVED may be dispatched, once, or be revoked."""

    OPEN = "open"
    FROZEN = "frozen"  # denied for the time being; only breaking the glass gets it carried out
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES_REQUESTED = "changes_requested"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    DISPATCHED = "dispatched"
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Approval:
    """One proposal, the policy's decision on it, and the votes so far.

    Attributes:
        proposal: What would be done; `proposal.id` is the approval's id.
        decision: Who may say yes.
        thread: Where it was proposed.
        state: Where it stands.
        votes: Counted votes, in order.
        opened_at: When it was opened (UTC).
        expires_at: No vote and no dispatch after this (UTC).
        digest: SHA-256 binding proposal and decision.
        detail: One sentence on how it ended.
        revision: Counts changes, for compare-and-set.
        nudged: How often people were reminded of it.
        barred: Who may not approve it beside its asker: those who asked for the proposals that it took the place of.
    """

    proposal: Proposal
    decision: Decision
    thread: ThreadRef
    state: State
    votes: tuple[Vote, ...]
    opened_at: datetime
    expires_at: datetime
    digest: str
    detail: str = ""
    revision: int = 0
    nudged: int = 0
    barred: tuple[str, ...] = ()

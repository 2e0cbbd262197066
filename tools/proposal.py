"""A change somebody may say yes to, the yes, and what became of it; plain data, no third-party import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tools.contract import Call, JsonObject, Preview, Risk


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change somebody may say yes to: exactly this, nothing else.

    Attributes:
        id: Random, unguessable; also the approval's id.
        tool: Name of the change.
        version: The change's version when it was proposed.
        args: Validated arguments, as they would be passed.
        risk: The change's risk.
        needs: The change's permissions.
        preview: What it would do.
        reason: Why, in a sentence, from what was found.
        evidence: Ids of the evidence behind the reason.
        asker: Slack id of the person whose message caused the run; empty for alerts and schedules.
        environment: From the service catalogue, such as `production`.
        service: From the service catalogue, empty when the target belongs to none.
        run_id: The run that proposed it.
        at: When (UTC).
        taint: Where words that are not the asker's came from that the run knew by then: alerts, readings, other people.
    """

    id: str
    tool: str
    version: str
    args: JsonObject
    risk: Risk
    needs: tuple[str, ...]
    preview: Preview
    reason: str
    evidence: tuple[str, ...]
    asker: str
    environment: str
    service: str
    run_id: str
    at: datetime
    taint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to dispatch one proposal once.

    Attributes:
        proposal: What may be done.
        digest: SHA-256 of the canonical JSON of everything bound (see `tools.canonical`).
        approvers: Slack ids of those who said yes; empty when the policy allowed it.
        rule: The policy rule that decided, and `policy_version` the policy it stood in.
        granted_at: When the last yes came (UTC).
        expires_at: Dispatch after this is refused (UTC).
        signature: HMAC-SHA-256 over `digest`, approvers, times and policy, hex.
    """

    proposal: Proposal
    digest: str
    approvers: tuple[str, ...]
    rule: str
    policy_version: str
    granted_at: datetime
    expires_at: datetime
    signature: str = ""


class Verdict(StrEnum):
    """How a dispatch ended."""

    DONE = "done"
    FAILED = "failed"  # the target refused; nothing changed
    STALE = "stale"  # the target had moved; nothing was sent
    REFUSED = "refused"  # the grant was not good; nothing was sent
    EXPIRED = "expired"  # the yes ran out; nothing was sent
    UNKNOWN = "unknown"  # sent, and the read-back could not tell


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a grant.

    Attributes:
        proposal_id: The proposal (and approval) it belongs to.
        tool: Name of the change.
        verdict: How it ended.
        detail: One or two sentences for people: what the read-back showed, or why not.
        at: When (UTC).
        undo: The call that would take it back.
    """

    proposal_id: str
    tool: str
    verdict: Verdict
    detail: str
    at: datetime
    undo: Call | None = None
    args: JsonObject = field(default_factory=dict)

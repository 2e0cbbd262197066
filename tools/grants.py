"""Grants: what a yes binds, how it is signed, and how the executor knows it again."""

from dataclasses import replace
from datetime import datetime

from tools.canonical import digest, sign, signed_by
from tools.contract import Expired, Refused
from tools.proposal import Grant, Proposal


def binding(proposal: Proposal, policy_version: str) -> str:
    """Return the SHA-256 over everything a yes is bound to: change one field and it is another proposal."""
    return digest({"proposal": proposal, "policy_version": policy_version})


def issue(
    key: bytes,
    proposal: Proposal,
    *,
    approvers: tuple[str, ...],
    rule: str,
    policy_version: str,
    granted_at: datetime,
    expires_at: datetime,
) -> Grant:
    """Return a signed permission to dispatch the proposal once, until `expires_at`."""
    unsigned = Grant(
        proposal=proposal,
        digest=binding(proposal, policy_version),
        approvers=approvers,
        rule=rule,
        policy_version=policy_version,
        granted_at=granted_at,
        expires_at=expires_at,
    )
    return replace(unsigned, signature=sign(key, unsigned))


def verify(key: bytes, grant: Grant, now: datetime) -> None:
    """Check that the grant is ours, says what was approved, and still holds.

    Raises:
        Expired: Its time is over.
        Refused: A sentence on why it does not.
    """
    if not signed_by(key, replace(grant, signature=""), grant.signature):
        raise Refused("The grant's signature does not match, so nothing was done; propose the change again.")
    if grant.digest != binding(grant.proposal, grant.policy_version):
        raise Refused("The proposal is not the one that was approved, so nothing was done; propose it again.")
    if now >= grant.expires_at:
        raise Expired("The approval expired before the change could be sent; nothing was done. Propose it again.")

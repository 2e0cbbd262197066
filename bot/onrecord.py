"""Whether the audit trail knows better than a stored row: a row of yesterday is validly signed, too; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.approvals.model import Approval, State
from bot.audit import Record

CLOSING = frozenset({State.REJECTED, State.REVOKED, State.CHANGES_REQUESTED, State.SUPERSEDED})
OVER = frozenset({"expired", "ended"})
"""Kinds of records after which nothing is dispatched."""


def contradicted(approval: Approval, records: Iterable[Record]) -> str:
    """Return why what is on record does not let an approved row be carried out, in one sentence; empty if it does.

    Whoever can write to the store can put back an older row of ours, signature and all. What people said is on record
    before it counts, so the record is ahead of a row that was put back.
    """
    own = [record for record in records if record.data.get("approval") == approval.proposal.id]
    if any(record.kind in OVER for record in own):
        return "By the audit trail this is over already, so nothing was done; ask again."
    said = Counter(_said(record) for record in own if record.kind == "vote")
    said -= Counter(_said(record) for record in own if record.kind == "vote came second")
    if any(to in CLOSING for _, _, to, _ in said):
        return "By the audit trail somebody closed this, so nothing was done; ask again."
    if any(revision > approval.revision for _, _, _, revision in said):
        return "By the audit trail people have said more than is stored, so nothing was done; ask again."
    return ""


def _said(record: Record) -> tuple[str, str, str, int]:
    data = record.data
    revision = data.get("revision")
    voter, answer, to = (str(data.get(name, "")) for name in ("voter", "answer", "to"))
    return voter, answer, to, revision if isinstance(revision, int) else 0

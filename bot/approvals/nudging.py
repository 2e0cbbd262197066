"""When people are reminded of what nobody decides: those who may, then those the rule names besides; pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.approvals.model import Approval, State


def overdue(approval: Approval, now: datetime) -> tuple[str, ...]:
    """Return the handles of the groups to remind now; none if it is not time, or all were."""
    decision = approval.decision
    turns = (decision.groups, *((group,) for group in decision.escalate))
    if approval.state is not State.OPEN or not decision.nudge or approval.nudged >= len(turns):
        return ()
    at = approval.opened_at + (approval.nudged + 1) * timedelta(minutes=decision.nudge)
    return turns[approval.nudged] if at <= now < approval.expires_at else ()


def nudged(approval: Approval) -> Approval:
    """Return the approval after a reminder; its votes stand."""
    return replace(approval, nudged=approval.nudged + 1, revision=approval.revision + 1)

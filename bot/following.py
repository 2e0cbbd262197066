"""What follows from an approval that was closed: a remark for later runs, and the ask of who wants it otherwise."""

from agents.contract import Ask, AskKind
from bot.approvals.glass import is_broken
from bot.approvals.model import Approval, State
from bot.store.sealed import Tampered
from bot.store.store import Store
from tools.proposal import Proposal

SAID = {
    State.REJECTED: "<@{who}> rejected the proposal {what}",
    State.REVOKED: "<@{who}> revoked the approval of the proposal before it was sent, so nothing was done: {what}",
    State.CHANGES_REQUESTED: "<@{who}> requested changes, so the proposal is closed and was not carried out: {what}",
    State.SUPERSEDED: "<@{who}> edited the proposal, so another one took its place: {what}",
}


def remark(approval: Approval) -> str:
    """Return what later runs are told of how people closed an approval; empty while it is not closed."""
    if is_broken(approval):
        vote = approval.votes[-1]
        return f"<@{vote.voter}> broke the glass for {called(approval.proposal)} The reason they gave: {vote.words}"
    if approval.state not in SAID:
        return ""
    words = approval.votes[-1].words if approval.state is not State.SUPERSEDED else ""
    told = SAID[approval.state].format(who=approval.votes[-1].voter, what=called(approval.proposal))
    return f"{told} They said: {words}" if words else told


async def changed_ask(store: Store, approval: Approval) -> Ask:
    """Return the ask of a reviewer's words; the reviewer is its asker, so somebody else approves what comes of it."""
    vote = approval.votes[-1]
    try:
        origin = await store.runs.get(approval.proposal.run_id)
    except Tampered:
        origin = None
    return Ask(
        id=f"changes:{approval.proposal.id}",
        kind=AskKind.MESSAGE,
        text=vote.words,
        thread=approval.thread,
        asker=vote.voter,
        at=vote.at,
        agent=origin.ask.agent if origin else "",
        alert=origin.ask.alert if origin else None,
    )


def reminder(approval: Approval, groups: tuple[str, ...]) -> str:
    """Return what people are told when nobody decides."""
    told = " and ".join(f"@{group}" for group in groups)
    may = " or ".join(f"@{group}" for group in approval.decision.groups)
    minutes = (approval.nudged + 1) * approval.decision.nudge
    return f"⏰ {told}: this has waited {minutes} min for a decision. {may} may decide it, on the card above."


def called(proposal: Proposal) -> str:
    """Return a proposal in one line: its summary, and exactly what would have run."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in sorted(proposal.args.items()))
    return f"{proposal.preview.summary} ({proposal.tool}({arguments}))"

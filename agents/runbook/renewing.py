"""After a yes to something that moved: the same change, proposed again against what is there now."""

from agents.runbook.case import Case
from agents.runbook.moves import Move
from agents.runbook.wording import stopped
from tools.contract import Call
from tools.proposal import Outcome, Verdict


def renew(case: Case) -> Move | None:
    """Return the next move after a stale outcome; None if it is none, or if the cause it was for is to be looked at."""
    outcome = case.ask.outcome
    if outcome is None or outcome.verdict is not Verdict.STALE or (case.prior and case.prior.cause):
        return None
    if _would_undo(outcome) or outcome.tool not in case.tools:
        return Move(f"{stopped(outcome.detail)} It was written for what was there before; ask me to write it again.")
    if not case.has(outcome.tool):
        reason = "It was approved, and the target had moved before it could be sent. This is what it would do now."
        return Move(calls=(Call(outcome.tool, {"reason": reason, "evidence": [], **outcome.args}),))
    return Move(_told(case))


def _would_undo(outcome: Outcome) -> bool:
    """Tell whether the change carries whole files that somebody else has edited since."""
    return outcome.tool == "github_pull_request" and "blobs was" in outcome.detail


def _told(case: Case) -> str:
    for offer in case.offers:
        if offer.proposal:
            what = stopped(offer.proposal.preview.summary)
            return f"Proposed again, as it would be now: {what} It needs a new yes; nothing has been changed."
    why = [*(offer.refused for offer in case.offers), *(failure.words for failure in case.failures)]
    return f"There is nothing left to propose: {stopped(why[0] if why else 'the run has to end')}"

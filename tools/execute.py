"""The only door to the world: a grant goes in, the change is made at most once, and what became of it comes out."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from tools.acting import acting_on
from tools.contract import (
    Change,
    Expired,
    JsonObject,
    Preview,
    Refused,
    Settled,
    Settlement,
    Stale,
    Tool,
    ToolError,
    Unknown,
)
from tools.declare import checked
from tools.grants import verify
from tools.proposal import Grant, Outcome, Verdict
from tools.redact import redact

log = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where dispatches are claimed, intended and recorded, durably. Every method raises if it cannot be sure."""

    def claim(self, proposal_id: str, digest: str) -> bool:
        """Claim the one dispatch of a proposal; False if it was ever claimed."""
        ...

    def intend(self, grant: Grant) -> None:
        """Record, before anything is sent, that it is about to be."""
        ...

    def record(self, outcome: Outcome) -> None:
        """Record what became of it."""
        ...

    def audit(self, kind: str, data: JsonObject) -> None:
        """Append to the audit trail; an error here forbids the change."""
        ...


class Executor:
    """Carries out grants. Reads the target again before, and back after; never sends the same grant twice."""

    def __init__(self, tools: Mapping[str, Tool], ledger: Ledger, key: bytes, now: Callable[[], datetime]) -> None:
        self._tools = tools
        self._ledger = ledger
        self._key = key
        self._now = now

    def execute(self, grant: Grant) -> Outcome:
        """Carry out the grant; whatever happens comes back as an outcome."""
        try:
            change = self._admitted(grant)
        except ToolError as refusal:
            return self._outcome(grant, _refused(refusal), str(refusal))
        with acting_on(grant, lambda: self._cleared(grant)):
            verdict, detail = self._carried_out(change, grant)
        return self._recorded(self._outcome(grant, verdict, detail))

    def reconcile(self, grant: Grant) -> Outcome:
        """Say what became of a grant whose dispatch was cut off: read back only, nothing is sent."""
        change = self._tools.get(grant.proposal.tool)
        if not isinstance(change, Change):
            return self._recorded(self._outcome(grant, Verdict.UNKNOWN, "The tool is gone; look at the target."))
        with acting_on(grant, _only_reading):
            return self._recorded(self._outcome(grant, *_told(_read_back(change, grant))))

    def _admitted(self, grant: Grant) -> Change:
        """Return the change if this very grant may be dispatched now, and claim it."""
        proposal = grant.proposal
        verify(self._key, grant, self._now())
        change = self._tools.get(proposal.tool)
        if not isinstance(change, Change) or change.version != proposal.version:
            raise Refused(f"{proposal.tool} is not the tool that was approved; nothing was done. Propose it again.")
        checked(change, proposal.args)
        self._ledger.audit("dispatch", {"approval": proposal.id, "digest": grant.digest, "tool": proposal.tool})
        if not self._ledger.claim(proposal.id, grant.digest):
            raise Refused("This approval has been used already; it is good for one dispatch.")
        return change

    def _carried_out(self, change: Change, grant: Grant) -> tuple[Verdict, str]:
        try:
            _unmoved(change.preview(**grant.proposal.args), grant)
            self._cleared(grant)
            change.apply(**grant.proposal.args)
        except Stale as moved:
            return Verdict.STALE, str(moved)
        except Refused as refusal:
            return _refused(refusal), str(refusal)
        except Unknown as doubt:
            log.warning("outcome of %s in doubt: %s", grant.proposal.id, doubt)
        except ToolError as failure:
            return Verdict.FAILED, str(failure)
        except Exception:  # whatever broke, the target may have heard us: read back, never repeat
            log.exception("dispatch of %s broke", grant.proposal.id)
        return _told(_read_back(change, grant))

    def _cleared(self, grant: Grant) -> None:
        """Record that the grant is about to be sent, unless it expired or another worker gave it up for lost."""
        self._ledger.intend(grant)
        verify(self._key, grant, self._now())

    def _outcome(self, grant: Grant, verdict: Verdict, detail: str) -> Outcome:
        proposal = grant.proposal
        undo = proposal.preview.undo if verdict is Verdict.DONE else None
        words = redact(detail).text
        return Outcome(proposal.id, proposal.tool, verdict, words, self._now(), undo, proposal.args)

    def _recorded(self, outcome: Outcome) -> Outcome:
        self._ledger.record(outcome)
        self._ledger.audit("outcome", {"approval": outcome.proposal_id, "verdict": outcome.verdict.value})
        return outcome


def _refused(refusal: ToolError) -> Verdict:
    return Verdict.EXPIRED if isinstance(refusal, Expired) else Verdict.REFUSED


def _only_reading() -> None:
    raise Refused("What became of a dispatch is only read back; nothing is sent.")


def _unmoved(fresh: Preview, grant: Grant) -> None:
    approved = grant.proposal.preview.observed
    moved = [name for name in {**approved, **fresh.observed} if approved.get(name) != fresh.observed.get(name)]
    if moved:
        told = "; ".join(f"{name} was {approved.get(name)}, is {fresh.observed.get(name)}" for name in sorted(moved))
        raise Stale(f"The target moved since this was approved ({told}); nothing was done.")


def _read_back(change: Change, grant: Grant) -> Settlement:
    try:
        return change.settle(**grant.proposal.args)
    except Exception as error:  # noqa: BLE001 - a read-back that breaks is an answer: we do not know
        return Settlement(Settled.UNKNOWN, f"Reading the target back failed: {error}")


def _told(settlement: Settlement) -> tuple[Verdict, str]:
    verdicts = {
        Settled.DONE: Verdict.DONE,
        Settled.NOT_DONE: Verdict.FAILED,
        Settled.UNKNOWN: Verdict.UNKNOWN,
    }
    return verdicts[settlement.state], settlement.detail

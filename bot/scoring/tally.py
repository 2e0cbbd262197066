"""What ended, as counts that add up: which names there are, and what they say again when read; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from agents.citations import UNVERIFIED
from agents.contract import Ending
from agents.events import Ended
from bot.approvals.model import Approval, Effect, State
from bot.scoring.sketch import bucket
from tools.proposal import Outcome

SEPARATOR = "|"
CHECKS = frozenset({"step_failed"})
"""Findings that say a draft did not hold what a step of the pipeline asks."""

ACCEPTED, DECLINED = "accepted", "declined"
HOW = {
    State.APPROVED: ACCEPTED,
    State.REJECTED: DECLINED,
    State.CHANGES_REQUESTED: "changes requested",
    State.SUPERSEDED: "edited",
    State.REVOKED: "revoked",
    State.EXPIRED: "expired",
}
"""What people made of a proposal."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by name; a name is what it counts, and what of, joined by SEPARATOR."""

    counts: Mapping[str, int]

    @classmethod
    def of(cls, parts: Iterable[Mapping[str, int]]) -> Tally:
        """Return the sum of counts."""
        total: Counter[str] = Counter()
        for one in parts:
            total.update(one)
        return cls(dict(total))

    def by(self, what: str) -> dict[tuple[str, ...], int]:
        """Return the counts of one kind, by what they are of."""
        named = ((name.split(SEPARATOR), number) for name, number in self.counts.items())
        return {tuple(parts[1:]): number for parts, number in named if parts[0] == what}

    def total(self, what: str, *of: str) -> int:
        """Return how many there are of a kind; `of` narrows it from the left."""
        return sum(number for parts, number in self.by(what).items() if parts[: len(of)] == of)

    def buckets(self, what: str, *of: str) -> Counter[int]:
        """Return the durations of a kind as `sketch` counts them."""
        found: Counter[int] = Counter()
        for parts, number in self.by(what).items():
            if parts[: len(of)] == of:
                found[int(parts[-1])] += number
        return found


def run_counts(agent: str, ended: Ended) -> dict[str, int]:
    """Return what a run adds."""
    usage = ended.usage
    took = timedelta(seconds=usage.seconds)
    return {
        _name("runs", agent, ended.ending.value): 1,
        **_took("run", took, agent),
        _name("tokens in", agent, usage.model): usage.input_tokens,
        _name("tokens out", agent, usage.model): usage.output_tokens,
        "unverified": _unverified(ended),
        "checks": _failed_checks(ended),
    }


def broken_run(agent: str, how: str = Ending.FAILED.value) -> dict[str, int]:
    """Return what a run adds that never said how it ended."""
    return {_name("runs", agent or "unknown", how): 1}


def decided_counts(approval: Approval) -> dict[str, int]:
    """Return what an approval adds once it is decided; how long people took counts where they said yes."""
    how = HOW.get(approval.state)
    if how is None:
        return {}
    waited = approval.state is State.APPROVED and bool(approval.votes)
    wait = _took("wait", approval.votes[-1].at - approval.opened_at) if waited else {}
    return {_name("decided", how): 1, **wait}


def policy_counts(effect: Effect) -> dict[str, int]:
    """Return what the policy's word on a new proposal adds."""
    return {_name("proposed", effect.value): 1}


def outcome_counts(outcome: Outcome) -> dict[str, int]:
    """Return what a dispatch adds."""
    return {_name("changes", outcome.verdict.value): 1}


def escalated_counts(approval: Approval) -> dict[str, int]:
    """Return what a reminder adds; the first one goes to those who were asked anyway."""
    return {"escalated" if approval.nudged > 1 else "reminded": 1}


def _took(what: str, took: timedelta, *of: str) -> dict[str, int]:
    milliseconds = max(0, round(took / timedelta(milliseconds=1)))
    return {_name(what, *of, str(bucket(took))): 1, _name(f"{what} ms", *of): milliseconds}


def _unverified(ended: Ended) -> int:
    report = ended.report
    return int(UNVERIFIED in report.answer) + sum(not cited.evidence for cited in report.findings)


def _failed_checks(ended: Ended) -> int:
    return sum(cited.finding.code in CHECKS for cited in ended.report.findings)


def _name(*parts: str) -> str:
    return SEPARATOR.join(part.replace(SEPARATOR, "/") for part in parts)

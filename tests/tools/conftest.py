"""A change on a target in memory, and a ledger in memory, for tests of the executor."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from tools import acting
from tools.contract import Call, Change, JsonObject, Preview, Risk, Settled, Settlement
from tools.declare import changes
from tools.execute import Executor
from tools.grants import issue
from tools.proposal import Grant, Outcome, Proposal

KEY = b"a key of thirty-two bytes, or so"
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@dataclass
class Lamp:
    """A target: a lamp with a level, which remembers who set it and can be made to misbehave."""

    level: int = 1
    set_by: list[str] = field(default_factory=list)
    fails: Callable[[], None] = lambda: None
    reads_back: bool = True

    def tool(self) -> Change:
        """Return the change that sets the level."""

        def preview(level: int) -> Preview:
            return Preview(
                summary=f"Set the lamp from {self.level} to {level}",
                diff=f"-{self.level}\n+{level}",
                blast_radius="one lamp",
                way_back=f"Set it back to {self.level}",
                observed={"level": self.level},
                undo=Call("lamp_set", {"level": self.level}),
            )

        def settle(level: int) -> Settlement:
            if not self.reads_back:
                raise TimeoutError("the lamp does not answer")
            done = acting.grant().proposal.id in self.set_by
            return Settlement(Settled.DONE if done else Settled.NOT_DONE, f"the lamp is at {self.level}, not {level}")

        @changes(risk=Risk.LOW, needs=("lamp:set",), preview=preview, settle=settle)
        def lamp_set(level: int) -> str:
            """Set the lamp."""
            self.set_by.append(acting.grant().proposal.id)
            self.level = level
            self.fails()
            return f"The lamp is at {level}."

        return lamp_set


@dataclass
class MemoryLedger:
    """A ledger in memory."""

    claimed: set[str] = field(default_factory=set)
    intents: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    trail: list[tuple[str, JsonObject]] = field(default_factory=list)
    audit_works: bool = True

    def claim(self, proposal_id: str, digest: str) -> bool:
        """Claim once."""
        assert digest
        if proposal_id in self.claimed:
            return False
        self.claimed.add(proposal_id)
        return True

    def intend(self, grant: Grant) -> None:
        """Remember the intent."""
        self.intents.append(grant.proposal.id)

    def record(self, outcome: Outcome) -> None:
        """Remember the outcome."""
        self.outcomes.append(outcome)

    def audit(self, kind: str, data: JsonObject) -> None:
        """Remember, or fail as a full disk would."""
        if not self.audit_works:
            raise OSError("disk full")
        self.trail.append((kind, data))


@dataclass
class Bench:
    """An executor with its lamp, ledger and a clock to move."""

    lamp: Lamp
    ledger: MemoryLedger
    tools: dict[str, Change]
    now: datetime = NOON

    def executor(self) -> Executor:
        """Return the executor under test."""
        return Executor(self.tools, self.ledger, KEY, lambda: self.now)

    def grant(self, level: int = 5, **other: object) -> Grant:
        """Return a good grant to set the lamp."""
        change = self.tools["lamp_set"]
        proposal = Proposal(
            id=f"lamp-to-{level}",
            tool=change.name,
            version=change.version,
            args={"level": level},
            risk=change.risk,
            needs=change.needs,
            preview=change.preview(level=level),
            reason="It is dark",
            evidence=("E1",),
            asker="U0ANA0001",
            environment="production",
            service="lamp",
            run_id="run-1",
            at=self.now,
        )
        return issue(
            KEY,
            replace(proposal, **other),  # type: ignore[arg-type] # tests name fields of Proposal
            approvers=("U0BEN0001",),
            rule="production",
            policy_version="p1",
            granted_at=self.now,
            expires_at=self.now + timedelta(minutes=15),
        )


@pytest.fixture
def bench() -> Bench:
    """Give an executor over one lamp."""
    lamp = Lamp()
    return Bench(lamp, MemoryLedger(), {"lamp_set": lamp.tool()})

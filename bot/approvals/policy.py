"""The policy: rules from config/policy.toml, and what they say of a proposal; the first that matches decides."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.approvals.autonomy import Stage, autonomous
from bot.approvals.decide import MAX_MINUTES
from bot.approvals.model import Decision, Effect
from tools.canonical import digest
from tools.contract import Proposal, Risk

DEFAULT_MINUTES = 15
HIGH_RISK_MINUTES = 5

Names = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a proposal was made: Slack id of the channel, and severity of the alert behind it (P1 … P4, or empty)."""

    channel: str
    severity: str = ""


class Rule(BaseModel):
    """One `[[rule]]` of the file; a condition that is left out matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    tool: str = "*"
    risk: tuple[Risk, ...] | None = None
    environment: Names | None = None
    severity: Names | None = None
    channel: Names | None = None
    asker: Names | None = None
    effect: Effect
    groups: tuple[str, ...] = ()
    quorum: int = Field(1, ge=1, le=10)
    minutes: int | None = Field(None, ge=1, le=MAX_MINUTES)
    why: str = ""

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if self.effect is Effect.ASK and not self.groups:
            raise ValueError("a rule that asks must name the groups to ask")
        return self

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """Tell whether the rule is about this proposal."""
        return (
            fnmatchcase(proposal.tool, self.tool)
            and (self.risk is None or proposal.risk in self.risk)
            and _among(proposal.environment, self.environment)
            and _among(context.severity, self.severity)
            and _among(context.channel, self.channel)
            and _among(proposal.asker, self.asker)
        )


class PolicyFile(BaseModel):
    """All of config/policy.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Stage
    rule: tuple[Rule, ...] = ()


class Policy:
    """Decides proposals. Pure: the same proposal in the same context has the same answer."""

    def __init__(self, file: PolicyFile, changes: Collection[str]) -> None:
        self._file = file
        self._changes = frozenset(changes)
        self.version = digest(file.model_dump(mode="json"))

    def decide(self, proposal: Proposal, context: Context) -> Decision:
        """Return who has to say yes to a proposal, if anybody can."""
        if proposal.tool not in self._changes:
            return self._denied("unknown tool", f"{proposal.tool} is not a change this version knows.")
        if self._file.stage is Stage.ADVISE:
            return self._denied("stage", "At the stage “advise” nothing is changed from here; this is advice only.")
        rule = next((rule for rule in self._file.rule if rule.matches(proposal, context)), None)
        if rule is None:
            return self._denied("no rule", "No rule of the policy is about this change, so it is not allowed.")
        return self._by(rule, proposal, context)

    def _by(self, rule: Rule, proposal: Proposal, context: Context) -> Decision:
        effect = rule.effect
        if effect is Effect.ALLOW and not autonomous(self._file.stage, proposal.risk, context.severity):
            effect = Effect.ASK if rule.groups else Effect.DENY
        return Decision(
            effect=effect,
            rule=rule.name,
            groups=rule.groups if effect is Effect.ASK else (),
            quorum=rule.quorum,
            minutes=rule.minutes or (HIGH_RISK_MINUTES if proposal.risk is Risk.HIGH else DEFAULT_MINUTES),
            policy_version=self.version,
            why=rule.why,
        )

    def _denied(self, rule: str, why: str) -> Decision:
        return Decision(Effect.DENY, rule, (), 1, DEFAULT_MINUTES, self.version, why)


def read_policy(file: Path, changes: Collection[str]) -> Policy:
    """Read the policy; `changes` are the names of the changes that exist.

    Raises:
        ValueError: Names the file, the place in it and what is wrong.
    """
    try:
        return Policy(PolicyFile.model_validate(tomllib.loads(file.read_text("utf-8"))), changes)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{file}: {where}: {first['msg']}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}.") from error


def _among(value: str, wanted: tuple[str, ...] | None) -> bool:
    return wanted is None or value in wanted

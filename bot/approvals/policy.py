"""The policy: rules from config/policy.toml, and what they say of a proposal; the first that matches decides."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.approvals.arguments import Wanted, met
from bot.approvals.autonomy import GRAVE, Stage, autonomous
from bot.approvals.decide import MAX_MINUTES
from bot.approvals.glass import Glass
from bot.approvals.model import Decision, Effect
from bot.approvals.windows import Window
from tools.canonical import digest
from tools.contract import Risk
from tools.proposal import Proposal

DEFAULT_MINUTES = 15
HIGH_RISK_MINUTES = 5
NUDGE_MINUTES = 2

Severity: TypeAlias = Literal["", "P1", "P2", "P3", "P4"]
ChannelId = Annotated[str, StringConstraints(pattern=r"^[CDG][A-Z0-9]+$")]
UserId = Annotated[str, StringConstraints(pattern=r"^([UW][A-Z0-9]+)?$")]


@dataclass(frozen=True, slots=True)
class Context:
    """Where and when a proposal is decided.

    Attributes:
        channel: Slack id of the channel it was made in.
        severity: Of the alert behind it (P1 … P4), or empty.
        at: When it is decided; the product passes the store's time.
    """

    channel: str
    severity: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Matter:
    """All that rules look at, and nothing else."""

    tool: str
    risk: Risk
    environment: str
    asker: str
    context: Context
    arguments: Mapping[str, object] = field(default_factory=dict)


class Rule(BaseModel):
    """One `[[rule]]` of the file; a condition that is left out matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    tool: str = "*"
    risk: Annotated[tuple[Risk, ...], Field(min_length=1)] | None = None
    environment: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    severity: Annotated[tuple[Severity, ...], Field(min_length=1)] | None = None
    channel: Annotated[tuple[ChannelId, ...], Field(min_length=1)] | None = None
    asker: Annotated[tuple[UserId, ...], Field(min_length=1)] | None = None
    during: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    arguments: Wanted = Field(default_factory=dict)
    effect: Effect
    groups: tuple[str, ...] = ()
    quorum: int = Field(1, ge=1, le=10)
    minutes: int | None = Field(None, ge=1, le=MAX_MINUTES)
    nudge: int = Field(NUDGE_MINUTES, ge=1, le=MAX_MINUTES)
    escalate: tuple[str, ...] = ()
    why: str = ""

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if self.effect is Effect.ASK and not self.groups:
            raise ValueError("a rule that asks must name the groups to ask")
        return self

    def matches(self, matter: Matter, now: AbstractSet[str]) -> bool:
        """Tell whether the rule is about this; `now` are the names of the windows that hold."""
        return (
            _among(matter.environment, self.environment)
            and _among(matter.context.severity, self.severity)
            and (self.during is None or not now.isdisjoint(self.during))
            and (self.risk is None or matter.risk in self.risk)
            and _among(matter.context.channel, self.channel)
            and _among(matter.asker, self.asker)
            and (self.tool == "*" or fnmatchcase(matter.tool, self.tool))
            and met(self.arguments, matter.arguments)
        )


class PolicyFile(BaseModel):
    """All of config/policy.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Stage
    break_glass: Glass | None = None
    window: tuple[Window, ...] = ()
    rule: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names, windows = [rule.name for rule in self.rule], {window.name for window in self.window}
        for rule in self.rule:
            if names.count(rule.name) > 1:
                raise ValueError(f"two rules are named “{rule.name}”; people are told which one decided")
            if missing := sorted(set(rule.during or ()) - windows):
                raise ValueError(f"rule “{rule.name}” is during “{missing[0]}”, but no [[window]] has that name")
        return self


class Policy:
    """Decides proposals. Pure: the same proposal in the same context has the same answer."""

    problem = ""
    """Why it is not what the file says by now; see `bot.live`."""

    def __init__(self, file: PolicyFile, changes: Collection[str]) -> None:
        self.file = file
        self._changes = frozenset(changes)
        self.version = digest(file.model_dump(mode="json"))

    @property
    def glass(self) -> Glass | None:
        """Who may break the glass, if anybody may."""
        return self.file.break_glass

    @property
    def environments(self) -> frozenset[str]:
        """The environments that rules name."""
        return frozenset(name for rule in self.file.rule for name in rule.environment or ())

    def decide(self, proposal: Proposal, context: Context) -> Decision:
        """Return who has to say yes to a proposal, if anybody can."""
        told = proposal.tool, proposal.risk, proposal.environment, proposal.asker, context, proposal.args
        return self.rule_on(Matter(*told))

    def rule_on(self, matter: Matter) -> Decision:
        """Return who would have to say yes, if anybody could."""
        if matter.tool not in self._changes:
            return self._denied("unknown tool", f"{matter.tool} is not a change this version knows.")
        if self.file.stage is Stage.ADVISE:
            return self._denied("stage", "At the stage “advise” nothing is changed from here; this is advice only.")
        now = {window.name for window in self.file.window if window.holds(matter.context.at)}
        rule = next((rule for rule in self.file.rule if rule.matches(matter, now)), None)
        if rule is None:
            return self._denied("no rule", "No rule of the policy is about this change, so it is not allowed.")
        return self._by(rule, matter)

    def _by(self, rule: Rule, matter: Matter) -> Decision:
        effect = rule.effect
        if effect is Effect.ALLOW and not autonomous(self.file.stage, matter.risk, matter.context.severity):
            effect = Effect.ASK if rule.groups else Effect.DENY
        return Decision(
            effect=effect,
            rule=rule.name,
            groups=rule.groups if effect is Effect.ASK else (),
            quorum=rule.quorum,
            minutes=rule.minutes or (HIGH_RISK_MINUTES if matter.risk is Risk.HIGH else DEFAULT_MINUTES),
            policy_version=self.version,
            why=rule.why,
            nudge=rule.nudge if effect is Effect.ASK and matter.context.severity in GRAVE else 0,
            escalate=rule.escalate,
            frozen=effect is Effect.DENY and rule.during is not None,
        )

    def _denied(self, rule: str, why: str) -> Decision:
        return Decision(Effect.DENY, rule, (), 1, DEFAULT_MINUTES, self.version, why)


def read_policy(file: Path, changes: Collection[str], awaited: tuple[str, ...] = ()) -> Policy:
    """Read the policy; `changes` are the names of the changes that exist, in a mapping with their arguments' names.

    `awaited` is how names begin that may come later, so a rule about them is no mistake; until then it decides nothing.

    Raises:
        ValueError: Names the file, the place in it and what is wrong.
    """
    try:
        read = PolicyFile.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "all of it"
        raise ValueError(f"{file}: {where}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}.") from error
    for rule in read.rule:
        if rule.tool.startswith(awaited):
            continue
        if not any(sign in rule.tool for sign in "*?[") and rule.tool not in changes:
            raise ValueError(f"{file}: rule “{rule.name}” is about {rule.tool}, but no change has that name.")
        if isinstance(changes, Mapping) and (missing := _unheard_of(rule, changes)):
            raise ValueError(f"{file}: rule “{rule.name}” looks at {missing}, but no change that it is about has that.")
    return Policy(read, changes)


def _unheard_of(rule: Rule, changes: Mapping[str, Collection[str]]) -> str:
    """Return an argument that no change has which the rule is about; such a rule would never hold."""
    known = {name for tool, names in changes.items() if fnmatchcase(tool, rule.tool) for name in names}
    return next(iter(sorted(set(rule.arguments) - known)), "")


def _among(value: str, wanted: tuple[str, ...] | None) -> bool:
    return wanted is None or value in wanted

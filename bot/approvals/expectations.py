"""What the team expects of its policy, from config/policy_tests.toml, checked against what the policy decides."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.approvals.model import Decision, Effect
from bot.approvals.policy import Context, Matter, Policy, Severity
from tools.contract import Risk


class Expectation(BaseModel):
    """One `[[expect]]` of the file; of the answer, what is left out is not looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    tool: str
    risk: Risk | None = None
    environment: str = ""
    severity: Severity = ""
    channel: str = ""
    asker: str = ""
    at: AwareDatetime | None = None
    arguments: dict[str, str | int | bool | tuple[str, ...]] = Field(default_factory=dict)
    effect: Effect
    rule: str | None = None
    groups: tuple[str, ...] | None = None
    quorum: int | None = None
    minutes: int | None = None

    def unmet(self, policy: Policy, risks: Mapping[str, Risk]) -> str:
        """Return what the policy decides otherwise, in a few words; empty if it decides as expected."""
        risk = self.risk or risks.get(self.tool, Risk.HIGH)
        context = Context(self.channel, self.severity, self.at or datetime.now(UTC))
        decided = policy.rule_on(Matter(self.tool, risk, self.environment, self.asker, context, self.arguments))
        off = [f"{name} is {_said(is_)}, not {_said(was)}" for name, is_, was in self._compared(decided) if is_ != was]
        return f"{'; '.join(off)} (rule “{decided.rule}”)" if off else ""

    def _compared(self, decided: Decision) -> list[tuple[str, object, object]]:
        names = ("effect", "rule", "groups", "quorum", "minutes")
        return [(name, getattr(decided, name), told) for name in names if (told := getattr(self, name)) is not None]


class Expectations(BaseModel):
    """All of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expect: tuple[Expectation, ...] = Field(min_length=1)


def read_expectations(file: Path) -> tuple[Expectation, ...]:
    """Read what is expected.

    Raises:
        ValueError: Names the file, the place in it and what is wrong.
    """
    try:
        return Expectations.model_validate(tomllib.loads(file.read_text("utf-8"))).expect
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}.") from error
    except OSError as error:
        raise ValueError(
            f"{file} cannot be read ({error.strerror}); write what you expect of the policy there."
        ) from error


def _said(value: object) -> str:
    return ", ".join(map(str, value)) or "nobody" if isinstance(value, tuple) else str(value)

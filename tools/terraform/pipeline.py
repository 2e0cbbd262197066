"""The one pipeline that judges Terraform text: whoever wrote it, a person, a golden module or a model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.contract import ToolError
from tools.terraform.applying import refused_when_applied
from tools.terraform.blocks import Module, Problem
from tools.terraform.checking import check
from tools.terraform.external import formatted, security_tools
from tools.terraform.hostile import scan
from tools.terraform.policies import denied
from tools.terraform.reading import read
from tools.terraform.validating import validated

State = Literal["passed", "failed", "skipped"]
MOST_DETAILS = 20


@dataclass(frozen=True)
class Check:
    """One step: `details` are sentences, why it failed or why it was skipped."""

    name: str
    state: State
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What all steps say; `passed` if none failed."""

    steps: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return all(step.state != "failed" for step in self.steps)

    @property
    def faults(self) -> frozenset[str]:
        """What stands against it, without the places: two judgements of a text before and after an edit compare."""
        failed = (step for step in self.steps if step.state == "failed")
        return frozenset(said.split(": ", 1)[-1] for step in failed for said in step.details or (step.name,))

    def step(self, name: str) -> Check:
        """Return a step by its name."""
        return next(step for step in self.steps if step.name == name)


def judge(files: Mapping[str, str], environment: str = "production") -> Judgement:
    """Judge the files of one module, all of them: references are looked up in what is given.

    Steps, in order: parse, hostile, format, schema (what a plan would refuse), apply (what AWS would refuse later),
    validate (Terraform itself, where its providers are at hand), policy, security. What is not valid HCL, or is
    hostile, goes no further, so that no program ever sees it.

    Args:
        files: Path in the module to its whole text.
        environment: Where it will live; policies are stricter in `production`.
    """
    module = read(files)
    parse, hostile = _told("parse", module.problems), _told("hostile", scan(module))
    if "failed" in (parse.state, hostile.state):
        later = ("format", "schema", "apply", "validate", "policy", "security")
        return Judgement((parse, hostile, *(Check(name, "skipped", ("Stopped before it.",)) for name in later)))
    return Judgement((parse, hostile, *_harmless(module, files, environment)))


def _harmless(module: Module, files: Mapping[str, str], environment: str) -> tuple[Check, ...]:
    return (
        Check("format", *formatted(files)),
        _told("schema", check(module)),
        _told("apply", refused_when_applied(module)),
        Check("validate", *validated(files)),
        _policy(module, environment),
        Check("security", *security_tools(files)),
    )


def _policy(module: Module, environment: str) -> Check:
    """Put the policies to it; where they cannot be evaluated, nothing passes."""
    try:
        return _sentences("policy", denied(module, environment))
    except ToolError as broken:
        return Check("policy", "failed", (str(broken),))


def _told(name: str, problems: tuple[Problem, ...]) -> Check:
    return _sentences(name, tuple(map(str, problems)))


def _sentences(name: str, sentences: tuple[str, ...]) -> Check:
    more = len(sentences) - MOST_DETAILS
    kept = (*sentences[:MOST_DETAILS], f"and {more} more") if more > 0 else sentences
    return Check(name, "failed" if sentences else "passed", kept)

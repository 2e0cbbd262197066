"""Drafts of Terraform: files that somebody may propose, known by what is in them while the process lives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.canonical import digest
from tools.contract import ToolError
from tools.scope import require
from tools.terraform.filling import Decision
from tools.terraform.modules import Value
from tools.terraform.pipeline import Check, Judgement, judge
from tools.terraform.unbacked import without_backends

MOST = 200
"""Drafts that a process remembers; the oldest go first, and making one again costs a second."""

DraftId = Annotated[
    str,
    StringConstraints(pattern=r"^draft-[0-9a-f]{10}$"),
    Field(description="as terraform_draft or terraform_write say"),
]


@dataclass(frozen=True)
class Draft:
    """Files for a pull request.

    Attributes:
        repository: owner/name.
        base: Branch that they are against.
        environment: Where they take effect.
        title: Of the pull request.
        files: What would be written, path → whole text.
        around: The Terraform that they stand in: of the environment and of the modules it calls.
        module: The golden module behind them, empty if somebody wrote them.
        values: What the module was given.
        decisions: What was decided, and why.
    """

    repository: str
    base: str
    environment: str
    title: str
    files: Mapping[str, str]
    around: Mapping[str, str] = field(default_factory=dict)
    module: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def id(self) -> str:
        """Return its name: the same files for the same place have the same."""
        return f"draft-{digest([self.repository, self.base, self.environment, self.title, dict(self.files)])[:10]}"

    @property
    def terraform(self) -> dict[str, str]:
        """Return the files that are Terraform."""
        return {path: text for path, text in self.files.items() if path.endswith((".tf", ".tf.json", ".tfvars"))}

    @cached_property
    def judgement(self) -> Judgement:
        """What the pipeline holds against it that it did not hold against what is there."""
        return Judgement(tuple(_new(step, self._known) for step in self._after.steps))

    @cached_property
    def _after(self) -> Judgement:
        return judge({**without_backends(self.around), **self.terraform}, self.environment)

    @cached_property
    def _known(self) -> frozenset[str]:
        if not self.around or self._after.passed:
            return frozenset()
        before = judge(without_backends(self.around), self.environment)
        return frozenset(_bare(detail) for step in before.steps if step.state == "failed" for detail in step.details)


_lock = threading.Lock()
_drafts: OrderedDict[str, Draft] = OrderedDict()


def keep(draft: Draft) -> Draft:
    """Remember a draft and return it."""
    with _lock:
        _drafts[draft.id] = draft
        _drafts.move_to_end(draft.id)
        while len(_drafts) > MOST:
            _drafts.popitem(last=False)
    return draft


def known(name: str) -> Draft:
    """Return a draft.

    Raises:
        OutOfScope: This run may not see its repository.
        ToolError: It is not remembered here.
    """
    with _lock:
        draft = _drafts.get(name)
    if draft is None:
        raise ToolError(f"{name} is not known any more; draft it again.")
    require("repositories", draft.repository)
    return draft


def _new(step: Check, before: frozenset[str]) -> Check:
    """Return a step without what was wrong before; with nothing else left it has passed."""
    if step.state != "failed":
        return step
    fresh = tuple(detail for detail in step.details if _bare(detail) not in before)
    return Check(step.name, "failed", fresh) if fresh else Check(step.name, "passed")


def _bare(detail: str) -> str:
    """Return a sentence without the line it is about, which an addition moves."""
    return detail.split(": ", 1)[-1]

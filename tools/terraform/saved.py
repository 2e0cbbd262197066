"""Saved plans by the hash of their file, and the state that they were made for."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from config.settings import settings
from tools.contract import ToolError
from tools.terraform.homes import Root
from tools.terraform.plan import Plan, read_plan
from tools.terraform.running import PLAN_SECONDS, complaint, harmless, looking, terraform

PlanHash = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Field(description="SHA-256 of a saved plan, as terraform_plan says"),
]
_CHANGES = 2
"""Exit code of `plan -detailed-exitcode` where there is something to do."""


@dataclass(frozen=True, slots=True)
class State:
    """Which state a configuration has: its lineage and serial, and the addresses in it. Empty and 0: none yet."""

    lineage: str
    serial: int
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan that is kept: the hash of its file, what it does, and its JSON."""

    sha256: str
    plan: Plan
    told: dict[str, Any]

    @property
    def empty(self) -> bool:
        """Whether it would change nothing."""
        return all(change.action in {"no-op", "read"} for change in self.plan.changes) and not self.plan.outputs


def make(root: Root) -> Saved:
    """Plan a root and keep the plan.

    Raises:
        ToolError: It is refused by the static scan, or cannot be planned.
    """
    harmless(root)
    with tempfile.TemporaryDirectory(prefix="infra-plan-") as folder:
        file = Path(folder, "plan")
        words = ("plan", "-no-color", "-input=false", "-lock=false", "-detailed-exitcode", f"-out={file}")
        ended = terraform(root, *words, seconds=PLAN_SECONDS, given=looking(root))
        if ended.returncode not in {0, _CHANGES}:
            raise ToolError(f"{root.name} cannot be planned: {complaint(ended)}")
        content = file.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    kept = _file(sha256)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept.write_bytes(content)
    kept.chmod(0o600)
    return found(root, sha256)


def found(root: Root, sha256: str) -> Saved:
    """Return a plan that is kept.

    Raises:
        ToolError: It is not, or its file is not what the hash says.
    """
    path = path_of(sha256)
    ended = terraform(root, "show", "-json", str(path))
    if ended.returncode:
        raise ToolError(f"The saved plan cannot be read: {complaint(ended)}")
    return Saved(sha256, read_plan(ended.stdout), dict(json.loads(ended.stdout)))


def path_of(sha256: str) -> Path:
    """Return the file of a plan, after checking that it is the one.

    Raises:
        ToolError: It is not kept here, or somebody changed it.
    """
    file = _file(sha256)
    if not file.is_file():
        raise ToolError(f"The plan {sha256[:12]} is not kept here; plan again.")
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise ToolError(f"The file of the plan {sha256[:12]} was changed; plan again.")
    return file.resolve()


def state_of(root: Root) -> State:
    """Return a root's state as its backend has it.

    Raises:
        ToolError: It cannot be read.
    """
    ended = terraform(root, "state", "pull", given=looking(root))
    if ended.returncode:
        raise ToolError(f"The state of {root.name} cannot be read: {complaint(ended)}")
    told: dict[str, Any] = json.loads(ended.stdout) if ended.stdout.strip() else {}
    listed = [address for each in told.get("resources", []) for address in _addresses(each)]
    return State(str(told.get("lineage", "")), int(told.get("serial", 0)), frozenset(listed))


def _addresses(told: dict[str, Any]) -> list[str]:
    if told.get("mode") != "managed":
        return []
    module = f"{told['module']}." if told.get("module") else ""
    name = f"{module}{told.get('type')}.{told.get('name')}"
    keys = [instance.get("index_key") for instance in told.get("instances", [])]
    return [name if key is None else f"{name}[{json.dumps(key)}]" for key in keys]


def _file(sha256: str) -> Path:
    return settings().infra_data / "plans" / sha256

"""Whether values fit a golden module's own validations: Terraform is asked, with the variables and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.contract import ToolError
from tools.terraform.homes import Root
from tools.terraform.modules import Golden, Value
from tools.terraform.running import terraform

_STANDS_IN: dict[str, Value] = {"vpc_id": "vpc-0", "subnet_ids": ["subnet-0"]}
"""For what the environment gives when the module is called."""


def fit(module: Golden, name: str, values: Mapping[str, Value]) -> None:
    """Do nothing if the values fit; where terraform is not on PATH, a plan will tell.

    Raises:
        ToolError: One does not; says which, and what would.
    """
    if not shutil.which("terraform"):
        return
    given = {key: value for key, value in {**_STANDS_IN, **values, "name": name}.items() if key in module.variables}
    with tempfile.TemporaryDirectory(prefix="infra-values-") as folder:
        Path(folder, "variables.tf").write_text(module.files["variables.tf"], "utf-8")
        Path(folder, "draft.auto.tfvars.json").write_text(json.dumps(given), "utf-8")
        ended = terraform(Root(name="values", folder=Path(folder)), "plan", "-no-color", "-input=false", "-lock=false")
    if ended.returncode:
        raise ToolError(f"{module.name} does not take that: {_why(ended.stderr)}")


def _why(said: str) -> str:
    """Return the variable and its module's own sentence, out of what terraform prints."""
    lines = [line.strip("│╷╵ ") for line in said.splitlines()]
    named = next((found[1] for line in lines if (found := re.search(r"\bvar\.(\w+) is\b", line))), "")
    at = next((number for number, line in enumerate(lines) if line.startswith("This was checked by")), len(lines))
    words = [line for line in lines[:at] if line]
    sentence = words[-1] if at < len(lines) and words else " ".join(words[-3:])
    return f"`{named}`: {sentence}" if named else sentence

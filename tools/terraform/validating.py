"""`terraform init` and `validate` where the team has its providers in a folder: no network, an empty environment."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from config.settings import settings
from tools.terraform.external import Told, running


def validated(files: Mapping[str, str], plugins: Path | None = None) -> Told:
    """Return what Terraform itself says of a module that a static scan let through.

    Args:
        files: Path to whole text.
        plugins: Folder of providers, as `terraform providers mirror` makes it; INFRA_TERRAFORM_PLUGINS if not told.
    """
    program, mirror = shutil.which("terraform"), plugins or settings().infra_terraform_plugins
    if not program or not mirror:
        return "skipped", ("terraform is not on PATH." if not program else "INFRA_TERRAFORM_PLUGINS is not set.",)
    with tempfile.TemporaryDirectory(prefix="infra-validated-") as folder:
        for name, text in files.items():
            at = Path(folder, name)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(text, "utf-8")
        return _validated(program, Path(folder, _root(files)), Path(mirror).absolute())


def _validated(program: str, root: Path, mirror: Path) -> Told:
    words = ["init", "-backend=false", "-input=false", "-no-color", f"-plugin-dir={mirror}"]
    begun = running([program, *words], folder=str(root))
    if isinstance(begun, str):
        return "skipped", (f"terraform init: {begun}",)
    if begun.returncode:
        return "skipped", (f"terraform init: {_complaint(begun.stderr or begun.stdout)}",)
    ended = running([program, "validate", "-json", "-no-color"], folder=str(root))
    if isinstance(ended, str):
        return "skipped", (f"terraform validate: {ended}",)
    try:
        wrong = tuple(_errors(json.loads(ended.stdout)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "skipped", (f"terraform validate: {_complaint(ended.stderr or ended.stdout)}",)
    return ("failed", wrong) if wrong else ("passed", ())


def _errors(told: Any) -> Iterator[str]:
    for one in told["diagnostics"]:
        if one["severity"] == "error":
            place = one.get("range") or {}
            at = f"{place['filename']}:{place['start']['line']}: " if place else ""
            yield f"{at}{one['summary']}. {' '.join(one.get('detail', '').split())[:300]}".strip()


def _root(files: Mapping[str, str]) -> str:
    """Return the folder that Terraform runs in: the one nearest to the top that has any of its files."""
    folders = [PurePosixPath(name).parent for name in files if name.endswith((".tf", ".tf.json"))]
    return str(min(folders, key=lambda each: (len(each.parts), str(each)), default="."))


def _complaint(said: str) -> str:
    lines = [line.strip("│╷╵ ") for line in said.splitlines()]
    first = next((at for at, line in enumerate(lines) if line.startswith("Error:")), 0)
    return " ".join(line for line in lines[first : first + 5] if line)[:400] or "it ended without a word."

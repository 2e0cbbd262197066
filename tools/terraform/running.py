"""Run terraform on a checkout: after a static scan, with nothing in its environment but what it was given."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.settings import settings
from tools.acting import grant
from tools.aws.roles import identity_of, reading_session, role_session
from tools.contract import ToolError, Unknown
from tools.terraform.blocks import text_of
from tools.terraform.homes import Root
from tools.terraform.hostile import scan
from tools.terraform.reading import read
from tools.terraform.unbacked import without_backends

PLAN_SECONDS, APPLY_SECONDS, LOOK_SECONDS = 240.0, 840.0, 30.0
"""An apply ends before the credentials of its role do: tools.aws.roles.CHANGE_SECONDS."""

_PROGRAMS = "/usr/local/bin:/usr/bin:/bin"
_QUIET = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def terraform(
    root: Root, *words: str, seconds: float = LOOK_SECONDS, given: Mapping[str, str] | None = None, writes: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run terraform in a root's folder and return how it ended.

    Args:
        root: Where.
        words: The command line.
        seconds: How long it may take.
        given: More environment: credentials.
        writes: Whether it may have changed something if it is cut off.

    Raises:
        Unknown: It took too long, and may have changed something.
        ToolError: There is no terraform, no such folder, or it took too long.
    """
    program = _program(root)
    with tempfile.TemporaryDirectory(prefix="infra-terraform-") as home:
        env = {"PATH": f"{Path(program).parent}:{_PROGRAMS}", "HOME": home, **_QUIET, **(given or {})}
        try:
            return subprocess.run(  # noqa: S603 - fixed words; names of ours
                [program, *words],
                capture_output=True,
                text=True,
                env=env,
                cwd=root.folder,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            said = f"terraform {words[0]} of {root.name} took longer than {seconds:g} s."
            raise (Unknown if writes else ToolError)(said) from error


def _program(root: Root) -> str:
    program = shutil.which("terraform")
    if not program:
        raise ToolError("terraform is not on PATH, so nothing can be planned or applied from here.")
    if not root.folder.is_dir():
        raise ToolError(f"{root.folder} of the root {root.name} is not there; check it out and run `terraform init`.")
    return program


def harmless(root: Root) -> None:
    """Look at a root's Terraform, and that of the modules it calls by path, before any program does.

    Raises:
        ToolError: It reads, runs or reaches what it has no business with.
    """
    if found := scan(read(without_backends(sources(root)))):
        raise ToolError(f"{root.name} is not planned: {found[0]}")


def sources(root: Root) -> dict[str, str]:
    """Return a root's Terraform and that of the modules it calls by path, by path in the repository."""
    top = _top(root)
    own = _texts(root.folder, root.path)
    files = dict(own)
    for block in read(own).of("module"):
        source = text_of(block.value("source")) or ""
        folder = (root.folder / source).resolve()
        if source.startswith((".", "..")) and folder.is_relative_to(top):
            files |= _texts(folder, str(folder.relative_to(top)))
    return files


def looking(root: Root) -> dict[str, str]:
    """Return the credentials that a plan runs with: the read role's, if the root's provider is AWS."""
    return _variables(reading_session(settings())) if root.role else {}


def acting(root: Root) -> dict[str, str]:
    """Return the credentials that an apply runs with: the root's role, taken in the name of the approval."""
    if not root.role:
        return {}
    return _variables(role_session(settings(), root.role, identity_of(grant().proposal.id)))


def complaint(ended: subprocess.CompletedProcess[str]) -> str:
    """Return what terraform says went wrong, in a line."""
    lines = [line.strip("│╷╵ ") for line in (ended.stderr or ended.stdout).splitlines()]
    first = next((at for at, line in enumerate(lines) if line.startswith("Error:")), 0)
    return " ".join(line for line in lines[first : first + 6] if line)[:400] or f"it ended with {ended.returncode}"


def _variables(session: Any) -> dict[str, str]:
    told = settings()
    where = {"AWS_REGION": told.aws_region} | (
        {"AWS_ENDPOINT_URL": told.aws_endpoint_url} if told.aws_endpoint_url else {}
    )
    found = session.get_credentials()
    if found is None:
        return where
    keys = found.get_frozen_credentials()
    named = {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token,
    }
    return where | {name: value for name, value in named.items() if value}


def _top(root: Root) -> Path:
    folder = root.folder.resolve()
    steps = len(Path(root.path).parts)
    return folder.parents[steps - 1] if steps and str(folder).endswith(root.path) else folder


def _texts(folder: Path, path: str) -> dict[str, str]:
    files = [*sorted(folder.glob("*.tf")), *sorted(folder.glob("*.tf.json"))]
    return {f"{path}/{file.name}" if path else file.name: file.read_text("utf-8", "replace") for file in files}

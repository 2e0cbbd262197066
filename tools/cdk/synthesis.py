"""Have a CDK app in Python make its CloudFormation, in a process that has nothing of ours in its environment."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.contract import ToolError

SECONDS = 120.0


def synthesized(folder: Path, app: str, python: Path) -> dict[str, str]:
    """Return the templates that an app makes, by file name.

    The app is the team's own code and runs as such: only folders that config/terraform.toml names are ever given.
    It has no credentials, so an app that looks things up in AWS must have its context committed (`cdk.context.json`).

    Args:
        folder: Of the app.
        app: The file to run, such as `app.py`.
        python: The interpreter that has `aws_cdk`.

    Raises:
        ToolError: node is missing, or the app did not end well; says why.
    """
    node = shutil.which("node")
    if not node:
        raise ToolError("node is not on PATH; aws_cdk needs it.")
    with tempfile.TemporaryDirectory(prefix="infra-cdk-") as made:
        home, out = Path(made, "home"), Path(made, "out")
        home.mkdir()
        env = {"PATH": f"{Path(node).parent}:/usr/bin:/bin", "HOME": str(home), "CDK_OUTDIR": str(out)}
        _run([str(python), app], folder, env)
        return {file.name: file.read_text("utf-8") for file in sorted(out.glob("*.template.json"))}


def _run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    try:
        ended = subprocess.run(  # noqa: S603 - the interpreter and the file that the team's configuration names
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"The CDK app took longer than {SECONDS:g} s.") from error
    except OSError as error:
        raise ToolError(f"The CDK app could not be run: {error}.") from error
    if ended.returncode:
        lines = [line for line in ended.stderr.splitlines() if line.strip()]
        raise ToolError(f"The CDK app ended with an error: {' '.join(lines[-2:])[:400] or ended.returncode}")

"""Checks of pull requests: Terraform's format for real where it can be, the others as the repository's file tells."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.github.state import Check, Hub, Pull, Repository

SECONDS = 1.0
"""How long a check takes; long enough to be seen in progress."""
FORMAT = "terraform fmt"
_FAR = datetime.max.replace(tzinfo=UTC)


def begin_checks(hub: Hub, repository: Repository, pull: Pull, told: Mapping[str, Any] | None = None) -> None:
    """Start the checks of a pull request's head: of `told`, else of the table `[checks]`."""
    table: Mapping[str, Any] = repository.written.get("checks", {}) if told is None else told
    for name, result in table.items():
        about = result if isinstance(result, dict) else {"conclusion": result}
        done = pull.created if told is not None else hub.clock.now() + timedelta(seconds=SECONDS)
        repository.checks.append(_check(hub, pull, name, done, about))
    terraform = shutil.which("terraform")
    changed = [path for path in changed_paths(repository, pull) if path.endswith(".tf")]
    if told is None and FORMAT not in table and terraform and changed:
        check = _check(hub, pull, FORMAT, _FAR, {})
        repository.checks.append(check)
        files = {path: repository.git.run("show", f"{pull.head_sha}:{path}") for path in changed}
        threading.Thread(target=_format, args=(hub, check, terraform, files), daemon=True).start()


def refresh(hub: Hub, repository: Repository) -> None:
    """Follow what was pushed: an open pull request's head is its branch's."""
    opened = [pull for pull in repository.pulls.values() if not pull.closed]
    heads = repository.git.branches() if opened else {}
    for pull in opened:
        now = heads.get(pull.head, pull.head_sha)
        if now != pull.head_sha:
            pull.head_sha = now
            begin_checks(hub, repository, pull)


def changed_paths(repository: Repository, pull: Pull) -> list[str]:
    """Return the paths that a pull request changes, those it removes left out."""
    merge_base = repository.git.run("merge-base", pull.base, pull.head_sha).decode().strip()
    listed = repository.git.run("diff", "-z", "--name-only", "--diff-filter=d", merge_base, pull.head_sha).decode()
    return [path for path in listed.split("\0") if path]


def lacking(hub: Hub, repository: Repository, pull: Pull) -> str:
    """Return what branch protection still wants before a merge, in GitHub's words; empty if nothing."""
    wanted: Mapping[str, Any] = repository.written.get("protection", {}).get(pull.base, {})
    now = hub.clock.now()
    passed = {
        check.name
        for check in repository.checks
        if check.sha == pull.head_sha and check.done <= now and check.conclusion in {"success", "neutral", "skipped"}
    }
    missing = [name for name in wanted.get("checks", ()) if name not in passed]
    if missing:
        return f'Required status check "{missing[0]}" is expected.'
    approvals = {one["user"]["login"] for one in pull.reviews if one.get("state") == "APPROVED"} - {pull.author}
    needed = int(wanted.get("reviews", 0))
    if len(approvals) < needed:
        return f"At least {needed} approving review is required by reviewers with write access."
    return ""


def _check(hub: Hub, pull: Pull, name: str, done: datetime, told: Mapping[str, Any]) -> Check:
    conclusion, summary = str(told.get("conclusion", "")), str(told.get("summary", ""))
    return Check(next(hub.ids), name, pull.head_sha, conclusion, summary, min(hub.clock.now(), done), done)


def _format(hub: Hub, check: Check, terraform: str, files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix="infra-fmt-") as folder:
        for path, data in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(data)
        command = [terraform, "fmt", "-check", "-diff", "-recursive", folder]
        done = subprocess.run(command, capture_output=True, text=True, env={"PATH": ""}, check=False)  # noqa: S603 - it only reads what is in the folder
    check.conclusion = "failure" if done.returncode else "success"
    check.summary = (done.stdout + done.stderr)[:4000]
    check.done = hub.clock.now()

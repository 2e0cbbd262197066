"""Write a repository's history as one stream that `git fast-import` takes: one process, however many commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.github.git import Person


@dataclass(frozen=True)
class Change:
    """What a commit does: files with their new bytes, and paths it removes."""

    files: Mapping[str, bytes]
    delete: tuple[str, ...] = ()


@dataclass(frozen=True)
class Commit:
    """A commit on a branch; the first on a branch begins `at` another branch, if one is named."""

    branch: str
    message: str
    by: Person
    change: Change
    at: str = ""


def history(commits: Sequence[Commit]) -> bytes:
    """Return the stream: https://git-scm.com/docs/git-fast-import#_input_format."""
    begun: set[str] = set()
    parts: list[bytes] = []
    for commit in commits:
        parts += _written(commit, begins=commit.branch not in begun)
        begun.add(commit.branch)
    return b"".join(parts)


def _written(commit: Commit, *, begins: bool) -> list[bytes]:
    who = f"{commit.by.name} <{commit.by.email}> {commit.by.stamp}"
    head = f"commit refs/heads/{commit.branch}\nauthor {who}\ncommitter {who}\n"
    base = f"from refs/heads/{commit.at}\n" if begins and commit.at else ""
    gone = "".join(f"D {path}\n" for path in commit.change.delete)
    files = [f"M 100644 inline {path}\n".encode() + _data(data) for path, data in commit.change.files.items()]
    return [head.encode(), _data(commit.message.encode()), base.encode(), gone.encode(), *files]


def _data(data: bytes) -> bytes:
    return f"data {len(data)}\n".encode() + data + b"\n"

"""A bare git repository, asked through git's own commands."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_SAFE = re.compile(r"(?!-)[\w./~^@+-]+")
SHA = re.compile(r"[0-9a-f]{40}")


class GitFailedError(Exception):
    """Git refused; the text is its own."""


@dataclass(frozen=True)
class Person:
    """Who wrote a commit, and when (UTC)."""

    name: str
    email: str
    at: datetime

    @property
    def stamp(self) -> str:
        """As git takes it."""
        return f"{int(self.at.timestamp())} +0000"


@dataclass(frozen=True)
class Entry:
    """A line of a tree: mode, kind, sha, size (of blobs) and path."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


class Git:
    """One bare repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, given: bytes = b"", by: Person | None = None) -> bytes:
        """Run a git command and return what it prints.

        Raises:
            GitFailedError: It exited with an error.
        """
        done = self._done(arguments, given, by)
        if done.returncode:
            raise GitFailedError(done.stderr.decode("utf-8", "replace") or f"git {arguments[0]} failed")
        return done.stdout

    def resolve(self, revision: str, kind: str = "commit") -> str | None:
        """Return the sha that a branch, tag or sha stands for; None if there is none."""
        if not _SAFE.fullmatch(revision):
            return None
        done = self._done(("rev-parse", "--verify", "--quiet", f"{revision}^{{{kind}}}"), b"", None)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def branches(self) -> dict[str, str]:
        """Return the branches and their heads."""
        lines = self.run("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").decode()
        return dict(line.rsplit(" ", 1) for line in lines.splitlines())

    def tree(self, treeish: str, *, recursive: bool = False, path: str = "") -> list[Entry]:
        """Return what is in a tree, or the one entry at a path."""
        options = ("-r", "-t") if recursive else ()
        where = ("--", f":(literal){path}") if path else ()
        listed = self.run("ls-tree", "-z", "-l", "--full-tree", *options, treeish, *where).decode("utf-8", "replace")
        return [_entry(line) for line in listed.split("\0") if line]

    def blob(self, sha: str) -> bytes:
        """Return the bytes of a file."""
        return self.run("cat-file", "blob", sha)

    def write_blob(self, data: bytes) -> str:
        """Store bytes and return their sha."""
        return self.run("hash-object", "-w", "--stdin", given=data).decode().strip()

    def write_tree(self, base: str, changes: list[tuple[str, str, str]]) -> str:
        """Return a tree made of a base (empty for none) and (mode, sha or "" to remove, path) lines."""
        index = self.folder / f"index-{os.urandom(4).hex()}"
        extra = {"GIT_INDEX_FILE": str(index)}
        try:
            self._checked(("read-tree", base) if base else ("read-tree", "--empty"), b"", extra)
            lines = "".join(f"{mode if sha else '0'} {sha or '0' * 40}\t{path}\0" for mode, sha, path in changes)
            self._checked(("update-index", "-z", "--index-info"), lines.encode(), extra)
            return self._checked(("write-tree",), b"", extra).decode().strip()
        finally:
            index.unlink(missing_ok=True)

    def write_commit(self, tree: str, parents: list[str], message: str, by: Person) -> str:
        """Store a commit and return its sha."""
        options = [option for parent in parents for option in ("-p", parent)]
        return self.run("commit-tree", tree, *options, "-F", "-", given=message.encode(), by=by).decode().strip()

    def merged(self, base: str, head: str) -> str | None:
        """Return the tree that merging two commits gives; None where they conflict."""
        done = self._done(("merge-tree", "--write-tree", base, head), b"", None)
        return done.stdout.decode().split("\n", 1)[0] if done.returncode == 0 else None

    def contains(self, newer: str, older: str) -> bool:
        """Tell whether `older` is an ancestor of `newer`."""
        return self._done(("merge-base", "--is-ancestor", older, newer), b"", None).returncode == 0

    def _checked(self, arguments: tuple[str, ...], given: bytes, extra: dict[str, str]) -> bytes:
        done = self._done(arguments, given, None, extra)
        if done.returncode:
            raise GitFailedError(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def _done(
        self, arguments: tuple[str, ...], given: bytes, by: Person | None, extra: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder.parent),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **(_signed(by) if by else {}),
            **(extra or {}),
        }
        command = ["git", "--git-dir", str(self.folder), *arguments]
        return subprocess.run(command, input=given, env=environment, capture_output=True, check=False)  # noqa: S603 - git, and what a request names is checked before


def _signed(by: Person) -> dict[str, str]:
    return {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", by.name), ("EMAIL", by.email), ("DATE", by.stamp))
    }


def _entry(line: str) -> Entry:
    about, path = line.split("\t", 1)
    mode, kind, sha, size = about.split()
    return Entry(mode, kind, sha, int(size) if size.isdigit() else 0, path)

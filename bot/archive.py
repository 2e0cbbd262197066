"""A copy of the audit trail outside the store, taken up where it ended: a file here, or a place in AWS."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.aside import aside
from bot.audit import RECORDS
from bot.store.trail import Trail
from tools.aws.archives import LogsArchive, S3Archive
from tools.contract import ToolError

log = logging.getLogger(__name__)

BATCH = 500
"""Records written at a time: well below what one CloudWatch call takes, and one S3 object is a few hundred kB."""
TAIL_BYTES = 1024 * 1024
"""A record is a few hundred bytes; the last one is surely in here."""


class Archive(Protocol):
    """Where records go. It is the archive that knows how far it got, so a new process goes on from there."""

    def last(self) -> int:
        """Return the number of the last record it holds, 0 for none."""
        ...

    def append(self, first: int, lines: Sequence[str]) -> None:
        """Keep records, the first of which has this number; they are durable when this returns."""
        ...


def archive_at(place: str, days: int) -> Archive:
    """Return the archive at a place as INFRA_AUDIT_EXPORT names it.

    Raises:
        ValueError: It names no place.
    """
    parts = urlsplit(place)
    match parts.scheme:
        case "file" if parts.path:
            return FileArchive(Path(parts.path))
        case "s3" if parts.netloc:
            return S3Archive(parts.netloc, parts.path.strip("/"), days)
        case "cloudwatch" if parts.path:
            return LogsArchive(parts.path)
        case _:
            raise ValueError("INFRA_AUDIT_EXPORT must be file:/path, s3://bucket/prefix or cloudwatch:/log/group.")


class FileArchive:
    """A file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> int:
        """Return the number of the last whole line; half a line, left by a crash, is cut off."""
        if not self._path.exists():
            return 0
        with self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
            file.seek(start)
            tail = file.read()
            whole = tail.rpartition(b"\n")[0]
            file.truncate(start + len(whole) + (b"\n" in tail))
        return RECORDS.validate_json(whole.rpartition(b"\n")[2]).seq if whole else 0

    def append(self, first: int, lines: Sequence[str]) -> None:
        """Write the lines and wait until they are on the disk.

        Raises:
            OSError: They are not, or another process has written in the meantime.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self.last() != first - 1:
            raise OSError(f"{self._path} was written by another process; going on from its end.")
        with self._path.open("ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> Iterator[str]:
        """Return the records as they are written."""
        with self._path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")


class Exporter:
    """Copies what the trail has and the archive has not; call it as often as you like."""

    def __init__(self, trail: Trail, archive: Archive) -> None:
        self._trail = trail
        self._archive = archive
        self._position = ""
        self._last = 0

    async def chore(self) -> None:
        """Copy what is new; what cannot be copied now is copied later, and the log and `/infra status` say so."""
        problem = ""
        try:
            await aside(self.export)
        except (ToolError, ValidationError, OSError) as error:
            log.warning("the audit trail could not be exported: %s", error)
            problem = f"{error}"
        await aside(self._trail.exported, problem)

    def export(self) -> int:
        """Copy what is new and return how many records that was.

        Raises:
            ToolError: AWS does not take them.
            OSError: The disk does not.
        """
        copied = 0
        if not self._position:
            self._last = self._archive.last()
        try:
            while page := list(islice(self._trail.rows(self._position), BATCH)):
                copied += self._copied(page)
        except BaseException:
            self._position = ""  # begin again from what the archive says it has
            raise
        return copied

    def _copied(self, page: list[tuple[str, str]]) -> int:
        fresh = [(RECORDS.validate_json(row).seq, row) for _, row in page]
        fresh = [(seq, row) for seq, row in fresh if seq > self._last]
        if fresh:
            self._archive.append(fresh[0][0], [row for _, row in fresh])
            self._last = fresh[-1][0]
        self._position = page[-1][0]
        return len(fresh)

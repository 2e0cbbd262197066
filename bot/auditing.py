"""The audit trail on the command line: verify it or a copy of it, tell the story of a change, export it by hand."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pydantic import ValidationError

from bot.archive import Exporter, FileArchive, archive_at
from bot.audit import Head, Verified, follow
from bot.store.connection import connect
from bot.store.signing import signing_key
from bot.store.store import make_store
from bot.store.trail import AuditError, Trail
from bot.story import story
from config.settings import Settings
from tools.contract import ToolError


async def audit(settings: Settings, action: str, what: str) -> int:
    """Do what was asked of the trail; 0 if it went well and what was looked at holds."""
    connection = connect(settings)
    try:
        trail = make_store(connection, signing_key(settings)).trail
        return await asyncio.to_thread(_done, settings, trail, action, what)
    except (AuditError, ValidationError, ToolError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        await connection.close()


def _done(settings: Settings, trail: Trail, action: str, what: str) -> int:
    match action:
        case "show":
            return _shown(trail, what)
        case "export":
            place = what or settings.infra_audit_export
            copied = Exporter(trail, archive_at(place, settings.infra_audit_days)).export()
            return _said(Verified(copied, ok=True), "records exported")
        case _ if what:
            return _said(compared(signing_key(settings), FileArchive(Path(what)), trail))
        case _:
            return _said(trail.verify())


def _shown(trail: Trail, approval: str) -> int:
    """Print the story of a change, and whether the trail that tells it holds."""
    lines = story(trail.records(), approval)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    if not lines:
        sys.stdout.write(f"The audit trail has nothing about {approval or 'no approval'}; name the id on its card.\n")
    verified = trail.verify()
    return _said(verified) or int(not lines)


def compared(key: bytes, file: FileArchive, trail: Trail) -> Verified:
    """Check an exported file by itself, and then that the store's trail tells the same story up to its end."""
    verified, reached = follow(key, file.lines())
    head = trail.head()
    if not verified.ok or head.seq == 0:
        return verified
    there = head if head.seq <= reached.seq else _head_at(trail, reached.seq)
    if there != reached:
        problem = f"The store's trail ends at record {head.seq} or is another one: it is not what was exported."
        return Verified(verified.records, ok=False, problem=problem)
    return Verified(verified.records, ok=True, problem=_behind(head.seq - reached.seq))


def _behind(missing: int) -> str:
    return f"The store's trail agrees, and has {missing} more." if missing else "The store's trail agrees."


def _head_at(trail: Trail, seq: int) -> Head:
    """Return where the trail was after so many records, as the record after them says."""
    following = next((record for record in trail.records() if record.seq == seq + 1), None)
    return Head(seq, following.previous) if following else Head()


def _said(verified: Verified, words: str = "records hold") -> int:
    sys.stdout.write(f"{verified.records} {words}.{' ' + verified.problem if verified.problem else ''}\n")
    return 0 if verified.ok else 1

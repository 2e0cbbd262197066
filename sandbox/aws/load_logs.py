"""Load log groups: API documents, JSON lines, and plain text with a time at the start of each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

from sandbox.aws.documents import Element
from sandbox.aws.estate import LogEvent
from sandbox.aws.shapes import moment

LEADING_TIME = re.compile(r"^\W{0,2}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?)")
TIMES = ("timestamp", "@timestamp", "time", "ts", "date")
"""Members of a JSON log line that may hold its time, likeliest first."""


def log_events(element: Element) -> Iterator[tuple[str, list[LogEvent]]]:
    """Yield the log groups an element adds to, with their events."""
    value = element.value
    match element.kind:
        case "group":
            name = str(value["logGroupName"])
            held = value.get("events") or value.get("logEvents") or []
            yield name, [_event(each, name, at) for at, each in enumerate(held if isinstance(held, list) else [])]
        case "stream":
            yield _group(element), []
        case _:
            name = _group(element)
            default = str(element.around.get("logStreamName", PurePosixPath(element.where).stem))
            yield name, [_event({"logStreamName": default} | dict(value), name, hash_of(value))]


def written_events(where: str, text: str, now: datetime) -> tuple[str, list[LogEvent]]:
    """Return the log group a text file is, and its events; lines without a time belong to the line before."""
    stream = PurePosixPath(where).stem
    at = int(now.timestamp() * 1000)
    first = next((found for line in text.splitlines() if (found := _time_of(line))), None)
    at = first or at
    events = []
    for number, line in enumerate(text.splitlines()):
        at = _time_of(line) or at
        if line.strip():
            events.append(LogEvent(at, stream, _message(line), f"{at:020d}{number:08d}"))
    return group_name(where), events


def group_name(where: str) -> str:
    """Name the log group of a file: its path below the folder, absolute if it has folders, percent codes decoded."""
    path = PurePosixPath(where)
    parts = [part for part in path.with_suffix("").parts if part not in {"cloudwatch", "logs"}]
    name = unquote("/".join(parts)).replace("__", "/")
    return name if len(parts) == 1 or name.startswith("/") else f"/{name}"


def hash_of(value: Mapping[str, object]) -> int:
    """Return a number that tells equal events from different ones, the same in every process."""
    return sum(ord(letter) * (at + 1) for at, letter in enumerate(str(sorted(value.items(), key=str)))) % 10**8


def _event(value: Mapping[str, object], group: str, number: int) -> LogEvent:
    if "message" not in value or "timestamp" not in value:
        raise ValueError(f"the log events of {group} need a timestamp and a message.")
    at = int(moment(value["timestamp"]).timestamp() * 1000)
    stream = str(value.get("logStreamName", group.rpartition("/")[2]))
    return LogEvent(at, stream, str(value["message"]), str(value.get("eventId", f"{at:020d}{number:08d}")))


def _group(element: Element) -> str:
    said = element.value.get("logGroupName") or element.around.get("logGroupName")
    return str(said) if said else group_name(element.where)


def _time_of(line: str) -> int | None:
    if line.startswith("{"):
        return _json_time(line)
    found = LEADING_TIME.match(line)
    return _milliseconds(found[1].replace(" UTC", "Z").replace(",", ".")) if found else None


def _json_time(line: str) -> int | None:
    try:
        held = json.loads(line)
    except ValueError:
        return None
    written = next((held[name] for name in TIMES if name in held), None) if isinstance(held, dict) else None
    return None if written is None else _milliseconds(written)


def _milliseconds(written: object) -> int | None:
    try:
        return int(moment(written).timestamp() * 1000)
    except ValueError:
        return None


def _message(line: str) -> str:
    """Return the message of a JSON line that is a log event itself; any other line is its own message."""
    if line.startswith("{"):
        try:
            held = json.loads(line)
        except ValueError:
            return line
        if isinstance(held, dict) and held.keys() <= {
            "timestamp",
            "message",
            "ingestionTime",
            "logStreamName",
            "eventId",
        }:
            return str(held.get("message", line))
    return line

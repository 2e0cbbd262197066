"""Cluster log lines into templates: the words that stay, with a mark where values were."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tools.aws.wording import shortened

MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:\s?Z|\s?UTC|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (re.compile(r"(?<=[a-z])-[0-9a-z]{8,10}-[0-9a-z]{5}\b"), "-<pod>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b|\b0x[0-9a-fA-F]+\b"), "<id>"),
    (re.compile(r"'[^']{1,80}'"), "'…'"),
    (re.compile(r"(?<![A-Za-z])[-+]?\d+(?:[.,]\d+)*(?=[a-zA-Z%]{0,3}\b)"), "<n>"),
)
"""What varies between lines that say the same; the order matters, a time holds numbers."""

LEVEL = re.compile(r"\b(FATAL|CRITICAL|PANIC|ERROR|ERR|SEVERE|WARN(?:ING)?|NOTICE|INFO|LOG|DEBUG|TRACE)\b")
LEVELS = {
    "FATAL": "fatal",
    "CRITICAL": "fatal",
    "PANIC": "fatal",
    "ERROR": "error",
    "ERR": "error",
    "SEVERE": "error",
    "WARN": "warning",
    "WARNING": "warning",
}

TELLING = re.compile(
    r"\b\w*(?:Exception|Error|Traceback|Timeout)\b|\b(?:panic|fatal|failed|failure|refused|timed out|denied|unreachable"
    r"|exhausted|out of memory|no space left|deadlock)\b"
)
"""Words that make a line without a level an error."""

HARMLESS = re.compile(r"\b(?:0|no|without) (?:errors?|failures?)\b|\berrors?[=: ]+0\b", re.IGNORECASE)

MESSAGES = ("message", "msg", "error", "err", "log")
"""Members of a JSON line that hold its words."""

LENGTH = 300


@dataclass(frozen=True)
class Line:
    """One log line with its time (UTC)."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Template:
    """Lines that say the same.

    Attributes:
        pattern: The words, with marks for values.
        example: One of the lines.
        severity: fatal, error, warning.
        count: How many in the window.
        earlier: How many in the time before.
        first: The first in the window.
        last: The last in the window.
    """

    pattern: str
    example: str
    severity: str
    count: int
    earlier: int
    first: datetime
    last: datetime


def templates(lines: Iterable[Line], start: datetime) -> list[Template]:
    """Return the templates of error lines from `start` on, most frequent first; lines before show what is usual."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if severity(line.text):
            groups.setdefault(pattern(line.text), []).append(line)
    found = [_template(name, held, start) for name, held in groups.items() if any(line.at >= start for line in held)]
    return sorted(found, key=lambda each: (-each.count, each.pattern))


def severity(text: str) -> str:
    """Return fatal, error or warning; empty for a line that is none of these."""
    said = _level(text)
    if said is not None:
        return LEVELS.get(said.upper(), "")
    head = LEVEL.search(text[:120])
    if head:
        return LEVELS.get(head[1], "")
    return "error" if TELLING.search(text) and not HARMLESS.search(text) else ""


def pattern(text: str) -> str:
    """Return a line's template."""
    masked = words(text)
    for mask, name in MASKS:
        masked = mask.sub(name, masked)
    return shortened(masked, LENGTH)


def words(text: str) -> str:
    """Return what a line says: the message of a JSON line, the line itself otherwise."""
    held = _json(text)
    found = next((str(held[name]) for name in MESSAGES if isinstance(held.get(name), str) and held[name]), "")
    error = held.get("error") or held.get("err") or held.get("exception")
    return f"{found} {error}" if isinstance(error, str) and error not in found else found or text


def _level(text: str) -> str | None:
    """Return the level that a JSON line names."""
    held = _json(text)
    said = next((held[name] for name in ("level", "severity", "levelname", "lvl") if name in held), None)
    return said if isinstance(said, str) else None


def _json(text: str) -> dict[str, object]:
    if not text.startswith("{"):
        return {}
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _template(name: str, lines: list[Line], start: datetime) -> Template:
    inside = sorted((line for line in lines if line.at >= start), key=lambda line: (line.at, line.text))
    return Template(
        pattern=name,
        example=words(inside[-1].text),
        severity=severity(inside[-1].text),
        count=len(inside),
        earlier=len(lines) - len(inside),
        first=inside[0].at,
        last=inside[-1].at,
    )

"""What error messages are about: the few things that go wrong everywhere, by their words."""

from __future__ import annotations

import re
from dataclasses import dataclass

FINDINGS = {
    "log_database_connections": "Errors say that a database refuses connections or a pool has run out.",
    "log_out_of_memory": "Errors say that memory ran out.",
    "log_disk_full": "Errors say that a disk or a database's storage is full.",
    "log_missing_setting": "Errors say that a setting, variable, key or file is missing.",
    "log_not_reachable": "Errors say that something could not be reached: refused, timed out, not resolved.",
    "log_denied": "Errors say that access was denied or credentials were not accepted.",
    "log_locks": "Errors say that transactions waited for locks too long or dead-locked.",
}


@dataclass(frozen=True)
class Topic:
    """What an error message is about."""

    code: str
    words: re.Pattern[str]
    sure: float


def _topic(code: str, words: str, sure: float) -> Topic:
    return Topic(code, re.compile(words, re.IGNORECASE), sure)


TOPICS = (
    _topic(
        "log_database_connections",
        r"too many (clients|connections)|connection slots|max_connections|pool.{0,40}(exhaust|time|limit|full)"
        r"|(unable|could not|cannot|failed).{0,30}(acquire|obtain|get|check ?out).{0,20}connection",
        0.8,
    ),
    _topic("log_out_of_memory", r"out ?of ?memory|\bOOM|cannot allocate memory|heap space", 0.8),
    _topic("log_disk_full", r"no space left|disk (is )?full|could not extend file|storage.?full", 0.85),
    _topic(
        "log_missing_setting",
        r"KeyError|missing.{0,30}(required|env|variable|config|setting|key|secret|parameter)|no such file"
        r"|(env|variable|config|setting|secret|parameter|key).{0,40}(not set|missing|is required|not found|undefined)",
        0.75,
    ),
    _topic("log_locks", r"deadlock|lock (wait )?timeout|could not obtain lock|could not serialize", 0.75),
    _topic(
        "log_denied",
        r"access ?denied|permission denied|unauthorized|forbidden|not authorized|authentication failed|expired token"
        r"|certificate",
        0.7,
    ),
    _topic(
        "log_not_reachable",
        r"connection (refused|reset|timed out|closed)|no route to host|timed? ?out|unreachable|name resolution"
        r"|no such host|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|unexpected EOF",
        0.6,
    ),
)
"""What errors are about, the most telling first."""


def topic_of(text: str) -> Topic | None:
    """Return what an error message is about; None if that cannot be told."""
    return next((each for each in TOPICS if each.words.search(text)), None)

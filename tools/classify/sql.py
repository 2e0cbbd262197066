"""SQL statements and data-store commands as readings, changes or destruction."""

import re

from tools.classify.effect import Effect, Judgment, change, destructive, reading, worst

_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_DESTROYS = re.compile(
    r"\b(?:drop|truncate|delete\s+from|delete|purge|flushall|flushdb|dropdatabase|deletemany|deleteone|remove|revoke"
    r"|shutdown|reset\s+master|kill|pg_terminate_backend|terminate|disable|clear|shutdown|alter\s+\w+\s+.*\bdrop)\b",
    re.IGNORECASE | re.DOTALL,
)
_UPDATES_ALL = re.compile(r"\bupdate\b(?!.*\bwhere\b)", re.IGNORECASE | re.DOTALL)
_READS = re.compile(
    r"\s*(?:select|show|describe|desc|explain(?!\s+analy[sz]e)|use|help|\\d\w*\+?|\\l\+?|\\q)\b", re.IGNORECASE
)
_WRITES = re.compile(
    r"\b(?:into|insert|update|for\s+update|call|do|set|copy|pg_(?:cancel|read|write|ls|reload|rotate|promote|switch|create|advisory)\w*|lo_\w+|dblink\w*|nextval|setval)\b",
    re.IGNORECASE,
)
_KEYWORD = re.compile(
    r"\s*(?:select\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|drop\s+(?:table|database|schema|index|user|role|view"
    r"|column|owned|keyspace|type|function)\b|truncate\s+(?:table\s+)?\w|alter\s+\w+\b|create\s+(?:table|database|index|user)\b"
    r"|show\s+\w+|describe\s+\w+|explain\b|grant\b|revoke\b)",
    re.IGNORECASE,
)


def looks_like_sql(text: str) -> bool:
    """Tell whether a text is a bare SQL statement."""
    return bool(_KEYWORD.match(text))


def judge_sql(text: str) -> Judgment:
    """Judge statements; a mark inside quotes or a comment counts for nothing."""
    parts = [part.strip() for part in _NOISE.sub(" ", text).split(";")]
    return worst((_statement(part) for part in parts if part), "no statement to judge")


def grave(text: str) -> bool:
    """Tell whether statements destroy something."""
    return judge_sql(text).effect is Effect.DESTRUCTIVE


def _statement(text: str) -> Judgment:
    if found := _DESTROYS.search(text) or _UPDATES_ALL.search(text):
        return destructive(f"the statement says {found.group().split()[0].upper()}")
    if _READS.match(text) and not _WRITES.search(text):
        return reading("the statement only selects")
    return change("the statement writes, or is not one we know")

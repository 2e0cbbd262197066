"""Mask secrets in text before it reaches a model, a transcript, a card or a log, and say how many were masked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, flags))
    for name, pattern, flags in (
        ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        ("AWS access key", r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b", 0),
        ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b", 0),
        ("Slack token", r"\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{10,}", 0),
        ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0),
        ("API key", r"\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|sk_live_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{35})", 0),
        ("password", r"(?<=://)[^\s/:@\[]*:[^\s@/]+(?=@)", 0),
        ("token", r"(?<=bearer )[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE),
        ("token", r"(?<=basic )[A-Za-z0-9+/]{16,}={0,2}", re.IGNORECASE),
        ("cookie", r"(?<=cookie: )(?!\[masked)[^\r\n]+", re.IGNORECASE),
        (
            "secret",
            r"""(?ix)(?P<key>["']?[\w.-]*(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key
            |auth[_-]?token|access[_-]?token|session[_-]?token|credential)[\w.-]*["']?\s*(?:=|:|=>)\s*)
            (?!["']?\[masked)(?:"[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"',;&}\]]{6,})""",
            0,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without its secrets, and how many there were."""

    text: str
    masked: int


def redact(text: str) -> Redacted:
    """Mask what looks like a key, token, password, cookie or private key; each leaves `[masked: kind]`.

    It is a net, not a proof: what is promised is that readings of secrets do not exist.
    """
    masked = 0
    for name, pattern in _RULES:
        text, count = pattern.subn(_mask(name), text)
        masked += count
    return Redacted(text, masked)


def _mask(name: str) -> Callable[[re.Match[str]], str]:
    def masked(match: re.Match[str]) -> str:
        key = match.groupdict().get("key") or ""
        return f"{key}[masked: {name}]"

    return masked

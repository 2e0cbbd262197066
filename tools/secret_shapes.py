"""What secrets look like: the shapes that are masked everywhere, in the order in which they are looked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

OWN_SECONDS = 0.5
"""How long one of an organization's own patterns may take over one text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret and the pattern that finds it; what its group `key` matches is kept."""

    name: str
    pattern: re.Pattern[str]

    def subn(self, replacement: Callable[[re.Match[str]], str], text: str) -> tuple[str, int]:
        """Return the text with each match replaced, and how many there were."""
        return self.pattern.subn(replacement, text)


@dataclass(frozen=True, slots=True)
class OwnShape:
    """A kind of secret that an organization knows; its pattern is not trusted to come to an end."""

    name: str
    regex: str

    def subn(self, replacement: Callable[[re.Match[str]], str], text: str) -> tuple[str, int]:
        """Return the text with each match replaced, and how many there were.

        Raises:
            TimeoutError: The pattern took too long over this text.
        """
        import regex  # noqa: PLC0415 - only who has patterns of their own needs one that can be stopped

        masked, count = regex.subn(self.regex, replacement, text, timeout=OWN_SECONDS)
        return str(masked), int(count)


_NAMED = r"""(?ix)(?P<key>["']?[\w.-]*(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|account[_-]?key
    |private[_-]?key|auth[_-]?token|access[_-]?token|session[_-]?token|refresh[_-]?token|credential)
    [\w.-]*["']?\s*(?:=|:|=>)\s*)
    (?!["']?\[masked)(?:"[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"',;&}\]]{6,})"""
_FLAG = r"""(?ix)(?P<key>\B--(?:[a-z]+-)*(?:password|passphrase|secret|token|api-key|secret-key)[ ]+)
    (?!["']?\[masked|-)(?:"[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"']{6,})"""
_COOKIE = r"""(?ix)(?P<key>\b(?:set-)?cookie["']?\s*[:=]\s*)(?!["']?\[masked)
    (?:"[^"\n]{4,}"|'[^'\n]{4,}'|(?=[^\s"'][^\r\n]*=)[^\r\n]+)"""

SHAPES: tuple[Shape, ...] = tuple(
    Shape(name, re.compile(pattern, flags))
    for name, pattern, flags in (
        ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        ("AWS access key", r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b", 0),
        ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b", 0),
        ("GitLab token", r"\bgl(?:pat|rt|dt|cbt)-[A-Za-z0-9_.-]{20,}", 0),
        ("Slack token", r"\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{10,}", 0),
        ("Slack webhook", r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,}", 0),
        ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0),
        ("API key", r"\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|[sr]k_live_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{35})", 0),
        (
            "API key",
            r"\b(?:npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{32,}|whsec_[A-Za-z0-9]{24,})",
            0,
        ),
        ("Vault token", r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}", 0),
        ("OAuth token", r"\bya29\.[A-Za-z0-9_-]{20,}", 0),
        ("password", r"(?<=://)[^\s/:@\[]*:[^\s@/]+(?=@)", 0),
        ("token", r"(?<=bearer )[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE),
        ("token", r"(?<=basic )[A-Za-z0-9+/]{16,}={0,2}", re.IGNORECASE),
        ("cookie", _COOKIE, 0),
        ("secret", _NAMED, 0),
        ("secret", _FLAG, 0),
        ("signature", r"(?<=X-Amz-Signature=)[0-9a-f]{64}|(?<=X-Amz-Security-Token=)[\w%./+=-]{20,}", 0),
    )
)
"""Formats as their issuers document them, such as
https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github."""

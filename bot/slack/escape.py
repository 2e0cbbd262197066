"""Make foreign text safe to show: no live mention, link or hidden character of a tool, model or person survives."""

import re
import unicodedata
from functools import cache
from urllib.parse import urlsplit

from config.settings import settings

OPENING = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
"""Stands for a `<` that could open a mention."""

AT = "\N{FULLWIDTH COMMERCIAL AT}"
"""Stands for an `@` that could call everybody."""

MARK = "… (cut)"
"""What stands where text was cut."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BARE = re.compile(r"&(?!amp;|lt;|gt;)|[<>]")
_BROADCAST = re.compile(r"@(?=channel\b|here\b|everyone\b)", re.IGNORECASE)
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30})?://[^\s<>|)\]\"'`]*", re.IGNORECASE)
_SCHEMELESS = re.compile(r"\b(?P<www>www)\.(?=[a-z0-9])", re.IGNORECASE)
_BARE_SCHEME = re.compile(r"\b(?P<scheme>mailto|tel|javascript|data|slack):(?=\S)", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\]\((?=(?P<target>[^)\s]*))")
_TAG = re.compile(r"<(?=[@#!a-zA-Z/])")
_UNUSUAL = re.compile(r"[^\n\t\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff]")
_TICKS = re.compile(r"`{3,}|~{3,}")


def visible(text: str) -> str:
    """Return the text with nothing hidden: direction marks spelled out, zero-width and control characters gone."""
    return _UNUSUAL.sub(lambda found: _shown(found.group()), text.replace("\r\n", "\n").replace("\r", "\n"))


def mrkdwn(text: str) -> str:
    """Return text for a `mrkdwn` object: entities escaped, nothing pings, links off the allow-list are not live."""
    return _entities(_quiet(visible(text)))


def markdown(text: str) -> str:
    """Return Markdown for `markdown` blocks and stream chunks; formatting stays, mentions and foreign links do not.

    `<` is replaced rather than escaped where it could open a mention or a tag, because inside code Markdown would
    show an entity as it is spelled.
    """
    safe = _TAG.sub(OPENING, visible(text))
    safe = safe.replace("![", "! [")
    safe = _MARKDOWN_LINK.sub(lambda link: "](" if _allowed(link["target"]) else "] (", safe)
    return _quiet(safe)


def code(text: str) -> str:
    """Return text for the inside of a fenced block in a verbatim `mrkdwn` object; it cannot close the fence.

    Addresses stay as they are: nothing is a link there, and what people approve must read exactly as it will run.
    """
    safe = _TICKS.sub(lambda run: "'" * len(run.group()), _BROADCAST.sub(AT, visible(text)))
    return _entities(safe)


def plain(text: str) -> str:
    """Return text for a `plain_text` object, on one line; it knows no markup, but it may end up where there is some."""
    return _quiet(_TAG.sub(OPENING, " ".join(visible(text).split())))


def cut(text: str, limit: int, mark: str = MARK) -> str:
    """Return at most `limit` characters, with a mark where something is missing and no half entity before it."""
    if len(text) <= limit:
        return text
    kept = text[: max(0, limit - len(mark))]
    return re.sub(r"&[a-z]{0,4}$", "", kept) + mark[:limit]


def cut_bytes(text: str, limit: int) -> str:
    """Return at most `limit` bytes of UTF-8, with a mark where something is missing."""
    if len(text.encode()) <= limit:
        return text
    room = max(0, limit - len(MARK.encode()))
    return text.encode()[:room].decode("utf-8", "ignore") + MARK


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Cf" if unicodedata.bidirectional(character) not in {"BN", "ON"} or character == "\u061c":
            return f"[U+{ord(character):04X}]"
        case "Cf" | "Cc":
            return ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case "Zl" | "Zp":
            return "\n"
        case _:
            return character


def _entities(text: str) -> str:
    return _BARE.sub(lambda found: _ENTITIES[found.group()], text)


def link(url: str, words: str) -> str:
    """Return a link for a `mrkdwn` object; only the words where its host is not on the allow-list."""
    return f"<{_entities(url)}|{mrkdwn(words)}>" if _allowed(url) and not set(url) & set("<>|") else mrkdwn(words)


def _quiet(text: str) -> str:
    text = _URL.sub(lambda url: url.group() if _allowed(url.group()) else url.group().replace("://", "[:]//"), text)
    text = _SCHEMELESS.sub(r"\g<www>[.]", text)
    text = _BARE_SCHEME.sub(r"\g<scheme>[:]", text)
    return _BROADCAST.sub(AT, text)


def _allowed(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    plain_authority = "@" not in parts.netloc and "\\" not in url
    known = any(host == one or host.endswith(f".{one}") for one in _hosts())
    return parts.scheme == "https" and plain_authority and known


@cache
def _hosts() -> tuple[str, ...]:
    """Return the hosts a link may lead to; everything else is shown, but not live."""
    return tuple(filter(None, settings().slack_link_hosts.split(",")))

"""Cursor pagination: https://docs.slack.dev/apis/web-api/pagination."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.wire import Body, Refused

LIMIT = 1000
T = TypeVar("T")


def page(everything: Sequence[T], args: Body, limit: int = LIMIT) -> tuple[list[T], Body]:
    """Return one page and the answer's cursor.

    Raises:
        Refused: invalid_cursor, invalid_limit.
    """
    at, size = _start(str(args.get("cursor") or "")), int(args.get("limit") or limit)
    if not 1 <= size <= LIMIT:
        raise Refused("invalid_limit")
    end = at + size
    cursor = base64.b64encode(f"at:{end}".encode()).decode() if end < len(everything) else ""
    return list(everything[at:end]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"at:"))
    except (binascii.Error, ValueError):
        raise Refused("invalid_cursor") from None

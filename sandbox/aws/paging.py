"""Pages of a list, by a token that says where the next begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.aws.errors import AwsError

Item = TypeVar("Item")


def page(items: Sequence[Item], token: str | None, size: int) -> tuple[list[Item], str]:
    """Return a page and the next page's token, empty after the last.

    Raises:
        AwsError: The token is not one of ours.
    """
    start = _start(token) if token else 0
    end = start + size
    return list(items[start:end]), base64.urlsafe_b64encode(f"from:{end}".encode()).decode() if end < len(items) else ""


def next_page(member: str, token: str) -> dict[str, str]:
    """Return the member that carries the token, if there is a next page."""
    return {member: token} if token else {}


def _start(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from:"))
    except (binascii.Error, ValueError) as error:
        raise AwsError("InvalidNextToken", "The token specified is invalid.") from error

"""What Redis answers, as the text it is: the client library's own types also allow for bytes."""

from collections.abc import Iterable
from typing import TypeAlias

Told: TypeAlias = list[str | int | float]
"""Arguments of a script."""


def text(reply: object) -> str:
    """Return one text of a reply; empty for nothing."""
    return reply.decode() if isinstance(reply, bytes) else "" if reply is None else str(reply)


def texts(replies: Iterable[object]) -> tuple[str, ...]:
    """Return the texts of a reply."""
    return tuple(text(reply) for reply in replies)

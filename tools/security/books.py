"""Where the history of the posture is kept between looks; the keeping is the bot's, and without it nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from tools.instances import account_here
from tools.scope import limited
from tools.security.history import History
from tools.security.posture import Issue

Look: TypeAlias = Callable[[History], History]
"""Returns the history as one more look leaves it; may be called again if somebody else looked meanwhile."""


class Book(Protocol):
    """Keeps histories; synchronous, called in a reading's thread."""

    def look(self, account: str, look: Look) -> History:
        """Return an account's history after a look, and keep it; `account` is empty where none has a name."""
        ...


class Forgetful:
    """Keeps nothing."""

    def look(self, account: str, look: Look) -> History:  # noqa: ARG002 - nothing is kept by any name
        """Return a history of this one look."""
        return look(History())


_books: list[Book] = [Forgetful()]


def keep_in(book: Book) -> None:
    """Have histories kept there; the composition root says so once."""
    _books[:] = [book]


def remembered(found: Sequence[Issue], *, whole: bool) -> History:
    """Return the history of the account at work with this look in it.

    Args:
        found: What is open.
        whole: Whether everything was looked at; if not, nothing is called fixed.
    """
    book = Forgetful() if limited() else _books[0]  # who may not see everything neither reads nor writes the history
    return book.look(account_here(), lambda history: history.seen(found, datetime.now(UTC), whole=whole))

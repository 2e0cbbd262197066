"""Which grant is being carried out in this thread; set by the executor alone, read by changes and write clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tools.contract import Grant, Refused

_grant: ContextVar[Grant | None] = ContextVar("grant", default=None)


def grant() -> Grant:
    """Return the grant being carried out.

    Raises:
        Refused: Outside the executor, where no change may be made.
    """
    current = _grant.get()
    if current is None:
        raise Refused("A change can only be made by the executor, with a grant.")
    return current


@contextmanager
def acting_on(current: Grant) -> Iterator[None]:
    """Carry out `current` within the block."""
    token = _grant.set(current)
    try:
        yield
    finally:
        _grant.reset(token)

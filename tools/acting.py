"""Which grant is being carried out in this thread; set by the executor alone, read by changes and write clients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tools.contract import Refused
from tools.proposal import Grant

Cleared = Callable[[], None]
"""Raises Refused if the grant may not be sent any more."""

_grant: ContextVar[Grant | None] = ContextVar("grant", default=None)
_cleared: ContextVar[Cleared | None] = ContextVar("cleared", default=None)


def grant() -> Grant:
    """Return the grant being carried out.

    Raises:
        Refused: Outside the executor, where no change may be made.
    """
    current = _grant.get()
    if current is None:
        raise Refused("A change can only be made by the executor, with a grant.")
    return current


def sending() -> Grant:
    """Return the grant, checked once more; write clients call it right before each request that changes something.

    The worker may have stood still, or waited long for the target, since the executor looked.

    Raises:
        Refused: It expired meanwhile, or this worker was taken for dead; or we are outside the executor.
    """
    current = grant()
    if cleared := _cleared.get():
        cleared()
    return current


@contextmanager
def acting_on(current: Grant, cleared: Cleared | None = None) -> Iterator[None]:
    """Carry out `current` within the block; `cleared` is asked right before anything is sent."""
    tokens = _grant.set(current), _cleared.set(cleared)
    try:
        yield
    finally:
        _grant.reset(tokens[0])
        _cleared.reset(tokens[1])

"""What a run has just read: readings of one run that ask for the same share one answer; nothing outlives the run."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from tools.contract import ToolError

T = TypeVar("T")

FRESH_SECONDS = 20.0
"""A run that looks again later than this wants to see what has changed since."""


@dataclass
class _Slot:
    lock: Lock = field(default_factory=Lock)
    held: Any = None
    at: float = float("-inf")
    failed: tuple[float, ToolError] | None = None


class Memory:
    """Answers of one run by what was asked, each for a short while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._slots: dict[Hashable, _Slot] = {}

    def once(self, asked: Hashable, fetch: Callable[[], T]) -> T:
        """Return the answer that is fresh, else fetch it; who asks meanwhile waits for it, or for its failure.

        Who asks after a failure tries anew.
        """
        came = self._clock()
        with self._lock:
            slot = self._slots.setdefault(asked, _Slot())
        with slot.lock:
            if slot.failed and slot.failed[0] > came:
                raise slot.failed[1]
            if came - slot.at > FRESH_SECONDS:
                self._fill(slot, fetch)
            held: T = slot.held
        return held

    def _fill(self, slot: _Slot, fetch: Callable[[], object]) -> None:
        began = self._clock()
        try:
            slot.held, slot.at = fetch(), began
        except ToolError as error:
            slot.failed = self._clock(), error
            raise


_current: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """Share answers through this memory, within the block."""
    token = _current.set(memory)
    try:
        yield
    finally:
        _current.reset(token)


def once(asked: Hashable, fetch: Callable[[], T]) -> T:
    """Return what the run has just fetched for this, else fetch it; outside a run it is always fetched.

    What is returned is shared between threads, so nobody may change it.
    """
    memory = _current.get()
    return memory.once(asked, fetch) if memory else fetch()

"""The people looking at the page, and what each of them gets to see."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.slack.wire import Body


class Audience:
    """Passes what happens on to the open pages."""

    def __init__(self) -> None:
        self._seats: list[tuple[str, asyncio.Queue[Body | None]]] = []

    @property
    def looking(self) -> bool:
        """Whether anybody has the page open."""
        return bool(self._seats)

    @contextmanager
    def seat(self, person: str) -> Iterator[asyncio.Queue[Body | None]]:
        """Watch as a person; None in the queue means the workspace closes."""
        seat: tuple[str, asyncio.Queue[Body | None]] = (person, asyncio.Queue())
        self._seats.append(seat)
        try:
            yield seat[1]
        finally:
            self._seats.remove(seat)

    def tell(self, people: set[str], happening: Body) -> None:
        """Show something to those of the people who are looking."""
        for person, queue in self._seats:
            if person in people:
                queue.put_nowait(happening)

    def close(self) -> None:
        """Send everybody home."""
        for _person, queue in self._seats:
            queue.put_nowait(None)

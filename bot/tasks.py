"""Coroutines under way, so that whoever shuts down can wait for what they still have to write down."""

import asyncio
from collections.abc import Awaitable, Callable


class Tasks:
    """Remembers the tasks of one owner while they go on; the loop itself holds tasks only weakly."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[object]] = set()

    async def run(self, do: Callable[..., Awaitable[None]], *args: object) -> None:
        """Do something in the current task, which counts as going on until its end."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Tasks.run is awaited within a task.")
        self._going.add(task)
        try:
            await do(*args)
        finally:
            self._going.discard(task)

    async def ended(self, seconds: float) -> None:
        """Wait until nothing goes on that went on at the call, but no longer than so many seconds."""
        if self._going:
            await asyncio.wait(set(self._going), timeout=seconds)

    def cancel(self) -> None:
        """Cut off what goes on; `ended` waits until it has left."""
        for task in self._going:
            task.cancel()

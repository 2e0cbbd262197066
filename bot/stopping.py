"""Stop: what runs, what is queued and what is due in a thread ends at once, and the thread is told by whom."""

import asyncio
from collections.abc import Callable

from agents.contract import ThreadRef
from bot.ports import Ports
from bot.telling import note

PATIENCE = 1.0
"""Seconds a stop waits for the thread to be told; whoever stopped is answered even if Slack is slow."""


class Stopping:
    """Stops threads; `cancel` cuts off the runs that go on in this process."""

    def __init__(self, ports: Ports, cancel: Callable[[tuple[str, ...]], None]) -> None:
        self._ports = ports
        self._store = ports.store
        self._cancel = cancel
        self._telling: set[asyncio.Task[None]] = set()

    async def stop(self, thread: ThreadRef, by: str) -> int:
        """Stop a thread and tell it; return how many runs and looks to come were stopped."""
        runs = await self._store.runs.stop(thread.key, f"stopped by {by}", await self._ports.now())
        looks = await self._store.due.of(thread.key)
        for ask in looks:
            await self._store.due.drop(ask.id)
        self._cancel(runs)
        if runs:
            await self._ports.queue.send_stop(runs)
        if runs or looks:
            words = _words(by, len(runs), len(looks))
            await note(self._ports, thread, words)
            await self._tell(thread, f"🛑 {words}")
        return len(runs) + len(looks)

    async def _tell(self, thread: ThreadRef, words: str) -> None:
        task = asyncio.create_task(self._ports.threads.open(thread, "").say(words))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        await asyncio.wait({task}, timeout=PATIENCE)


def _words(by: str, runs: int, looks: int) -> str:
    """Return who stopped what, for people; nobody is named where Slack's own button does not say who pressed it."""
    what = "this" if runs <= 1 else f"{runs} runs"
    stopped = f"<@{by}> stopped {what}." if by else f"{what.capitalize()} was stopped."
    return f"{stopped} I will not look again by myself." if looks else stopped

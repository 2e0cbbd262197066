"""Stop: what runs, what is queued and what is due in a thread ends at once, and the thread is told by whom."""

from collections.abc import Callable

from agents.contract import ThreadRef
from bot.ports import Ports
from bot.scoring.recording import Recording
from bot.telling import note, tell


class Stopping:
    """Stops threads; `cancel` cuts off the runs that go on in this process."""

    def __init__(self, ports: Ports, cancel: Callable[[tuple[str, ...]], None]) -> None:
        self._ports = ports
        self._store = ports.store
        self._cancel = cancel
        self._recording = Recording(ports)

    async def stop(self, thread: ThreadRef, by: str) -> int:
        """Stop a thread and tell it; return how many runs and looks to come were stopped."""
        runs = await self._store.runs.stop(thread.key, f"stopped by {by}", await self._ports.now())
        looks = await self._store.due.of(thread.key)
        for ask in looks:
            await self._store.due.drop(ask.id)
        self._cancel(runs)
        await self._recording.stopped(runs)
        if runs:
            await self._ports.queue.send_stop(runs)
        if runs or looks:
            words = _words(by, len(runs), len(looks))
            await note(self._ports, thread, words)
            await tell(self._ports, thread, "", f"🛑 {words}")
        return len(runs) + len(looks)


def _words(by: str, runs: int, looks: int) -> str:
    """Return who stopped what, for people; nobody is named where Slack's own button does not say who pressed it."""
    what = "this" if runs <= 1 else f"{runs} runs"
    stopped = f"<@{by}> stopped {what}." if by else f"{what.capitalize()} was stopped."
    return f"{stopped} I will not look again by myself." if looks else stopped

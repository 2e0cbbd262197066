"""Write one run into a thread as it goes: words gather for a moment, messages roll over before Slack closes them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.slack.calls import DeclinedError, LostError
from bot.slack.content import Content, Limits, fit
from bot.slack.surface import Sent, Surface, UnavailableError
from tools.contract import JsonObject

log = logging.getLogger(__name__)
Open = Callable[[], Surface]


class Writer:
    """Writes chunks in order into one message after another; `add` never waits, and no display problem is raised."""

    def __init__(self, surfaces: tuple[Open, ...], limits: Limits, seconds: float, part: JsonObject) -> None:
        self._surfaces = list(surfaces)
        self._limits = limits
        self._seconds = seconds
        self._part = part
        self._surface: Surface | None = None
        self._since = 0.0
        self._pending: list[JsonObject] = []
        self._something = asyncio.Event()
        self._closing = asyncio.Event()
        self._loop = asyncio.create_task(self._keep_writing())

    def add(self, chunks: list[JsonObject]) -> None:
        """Take chunks; they are shown within a moment, the first at once."""
        self._pending += chunks
        self._something.set()

    async def finish(self, blocks: list[JsonObject], metadata: JsonObject, why: str = "") -> None:
        """Show what is left, close cards still open with `why`, and end the last message."""
        self._closing.set()
        self._something.set()
        await self._loop
        if self._surfaces:
            await self._guarded(self._finish(blocks, metadata, why))

    async def _keep_writing(self) -> None:
        while self._surfaces and not self._closing.is_set():
            await self._something.wait()
            self._something.clear()
            await self._guarded(self._flush())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._surface.gap if self._surface else 0)

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Do the work; where Slack will not have it, stop showing rather than stop the run."""
        try:
            await work
        except (DeclinedError, LostError, UnavailableError):
            log.exception("A run goes on without being shown.")
            self._surfaces.clear()
            self._pending.clear()

    async def _flush(self) -> None:
        """Send what is pending now; what comes meanwhile gathers for the next time."""
        left = bool(self._pending)
        while left:
            if self._surface and time.monotonic() - self._since > self._seconds:
                await self._roll()
            left = await self._write(self._message())

    async def _write(self, surface: Surface) -> bool:
        """Send what fits; what was not sent stays pending, before what came meanwhile. Tells whether some was not."""
        batch, self._pending = joined(self._pending), []
        now, later = fit(surface.content, batch, self._limits)
        kept = batch
        try:
            sent = await surface.more(now) if now else Sent.GOING
            kept = [*now, *later] if sent is Sent.NOT_SENT else later
            if sent is not Sent.GOING:
                self._surface = None
        except UnavailableError as problem:
            self._degrade(problem)
        finally:
            self._pending = [*kept, *self._pending]
        if later and self._surface:
            await self._roll()
        return bool(kept)

    async def _finish(self, blocks: list[JsonObject], metadata: JsonObject, why: str) -> None:
        await self._flush()
        if not self._surface and metadata:  # the last message was just closed, and the report needs one
            self._pending.append({"type": "plan_update", "title": "Done"})
            await self._flush()
        if not self._surface:
            return
        await self._message().end(self._closed(why), blocks, metadata or self._part)

    async def _roll(self) -> None:
        """Close this message; the next chunks open another."""
        if self._surface:
            await self._surface.end(self._closed("goes on below", "complete"), [], self._part)
        self._surface = None

    def _closed(self, why: str, status: str = "error") -> list[JsonObject]:
        going = self._surface.content.unfinished if self._surface else ()
        return [
            {"type": "task_update", "id": one["id"], "title": one["title"], "status": status, "output": why}
            for one in going
        ]

    def _message(self) -> Surface:
        if self._surface is None:
            self._surface, self._since = self._surfaces[0](), time.monotonic()
        return self._surface

    def _degrade(self, problem: UnavailableError) -> None:
        log.info("Taking the next way of showing a run: %s", problem)
        self._surface = None
        self._surfaces.pop(0)
        if not self._surfaces:
            raise problem


def joined(chunks: list[JsonObject]) -> list[JsonObject]:
    """Return fewer chunks that say the same: words joined, each task and the title at its latest."""
    content = Content().plus(chunks)
    title: list[JsonObject] = [{"type": "plan_update", "title": content.title}] if content.title else []
    return [*title, *content.items]

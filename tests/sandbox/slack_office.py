"""A served workspace with people in it, for the tests of the sandbox Slack."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from sandbox.clock import Clock
from sandbox.slack.server import Workspace, make_app
from sandbox.slack.visitor import Visitor
from sandbox.slack.wire import Body


@dataclass(frozen=True)
class Office:
    """A workspace served in a thread of its own."""

    workspace: Workspace
    url: str
    clock: Clock
    loop: asyncio.AbstractEventLoop

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by in the workspace."""
        self.clock.forward(timedelta(seconds=seconds))

    def close_pages(self) -> None:
        """Send everybody who watches the page home."""
        self.loop.call_soon_threadsafe(self.workspace.audience.close)

    def refresh(self) -> None:
        """Have Slack ask every connection to come back."""
        asyncio.run_coroutine_threadsafe(self.workspace.deliveries.sockets.refresh(), self.loop).result(10)

    @property
    def api(self) -> str:
        """Base address of the Web API."""
        return f"{self.url}/api/"

    @property
    def ana(self) -> Visitor:
        """The asker."""
        return Visitor(self.url, "U0ANA0001")

    @property
    def ben(self) -> Visitor:
        """An on-call engineer."""
        return Visitor(self.url, "U0BEN0001")

    @property
    def gus(self) -> Visitor:
        """The guest."""
        return Visitor(self.url, "U0GUS0001")


@contextmanager
def opened(manifest: Body | None = None) -> Iterator[Office]:
    """Serve a workspace for the length of the block."""
    clock = Clock()
    workspace = Workspace(clock, manifest)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = web.AppRunner(make_app(workspace), access_log=None, shutdown_timeout=1)
    try:
        url = asyncio.run_coroutine_threadsafe(_serve(runner), loop).result(10)
        yield Office(workspace, url, clock, loop)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _serve(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"

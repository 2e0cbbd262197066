"""MCP servers: mounted at the start, and those that were away then as soon as they answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from tools import CATALOGUE
from tools.mcp.mounting import AWAY, mount
from tools.mcp.servers import Server

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0


def mount_all(servers: Iterable[Server]) -> None:
    """Add the tools of the servers to the catalogue; one that cannot be reached is away, and the log says so."""
    mounted = mount(servers, CATALOGUE)
    CATALOGUE.update(mounted.tools)
    AWAY.update({server.name: server for server in mounted.away})
    for problem in mounted.problems:
        log.warning("%s", problem)


class Mounting:
    """Asks again for servers that are away; every process has its own catalogue, so every process does."""

    def __init__(self, renew: Callable[[], None]) -> None:
        """`renew` is called in a thread after tools were added, to make again what was made of the catalogue."""
        self._renew = renew
        self._going: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to ask, if anybody is away."""
        if AWAY:
            self._going = asyncio.create_task(self._ask())

    async def stop(self) -> None:
        """Stop asking."""
        if self._going:
            self._going.cancel()
            await asyncio.wait({self._going}, timeout=1)

    async def once(self) -> None:
        """Ask all who are away, and mount who answers."""
        mounted = await asyncio.to_thread(mount, tuple(AWAY.values()), tuple(CATALOGUE))
        back = AWAY.keys() - {server.name for server in mounted.away}
        if not back:
            return
        CATALOGUE.update(mounted.tools)
        for name in back:
            log.info("%s answers now and is mounted", AWAY.pop(name).origin)
        await asyncio.to_thread(self._renew)

    async def _ask(self) -> None:
        while AWAY:
            await asyncio.sleep(AGAIN_SECONDS)
            await self.once()

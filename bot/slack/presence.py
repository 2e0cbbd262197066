"""Tell Slack that we are at work in a thread, which shows its stop button, and when we are done."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.contract import ThreadRef
from bot.slack.calls import Calls, DeclinedError, LostError
from tools.contract import JsonObject

log = logging.getLogger(__name__)

REFRESH = 90.0
"""Seconds; a status fades after two minutes: https://docs.slack.dev/reference/methods/assistant.threads.setStatus"""

PATIENCE = 5.0
"""Seconds; nobody waits longer for a status."""


class Presence:
    """Sets the status of threads; a workspace that has no such thing is asked once and left alone."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._methods = ["agents.sessions.setStatus", "assistant.threads.setStatus"]

    @asynccontextmanager
    async def at_work(self, ref: ThreadRef) -> AsyncIterator[None]:
        """Show that we are at work for the length of the block."""
        shown = asyncio.create_task(self._keep(ref))
        try:
            yield
        finally:
            shown.cancel()
            await asyncio.gather(shown, return_exceptions=True)
            await self._set(ref, at_work=False)

    async def _keep(self, ref: ThreadRef) -> None:
        while await self._set(ref, at_work=True):  # noqa: ASYNC110 - a status fades with time
            await asyncio.sleep(REFRESH)

    async def _set(self, ref: ThreadRef, *, at_work: bool) -> bool:
        """Set the status; False if this workspace shows none."""
        while self._methods:
            method = self._methods[0]
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._calls.call(method, _body(method, ref, at_work=at_work))
            except DeclinedError as declined:
                log.info("No status in this workspace: %s", declined)
                self._methods = [other for other in self._methods if other != method]
            except (LostError, TimeoutError) as lost:
                log.info("The status was not set: %s", lost)
                return True
            else:
                return True
        return False


def _body(method: str, ref: ThreadRef, *, at_work: bool) -> JsonObject:
    where: JsonObject = {"channel_id": ref.channel, "thread_ts": ref.ts}
    if method.startswith("agents."):
        return where | {"status": "processing" if at_work else "active"}
    return where | {"status": "is looking into it …" if at_work else ""}

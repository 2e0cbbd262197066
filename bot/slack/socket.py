"""Socket Mode: two connections, so that one may drop, and a watchdog that opens again what stays down."""

import asyncio
import logging
import time
from contextlib import suppress

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.meter import ACK

log = logging.getLogger(__name__)

CONNECTIONS = 2
LOOK = 5.0
"""Seconds between the watchdog's looks."""
DOWN = 20.0
"""Seconds a connection may be down before the watchdog opens it again; the client tries by itself first."""


class Handler(AsyncSocketModeHandler):
    """Bolt's handler, measured."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt does
        """Dispatch an envelope and ack it."""
        began = time.perf_counter()
        await super().handle(client, req)
        ACK.labels("socket").observe(time.perf_counter() - began)


class Sockets:
    """The connections of a process."""

    def __init__(self, app: AsyncApp, app_token: str, connections: int = CONNECTIONS) -> None:
        self._handlers = [Handler(app, app_token) for _ in range(connections)]
        self._down_since: dict[int, float] = {}
        self._watchdog: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect; what cannot connect now is left to the watchdog.

        Raises:
            SlackClientError: Slack declined the app token.
        """
        for handler in self._handlers:
            await self._connect(handler)
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Disconnect: Slack delivers to others what we do not take any more."""
        if self._watchdog:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call] # Bolt leaves it untyped

    async def connected(self) -> int:
        """Return how many connections stand."""
        return sum([await handler.client.is_connected() for handler in self._handlers])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for number, handler in enumerate(self._handlers):
                await self._look(number, handler)

    async def _look(self, number: int, handler: Handler) -> None:
        if await handler.client.is_connected():
            self._down_since.pop(number, None)
            return
        since = self._down_since.setdefault(number, time.monotonic())
        if time.monotonic() - since > DOWN:
            log.warning("A connection to Slack stayed down; opening it again.")
            self._down_since.pop(number)
            await self._connect(handler)

    async def _connect(self, handler: Handler) -> None:
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            try:
                await handler.client.connect()  # type: ignore[no-untyped-call] # slack_sdk leaves it untyped
            except SlackClientError:
                if not self._watchdog:
                    raise  # at the start, a wrong token should be heard of
                log.warning("Slack does not let us connect.", exc_info=True)

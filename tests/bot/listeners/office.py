"""The listeners at work: a Bolt app on Socket Mode or HTTP, and people who use the sandbox's page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.listeners.app import make_app
from bot.listeners.desk import Desk
from bot.live import LivePolicy
from bot.rules import changes, explainer
from bot.slack.directory import SlackDirectory
from bot.slack.socket import Sockets
from bot.web import make_web
from config.settings import HERE, Settings
from sandbox.slack.visitor import Visitor
from tests.bot.edge import Edge, FakeFlow, FakeMemory, shipped_channels


@dataclass
class Office:
    """The edge with its listeners listening."""

    edge: Edge
    flow: FakeFlow
    memory: FakeMemory
    app: AsyncApp
    desk: Desk

    async def person(self, user: str, does: Callable[[Visitor], Any]) -> Any:
        """Let a person do something on the page."""
        return await asyncio.to_thread(does, Visitor(self.edge.url, user))

    async def said(self, user: str, words: str) -> None:
        """Wait until a person's window says this."""
        async with asyncio.timeout(10):
            while words not in str(self.edge.workspace.modals.shown(user)):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)

    async def quiet(self) -> None:
        """Wait until everything that was delivered is acked."""
        async with asyncio.timeout(10):
            while not all(one.acked_at for one in self.edge.workspace.journal.deliveries):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)


def make_office(edge: Edge) -> Office:
    """Return listeners on a flow that remembers."""
    flow, memory = FakeFlow(), FakeMemory()
    directory = SlackDirectory(edge.calls)
    threads, explain = edge.threads(), explainer(LivePolicy(HERE / "policy.toml", changes))
    desk = Desk(flow, memory, threads, directory, shipped_channels(), edge.calls, edge.identity, explain)
    secret = SecretStr(edge.workspace.signing_secret)
    app = make_app(Settings().model_copy(update={"slack_signing_secret": secret}), edge.calls.client, desk)
    return Office(edge, flow, memory, app, desk)


@asynccontextmanager
async def on_socket(edge: Edge) -> AsyncIterator[Office]:
    """Listen over Socket Mode."""
    office = make_office(edge)
    sockets = Sockets(office.app, edge.workspace.app_token, connections=1)
    await sockets.start()
    try:
        yield office
    finally:
        await sockets.stop()
        await office.desk.settle(60)


@asynccontextmanager
async def on_http(edge: Edge) -> AsyncIterator[tuple[Office, str]]:
    """Listen over signed HTTP; yields the address too."""
    office = make_office(edge)
    runner = web.AppRunner(
        make_web(office.app, edge.workspace.signing_secret, {}), access_log=None, shutdown_timeout=0.1
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield office, url
    finally:
        await runner.cleanup()
        await office.desk.settle(60)

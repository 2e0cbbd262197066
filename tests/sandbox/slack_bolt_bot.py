"""A bot made with Slack's own framework, the oracle for what the sandbox delivers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.sandbox.slack_office import Office


class Bot:
    """A Bolt app under test and what it heard."""

    def __init__(self, app: AsyncApp, heard: list[Body]) -> None:
        self.app = app
        self.heard = heard

    async def hears(self, count: int = 1) -> list[Body]:
        """Wait for a number of events and return them."""
        await asyncio.to_thread(wait_for, lambda: len(self.heard) >= count)
        return self.heard


def application(office: Office) -> tuple[AsyncApp, list[Body]]:
    """Return a Bolt app pointed at the office, and the list of event bodies it will hear."""
    app = AsyncApp(client=client(office), signing_secret=office.workspace.signing_secret)
    heard: list[Body] = []

    async def hear(body: dict[str, Any]) -> None:
        heard.append(body)

    for event in ("message", "app_mention", "reaction_added", "reaction_removed", "agent_session_stopped"):
        app.event(event)(hear)
    app.event("subteam_members_changed")(hear)
    return app, heard


def client(office: Office) -> AsyncWebClient:
    """Return Slack's client pointed at the office."""
    return AsyncWebClient(office.workspace.bot_token, base_url=office.api)


async def refusal(office: Office, method: str, **args: Any) -> str:
    """Call a method that must fail and return its error code."""
    with pytest.raises(SlackApiError) as refused:
        await client(office).api_call(method, json=args)
    return str(refused.value.response["error"])


@asynccontextmanager
async def connected(office: Office, app: AsyncApp) -> AsyncIterator[None]:
    """Connect a Bolt app over Socket Mode for the length of the block."""
    handler = AsyncSocketModeHandler(app, office.workspace.app_token, web_client=client(office))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        await asyncio.to_thread(wait_for, lambda: office.workspace.deliveries.connected)
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # same

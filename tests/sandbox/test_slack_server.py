"""The sandbox Slack, driven by Slack's own SDK and Bolt as a bot would use it."""

import asyncio

from sandbox.slack.visitor import wait_for
from tests.sandbox.slack_bolt_bot import application, client, connected
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"


async def test_message_can_be_posted_and_updated(office: Office) -> None:
    """What the bot posts and edits is what people read."""
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Looking")

    await client(office).chat_update(channel=INCIDENTS, ts=posted["ts"], text="Found it")

    (message,) = await asyncio.to_thread(office.ana.messages, INCIDENTS)
    assert (message["text"], message["edited"], message["user"]) == ("Found it", True, "U0INFRA01")


async def test_mention_reaches_the_bot_twice(office: Office) -> None:
    """A mention arrives as app_mention and as message, under different event ids."""
    app, heard = application(office)

    async with connected(office, app):
        ts = await asyncio.to_thread(office.ana.post, INCIDENTS, "@infra why is checkout slow?")
        await asyncio.to_thread(wait_for, lambda: len(heard) == 2)

    assert {body["event"]["type"] for body in heard} == {"app_mention", "message"}
    assert len({body["event_id"] for body in heard}) == 2
    assert {(b["event"]["ts"], b["event"]["text"]) for b in heard} == {(ts, "<@U0INFRA01> why is checkout slow?")}

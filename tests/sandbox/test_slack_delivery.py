"""What the sandbox delivers, heard by Slack's own Bolt over Socket Mode."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond

from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.sandbox.slack_bolt_bot import Bot, application, client, connected
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"
BUTTON = {"type": "button", "action_id": "yes", "value": "42", "text": {"type": "plain_text", "text": "Approve"}}
CARD = [{"type": "actions", "block_id": "card", "elements": [BUTTON]}]
MODAL = {
    "type": "modal",
    "callback_id": "details",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Details"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        }
    ],
}


@pytest.fixture
async def bot(office: Office) -> AsyncIterator[Bot]:
    """Connect a Bolt app over Socket Mode."""
    app, heard = application(office)
    async with connected(office, app):
        yield Bot(app, heard)


async def test_mention_reaches_the_bot_twice(office: Office, bot: Bot) -> None:
    """A mention arrives as app_mention and as message, under different event ids."""
    ts = await asyncio.to_thread(office.ana.post, INCIDENTS, "@infra why is checkout slow?")

    heard = await bot.hears(2)

    assert {body["event"]["type"] for body in heard} == {"app_mention", "message"}
    assert len({body["event_id"] for body in heard}) == 2
    assert {(b["event"]["ts"], b["event"]["text"]) for b in heard} == {(ts, "<@U0INFRA01> why is checkout slow?")}


async def test_direct_message_is_one_event(office: Office, bot: Bot) -> None:
    """A direct message arrives once, as a message of an im."""
    channel = await asyncio.to_thread(office.ana.dm)

    await asyncio.to_thread(office.ana.post, channel, "@infra hello")

    (body,) = await bot.hears()
    assert (body["event"]["channel_type"], body["event"]["channel"]) == ("im", channel)


async def test_alert_arrives_as_a_bot_message(office: Office, bot: Bot) -> None:
    """An alert bot's message says which bot sent it and carries its attachments."""
    attachment = {"title": "checkout-5xx", "color": "danger", "text": "ALARM"}

    await asyncio.to_thread(office.ana.alert, INCIDENTS, "Alarm", [attachment])

    (body,) = await bot.hears()
    assert (body["event"]["subtype"], body["event"]["bot_id"]) == ("bot_message", "B0CLOUDW1")
    assert body["event"]["attachments"] == [attachment]


async def test_reaction_names_the_message(office: Office, bot: Bot) -> None:
    """A reaction arrives with the message it is on, and again when it is taken back."""
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Proposal")
    await asyncio.to_thread(office.ben.react, INCIDENTS, posted["ts"], "white_check_mark")

    await asyncio.to_thread(office.ben.react, INCIDENTS, posted["ts"], "white_check_mark", remove=True)

    heard = [body["event"] for body in await bot.hears(2)]
    assert {event["type"] for event in heard} == {"reaction_added", "reaction_removed"}
    assert {event["item"]["ts"] for event in heard} == {posted["ts"]}
    assert {event["user"] for event in heard} == {"U0BEN0001"}


async def test_reply_says_which_thread(office: Office, bot: Bot) -> None:
    """A reply carries its thread and the author of its first message."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "hm")

    await asyncio.to_thread(office.ben.post, INCIDENTS, "what?", root)

    _, reply = sorted(await bot.hears(2), key=lambda body: str(body["event"]["ts"]))
    assert (reply["event"]["thread_ts"], reply["event"]["parent_user_id"]) == (root, "U0ANA0001")


async def test_bot_does_not_hear_itself(office: Office, bot: Bot) -> None:
    """The bot's own messages are delivered, and Bolt knows them for its own."""
    await client(office).chat_postMessage(channel=INCIDENTS, text="mine")
    await asyncio.to_thread(office.ana.post, INCIDENTS, "yours")

    heard = await bot.hears()

    await asyncio.to_thread(wait_for, lambda: all(d.acked_at for d in office.workspace.journal.deliveries))
    assert [body["event"]["text"] for body in heard] == ["yours"]
    assert len(office.workspace.journal.deliveries) == 2


async def test_slash_command_is_answered_and_responded_to(office: Office, bot: Bot) -> None:
    """A command's acknowledgement is seen by its person only; its response address posts for all."""

    async def infra(ack: AsyncAck, respond: AsyncRespond, command: Body) -> None:
        await ack(f"On it: {command['text']}")
        await respond("Everybody look", response_type="in_channel")

    bot.app.command("/infra")(infra)

    answer = await asyncio.to_thread(office.ana.slash, INCIDENTS, "/infra why is checkout slow?")

    assert answer == {"ok": True, "response": {"text": "On it: why is checkout slow?"}}
    seen = await asyncio.to_thread(wait_for, lambda: _texts(office, "ana") if len(_texts(office, "ana")) == 2 else [])
    assert seen == {"On it: why is checkout slow?", "Everybody look"}
    assert _texts(office, "ben") == {"Everybody look"}


async def test_click_carries_the_button_and_its_message(office: Office, bot: Bot) -> None:
    """A click tells who pressed what on which message, and may replace that message."""
    clicks: list[Body] = []

    async def yes(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        clicks.append(body)
        await respond("Approved", replace_original=True)

    bot.app.action("yes")(yes)
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Scale?", blocks=CARD)

    assert await asyncio.to_thread(office.ben.click, INCIDENTS, posted["ts"], "yes")

    await asyncio.to_thread(wait_for, lambda: _texts(office, "ana") == {"Approved"})
    (body,) = clicks
    assert (body["user"]["id"], body["actions"][0]["value"], body["actions"][0]["block_id"]) == (
        "U0BEN0001",
        "42",
        "card",
    )
    assert (body["container"]["message_ts"], body["channel"]["id"]) == (posted["ts"], INCIDENTS)


async def test_modal_opens_complains_and_closes(office: Office, bot: Bot) -> None:
    """A modal opens for whom it concerns; a submission may be sent back with what is wrong."""
    submitted: list[Any] = []

    async def yes(ack: AsyncAck, body: Body) -> None:
        await ack()
        await client(office).views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def details(ack: AsyncAck, view: Body) -> None:
        words = view["state"]["values"]["why"]["words"]["value"]
        submitted.append(words)
        await (ack() if words else ack(response_action="errors", errors={"why": "Say why."}))

    bot.app.action("yes")(yes)
    bot.app.view("details")(details)
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Scale?", blocks=CARD)
    await asyncio.to_thread(office.ben.click, INCIDENTS, posted["ts"], "yes")
    (view,) = await asyncio.to_thread(wait_for, lambda: office.workspace.modals.shown("U0BEN0001"))

    first = await asyncio.to_thread(office.ben.submit, view["id"], {"why": {"words": {"value": ""}}})
    second = await asyncio.to_thread(office.ben.submit, view["id"], {"why": {"words": {"value": "load"}}})

    assert (first, second) == ({"ok": False, "errors": {"why": "Say why."}}, {"ok": True})
    assert (submitted, office.workspace.modals.shown("U0BEN0001")) == (["", "load"], [])


async def test_stop_button_names_the_streams_it_stopped(office: Office, bot: Bot) -> None:
    """Pressing stop ends the thread's streams and tells the bot which."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "go")
    stream = await client(office).chat_startStream(
        channel=INCIDENTS,
        thread_ts=root,
        recipient_user_id="U0ANA0001",
        recipient_team_id="T0ACME001",
        chunks=[{"type": "markdown_text", "text": "Looking"}],
    )

    await asyncio.to_thread(office.ana.stop, INCIDENTS, root)

    stopped = [b["event"] for b in await bot.hears(2) if b["event"]["type"] == "agent_session_stopped"]
    assert [(event["thread_ts"], event["streaming_message_ts"]) for event in stopped] == [(root, [stream["ts"]])]


async def test_unacknowledged_event_comes_again(office: Office) -> None:
    """An event nobody acknowledges is delivered three times, then given up."""
    office.workspace.deliveries.patience.ack_seconds = 0.05
    await asyncio.to_thread(office.ana.post, INCIDENTS, "anybody?")

    (delivery,) = office.workspace.journal.deliveries

    await asyncio.to_thread(wait_for, lambda: len(delivery.attempts) == 3)
    assert delivery.acked_at is None


async def test_redelivery_can_be_asked_for(office: Office, bot: Bot) -> None:
    """The redelivery fault delivers the same event again, with the same event id."""
    await asyncio.to_thread(office.ana.faults, [], 2)

    await asyncio.to_thread(office.ana.post, INCIDENTS, "hello")

    heard = await bot.hears(3)
    assert len({body["event_id"] for body in heard}) == 1


async def test_event_waits_for_a_bot_that_comes_back(office: Office) -> None:
    """What happens while no bot is connected reaches the one that connects within the ack time."""
    app, heard = application(office)
    await asyncio.to_thread(office.ana.post, INCIDENTS, "is anybody there?")

    async with connected(office, app):
        await asyncio.to_thread(wait_for, lambda: len(heard) == 1)

    (delivery,) = office.workspace.journal.deliveries
    assert delivery.acked_at is not None


async def test_old_delivery_can_be_repeated(office: Office, bot: Bot) -> None:
    """What was delivered and acknowledged can come again later, as Slack sometimes does."""
    await asyncio.to_thread(office.ana.post, INCIDENTS, "hello")
    await bot.hears()

    await asyncio.to_thread(office.ana.redeliver)

    first, second = await bot.hears(2)
    assert first["event_id"] == second["event_id"]


async def test_refreshed_connection_comes_back(office: Office) -> None:
    """When Slack asks to reconnect, events go on arriving through the new connection."""
    app, heard = application(office)
    async with connected(office, app):
        await asyncio.to_thread(office.refresh)
        await asyncio.to_thread(office.ana.post, INCIDENTS, "still there?")

        await asyncio.to_thread(wait_for, lambda: len(heard) == 1)


def _texts(office: Office, who: str) -> set[str]:
    visitor = {"ana": office.ana, "ben": office.ben}[who]
    return {message["text"] for message in visitor.messages(INCIDENTS)}

"""Streams of the sandbox Slack: how they open, grow, die and are refused."""

import asyncio
from typing import Any

import pytest

from sandbox.slack.wire import Body
from tests.sandbox.slack_bolt_bot import client, refusal
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"
FOR_ANA = {"recipient_user_id": "U0ANA0001", "recipient_team_id": "T0ACME001"}


def words(text: str) -> Body:
    """Return a chunk of text."""
    return {"type": "markdown_text", "text": text}


def task(name: str, status: str = "in_progress", **more: str) -> Body:
    """Return a task card's chunk."""
    return {"type": "task_update", "id": name, "title": f"Task {name}", "status": status, **more}


async def opened(office: Office, **args: Any) -> str:
    """Open a stream in a thread of Ana's and return its timestamp."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "go")
    given = {"chunks": [words("Looking. ")], **FOR_ANA} | args
    told = await client(office).chat_startStream(channel=INCIDENTS, thread_ts=root, **given)
    return str(told["ts"])


async def seen(office: Office, ts: str) -> Body:
    """Return a message as the page shows it."""
    messages = await asyncio.to_thread(office.ana.messages, INCIDENTS)
    return next(message for message in messages if message["ts"] == ts)


async def test_stream_grows_into_a_message(office: Office) -> None:
    """Words follow each other, a task card is brought up to date in place, and the stop adds blocks and metadata."""
    ts = await opened(office, task_display_mode="plan")
    await client(office).chat_appendStream(
        channel=INCIDENTS, ts=ts, chunks=[{"type": "plan_update", "title": "Plan"}, task("1"), words("Then")]
    )
    await client(office).chat_appendStream(
        channel=INCIDENTS, ts=ts, chunks=[task("1", "complete", output="4 pods"), words(" this.")]
    )

    metadata = {"event_type": "infra_report", "event_payload": {"report": {}}}
    await client(office).chat_stopStream(channel=INCIDENTS, ts=ts, blocks=[{"type": "divider"}], metadata=metadata)

    message = await seen(office, ts)
    first, card, last = message["stream"]["items"]
    assert (first["text"], last["text"]) == ("Looking. ", "Then this.")
    assert (card["status"], card["output"], message["stream"]["plan_title"]) == ("complete", "4 pods", "Plan")
    assert (message["stream"]["state"], message["stream"]["display_mode"]) == ("stopped", "plan")
    assert (message["metadata"], message["blocks"][0]["type"]) == (metadata, "divider")


async def test_stopped_stream_takes_no_more(office: Office) -> None:
    """After the stop there is nothing to append to and nothing to stop."""
    ts = await opened(office)
    await client(office).chat_stopStream(channel=INCIDENTS, ts=ts)

    errors = [
        await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=ts, chunks=[words("x")]),
        await refusal(office, "chat.stopStream", channel=INCIDENTS, ts=ts),
    ]

    assert errors == ["message_not_in_streaming_state"] * 2


async def test_stream_dies_of_age_and_can_be_repaired(office: Office) -> None:
    """After five minutes a stream takes nothing more; the message can then be updated."""
    ts = await opened(office)

    office.pass_seconds(300)

    assert (
        await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=ts, chunks=[words("x")])
        == "message_not_in_streaming_state"
    )
    assert (await seen(office, ts))["stream"]["state"] == "stopped"
    await client(office).chat_update(channel=INCIDENTS, ts=ts, text="All of it")
    assert (await seen(office, ts))["text"] == "All of it"


async def test_running_stream_cannot_be_updated(office: Office) -> None:
    """While a stream is open the message belongs to it."""
    ts = await opened(office)

    assert await refusal(office, "chat.update", channel=INCIDENTS, ts=ts, text="x") == "streaming_state_conflict"


async def test_modes_do_not_mix(office: Office) -> None:
    """A stream opened with chunks takes chunks, one opened with text takes text."""
    by_chunks = await opened(office)
    by_text = await opened(office, chunks=None, markdown_text="Looking")

    errors = [
        await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=by_chunks, markdown_text="x"),
        await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=by_text, chunks=[words("x")]),
    ]

    assert errors == ["streaming_mode_mismatch"] * 2


async def test_message_too_long_keeps_what_was_there(office: Office) -> None:
    """An append that is too much is refused whole; details and output count double, and bytes count, not letters."""
    ts = await opened(office, chunks=[words("é" * 5000)])

    error = await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=ts, chunks=[task("1", details="x" * 310)])

    assert error == "msg_too_long"
    assert len((await seen(office, ts))["stream"]["items"]) == 1


async def test_fifty_cards_and_no_more(office: Office) -> None:
    """A stream holds fifty task cards; bringing one up to date is no new card."""
    ts = await opened(office, chunks=[task(str(number)) for number in range(50)])
    await client(office).chat_appendStream(channel=INCIDENTS, ts=ts, chunks=[task("49", "complete")])

    assert await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=ts, chunks=[task("50")]) == "invalid_chunks"


async def test_person_who_pressed_stop_is_obeyed(office: Office) -> None:
    """After a person pressed stop, the stream says so to whoever appends."""
    ts = await opened(office)
    thread = (await seen(office, ts))["thread_ts"]

    await asyncio.to_thread(office.ana.stop, INCIDENTS, thread)

    assert (
        await refusal(office, "chat.appendStream", channel=INCIDENTS, ts=ts, chunks=[words("x")]) == "stopped_by_user"
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient_user_id": None}, "missing_recipient_user_id"),
        ({"recipient_team_id": None}, "missing_recipient_team_id"),
        ({"recipient_user_id": "B0CLOUDW1"}, "user_not_found"),
        ({"recipient_user_id": "U0INFRA01"}, "user_not_found"),
        ({"recipient_team_id": "T0OTHER01"}, "team_not_found"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"thread_ts": None}, "invalid_arguments"),
        ({"task_display_mode": "kanban"}, "invalid_arguments"),
        ({"chunks": [{"type": "task_update", "id": "1", "title": "x", "status": "done"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "markdown_text", "text": "x", "color": "red"}]}, "invalid_chunks"),
        ({"markdown_text": "x"}, "invalid_arguments"),
        ({"chunks": [words("x" * 10_601)]}, "msg_too_long"),
    ],
)
async def test_stream_slack_would_refuse_is_refused(office: Office, change: Body, error: str) -> None:
    """A stream for nobody, for a bot, or with chunks Slack does not know is not opened."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "go")

    args = {"thread_ts": root, "chunks": [words("x")], **FOR_ANA, **change}

    assert await refusal(office, "chat.startStream", channel=INCIDENTS, **args) == error


async def test_direct_message_needs_no_recipient(office: Office) -> None:
    """In a direct message it is clear who reads."""
    channel = await asyncio.to_thread(office.gus.dm)
    root = await asyncio.to_thread(office.gus.post, channel, "hello")

    told = await client(office).chat_startStream(channel=channel, thread_ts=root, chunks=[words("Hello")])

    assert told["ok"]

"""The sandbox's Web API, driven by Slack's own client."""

import asyncio
import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.slack_bolt_bot import client, refusal
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"
GENERAL = "C0GENERAL"


async def test_message_can_be_posted_and_updated(office: Office) -> None:
    """What the bot posts and edits is what people read."""
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Looking")

    await client(office).chat_update(channel=INCIDENTS, ts=posted["ts"], text="Found it")

    (message,) = await asyncio.to_thread(office.ana.messages, INCIDENTS)
    assert (message["text"], message["edited"], message["user"]) == ("Found it", True, "U0INFRA01")


async def test_message_can_be_deleted(office: Office) -> None:
    """A deleted message is gone for everybody."""
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="Oops")

    await client(office).chat_delete(channel=INCIDENTS, ts=posted["ts"])

    assert await asyncio.to_thread(office.ana.messages, INCIDENTS) == []


async def test_ephemeral_is_for_one(office: Office) -> None:
    """An ephemeral message is seen by its person and by nobody else."""
    await client(office).chat_postEphemeral(channel=INCIDENTS, user="U0ANA0001", text="Not you, Ana")

    seen = [await asyncio.to_thread(who.messages, INCIDENTS) for who in (office.ana, office.ben)]

    assert [len(messages) for messages in seen] == [1, 0]


async def test_metadata_comes_back_when_asked_for(office: Office) -> None:
    """Metadata, nested as it was, is returned by history only with include_all_metadata."""
    metadata = {"event_type": "infra_report", "event_payload": {"report": {"findings": [{"code": "oom", "at": None}]}}}
    await client(office).chat_postMessage(channel=INCIDENTS, text="Report", metadata=metadata)

    plain = await client(office).conversations_history(channel=INCIDENTS)
    full = await client(office).conversations_history(channel=INCIDENTS, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_thread_can_be_read_page_by_page(office: Office) -> None:
    """Replies come oldest first, with a cursor to the rest."""
    root = (await client(office).chat_postMessage(channel=INCIDENTS, text="root"))["ts"]
    for word in ("one", "two"):
        await client(office).chat_postMessage(channel=INCIDENTS, thread_ts=root, text=word)

    first = await client(office).conversations_replies(channel=INCIDENTS, ts=root, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client(office).conversations_replies(channel=INCIDENTS, ts=root, limit=2, cursor=cursor)

    assert [m["text"] for m in [*first["messages"], *rest["messages"]]] == ["root", "one", "two"]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_history_leaves_replies_out(office: Office) -> None:
    """History is what stands in the channel itself, newest first."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "first")
    await asyncio.to_thread(office.ben.post, INCIDENTS, "reply", root)
    await asyncio.to_thread(office.ana.post, INCIDENTS, "second")

    history = await client(office).conversations_history(channel=INCIDENTS)

    assert [(m["text"], m.get("reply_count")) for m in history["messages"]] == [("second", None), ("first", 1)]


async def test_history_between_two_moments(office: Office) -> None:
    """History can be asked for from and to a moment, which has to be one."""
    times = [await asyncio.to_thread(office.ana.post, INCIDENTS, word) for word in ("one", "two", "three")]

    after = await client(office).conversations_history(channel=INCIDENTS, oldest=times[0])
    until = await client(office).conversations_history(channel=INCIDENTS, latest=times[1], inclusive=True)

    assert [message["text"] for message in after["messages"]] == ["three", "two"]
    assert [message["text"] for message in until["messages"]] == ["two", "one"]
    assert await refusal(office, "conversations.history", channel=INCIDENTS, oldest="today") == "invalid_ts_oldest"


async def test_people_and_groups_can_be_looked_up(office: Office) -> None:
    """The directory says who is a guest, who is a bot and who is on call."""
    gus = (await client(office).users_info(user="U0GUS0001"))["user"]
    groups = (await client(office).usergroups_list(include_users=True))["usergroups"]
    on_call = (await client(office).usergroups_users_list(usergroup="S0ONCALL1"))["users"]
    everybody = (await client(office).users_list())["members"]

    assert gus["is_ultra_restricted"]
    assert {group["handle"]: group["users"] for group in groups}["oncall"] == on_call == ["U0BEN0001", "U0CARA001"]
    assert [person["id"] for person in everybody if person["is_bot"]] == ["U0INFRA01"]


async def test_rooms_can_be_looked_up(office: Office) -> None:
    """Channels tell their name and members; a direct message is opened by its person."""
    info = (await client(office).conversations_info(channel=GENERAL))["channel"]
    members = (await client(office).conversations_members(channel=INCIDENTS))["members"]
    direct = (await client(office).conversations_open(users="U0GUS0001"))["channel"]
    listed = (await client(office).conversations_list(types="public_channel,im"))["channels"]

    assert (info["name"], "U0GUS0001" in members) == ("general", False)
    assert direct["id"] in {channel["id"] for channel in listed}


async def test_identity_can_be_asked(office: Office) -> None:
    """The bot finds out who it is and where."""
    me = await client(office).auth_test()
    bot = (await client(office).bots_info(bot=me["bot_id"]))["bot"]
    team = (await client(office).team_info())["team"]

    assert (me["user_id"], bot["app_id"], team["id"]) == ("U0INFRA01", "A0INFRA01", "T0ACME001")


async def test_reactions_of_the_bot(office: Office) -> None:
    """The bot reacts once and can take it back."""
    ts = await asyncio.to_thread(office.ana.post, INCIDENTS, "hm")
    await client(office).reactions_add(channel=INCIDENTS, timestamp=ts, name="eyes")

    assert await refusal(office, "reactions.add", channel=INCIDENTS, timestamp=ts, name="eyes") == "already_reacted"
    got = await client(office).reactions_get(channel=INCIDENTS, timestamp=ts)
    assert got["message"]["reactions"] == [{"name": "eyes", "users": ["U0INFRA01"], "count": 1}]
    await client(office).reactions_remove(channel=INCIDENTS, timestamp=ts, name="eyes")
    assert await refusal(office, "reactions.remove", channel=INCIDENTS, timestamp=ts, name="eyes") == "no_reaction"


async def test_file_is_uploaded_shared_and_served(office: Office) -> None:
    """A file goes up as Slack's client sends it and comes down as it was."""
    await client(office).files_upload_v2(channel=INCIDENTS, filename="p99.csv", content="a,b\n1,2\n", title="p99")

    (message,) = await asyncio.to_thread(office.ana.messages, INCIDENTS)
    (file,) = message["files"]
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as answer:
        assert (file["title"], await answer.text()) == ("p99", "a,b\n1,2\n")


async def test_a_block_shows_a_picture_once_it_was_looked_through(office: Office) -> None:
    """Right after the upload, and for what is no picture, Slack calls the blocks invalid."""
    bot = client(office)
    told = [
        (await bot.files_upload_v2(filename=name, content="x", title=name))["files"][0]["id"]
        for name in ("chart.png", "notes.txt")
    ]
    picture, text = ([{"type": "image", "slack_file": {"id": file}, "alt_text": "p99"}] for file in told)

    with pytest.raises(SlackApiError, match="invalid slack file"):
        await bot.chat_postMessage(channel=INCIDENTS, text="p99", blocks=picture)
    office.pass_seconds(1)
    await bot.chat_postMessage(channel=INCIDENTS, text="p99", blocks=picture)
    with pytest.raises(SlackApiError, match="invalid slack file"):
        await bot.chat_postMessage(channel=INCIDENTS, text="p99", blocks=text)

    (message,) = await asyncio.to_thread(office.ana.messages, INCIDENTS)
    assert message["blocks"][0]["slack_file"] == {"id": told[0]}


async def test_permalink_names_message_and_thread(office: Office) -> None:
    """A reply's link leads into its thread."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "root")
    reply = await asyncio.to_thread(office.ana.post, INCIDENTS, "reply", root)

    link = (await client(office).chat_getPermalink(channel=INCIDENTS, message_ts=reply))["permalink"]

    assert link.endswith(f"/{INCIDENTS}/p{reply.replace('.', '')}?thread_ts={root}&cid={INCIDENTS}")


async def test_form_means_the_same_as_json(office: Office) -> None:
    """Arguments in a form, with JSON inside, are understood like a JSON body."""
    form = {
        "token": office.workspace.bot_token,
        "channel": INCIDENTS,
        "blocks": json.dumps([{"type": "markdown", "text": "hi"}]),
    }

    url = f"{office.api}chat.postMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        told = await answer.json()

    assert told["ok"]
    assert told["message"]["blocks"][0]["text"] == "hi"


async def test_status_line_shows_and_a_post_clears_it(office: Office) -> None:
    """A status line stands until the bot posts in the thread, or two minutes have passed."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "go")
    await client(office).assistant_threads_setStatus(channel_id=INCIDENTS, thread_ts=root, status="is looking")

    shown = office.workspace.sessions.line(INCIDENTS, root)
    await client(office).chat_postMessage(channel=INCIDENTS, thread_ts=root, text="Done")

    assert (shown, office.workspace.sessions.line(INCIDENTS, root)) == ("is looking", "")


async def test_session_status_is_one_of_slacks(office: Office) -> None:
    """An agent session takes Slack's four states and no other."""
    root = await asyncio.to_thread(office.ana.post, INCIDENTS, "go")
    args = {"channel_id": INCIDENTS, "thread_ts": root}

    told = await client(office).agents_sessions_setStatus(**args, status="processing")

    assert told["agent_status"] == "processing"
    assert await refusal(office, "agents.sessions.setStatus", **args, status="thinking") == "invalid_arguments"

"""What the sandbox's Web API refuses: what Slack would."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.wire import Body
from tests.sandbox.slack_bolt_bot import client, refusal
from tests.sandbox.slack_office import Office, opened

INCIDENTS = "C0INCIDEN"
GENERAL = "C0GENERAL"


def section(text: str) -> Body:
    """Return a section with some words."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> Body:
    """Return an actions block with one button."""
    return {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, **more}]}


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "no_text"),
        ({"text": 3}, "invalid_arguments"),
        ({"text": "\ud800"}, "invalid_arguments"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"thread_ts": "1.000001", "text": "x"}, "thread_not_found"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section("x") | {"color": "red"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "paragraph", "text": "x"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [button(value="x" * 2001)]}, "invalid_blocks"),
        ({"blocks": [button(action_id="x" * 256)]}, "invalid_blocks"),
        ({"blocks": [button(style="warning")]}, "invalid_blocks"),
        ({"blocks": [section("x") | {"block_id": "a"}] * 2}, "invalid_blocks"),
        ({"blocks": [section("x" * 2700)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "msg_blocks_too_long"),
        ({"text": "x", "attachments": [{"text": "x", "surprise": 1}]}, "invalid_attachments"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": []}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": "x" * 17_000}}}, "metadata_too_large"),
    ],
)
async def test_message_slack_would_refuse_is_refused(office: Office, args: Body, error: str) -> None:
    """What breaks Slack's types or limits is refused by Slack's name for it, and not posted."""
    told = await refusal(office, "chat.postMessage", **{"channel": INCIDENTS, **args})

    assert told == error
    assert await asyncio.to_thread(office.ana.messages, INCIDENTS) == []


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x" * 3000)],
        [section("x")] * 50,
        [button(value="x" * 2000, action_id="y" * 255, style="primary")],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}, {"type": "divider"}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}],
    ],
)
async def test_message_at_the_limit_passes(office: Office, blocks: list[Body]) -> None:
    """What Slack just accepts is accepted."""
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="x", blocks=blocks)

    assert posted["ok"]


async def test_only_own_messages_can_be_changed(office: Office) -> None:
    """The bot can neither edit nor delete what somebody else wrote."""
    ts = await asyncio.to_thread(office.ana.post, INCIDENTS, "mine")

    errors = [
        await refusal(office, "chat.update", channel=INCIDENTS, ts=ts, text="x"),
        await refusal(office, "chat.delete", channel=INCIDENTS, ts=ts),
    ]

    assert errors == ["cant_update_message", "cant_delete_message"]


async def test_tokens_are_checked(office: Office) -> None:
    """No token, a wrong one, and the right one for something else are told apart."""
    workspace = office.workspace
    tokens = ["", "xoxb-wrong", workspace.app_token]

    errors = [await _error(office, "auth.test", token) for token in tokens]

    assert errors == ["not_authed", "invalid_auth", "not_allowed_token_type"]
    assert await _error(office, "apps.connections.open", workspace.bot_token) == "not_allowed_token_type"


async def test_scopes_of_the_manifest_are_what_the_bot_may_do() -> None:
    """A method outside the manifest's scopes is refused, naming the scope."""
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    with opened(manifest) as office, pytest.raises(SlackApiError) as refused:
        await client(office).users_list()

    assert refused.value.response["error"] == "missing_scope"
    assert (refused.value.response["needed"], refused.value.response["provided"]) == ("users:read", "chat:write")


async def test_unknown_method_is_refused(office: Office) -> None:
    """A method Slack does not have does not exist here."""
    assert await refusal(office, "chat.postNovel", text="x") == "unknown_method"


async def test_malformed_body_is_refused(office: Office) -> None:
    """A body that is not what it says is refused in Slack's words."""
    headers = {"Authorization": f"Bearer {office.workspace.bot_token}", "Content-Type": "application/json"}

    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [await _json(session, f"{office.api}auth.test", body) for body in (b"{", b"[1]")]

    assert [answer["error"] for answer in answers] == ["invalid_json", "json_not_object"]


async def test_trigger_lives_three_seconds_and_once(office: Office) -> None:
    """A trigger id opens one modal, at once or never."""
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [section("x")]}
    trigger = office.workspace.modals.trigger("U0ANA0001")
    await client(office).views_open(trigger_id=trigger, view=view)

    used = await refusal(office, "views.open", trigger_id=trigger, view=view)
    late = office.workspace.modals.trigger("U0ANA0001")
    office.pass_seconds(4)

    assert used == "exchanged_trigger_id"
    assert await refusal(office, "views.open", trigger_id=late, view=view) == "expired_trigger_id"
    assert await refusal(office, "views.open", trigger_id="1.2.x", view=view) == "invalid_trigger_id"


async def test_modal_is_updated_unless_it_moved(office: Office) -> None:
    """A view can be updated by id, and not over a newer one."""
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [section("x")]}
    opened_view = (await client(office).views_open(trigger_id=_trigger(office), view=view))["view"]
    await client(office).views_update(view_id=opened_view["id"], hash=opened_view["hash"], view=view)

    stale = {"view_id": opened_view["id"], "hash": opened_view["hash"], "view": view}

    assert await refusal(office, "views.update", **stale) == "hash_conflict"
    too_long = view | {"title": {"type": "plain_text", "text": "x" * 25}}
    assert await refusal(office, "views.open", trigger_id=_trigger(office), view=too_long) == "invalid_arguments"


def _trigger(office: Office) -> str:
    return office.workspace.modals.trigger("U0ANA0001")


async def _error(office: Office, method: str, token: str) -> str:
    with pytest.raises(SlackApiError) as refused:
        await AsyncWebClient(token, base_url=office.api).api_call(method)
    return str(refused.value.response["error"])


async def _json(session: aiohttp.ClientSession, url: str, body: bytes) -> Body:
    async with session.post(url, data=body) as answer:
        told: Body = await answer.json()
        return told

"""The sandbox's deliveries over signed HTTP, judged by Slack's own verifier and by Bolt."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.signed_http import encode, signature
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body, Unusable
from tests.sandbox.slack_bolt_bot import application
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"


@dataclass
class Doorstep:
    """An address of a bot: what arrived, and how often it fails first."""

    url: str = ""
    failures: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def listening(office: Office, doorstep: Doorstep) -> AsyncIterator[list[Body]]:
    """Serve a Bolt app over HTTP; yield what it heard."""
    bolt, heard = application(office)

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        doorstep.headers.append(dict(request.headers))
        doorstep.bodies.append(body)
        if doorstep.failures:
            doorstep.failures -= 1
            return web.Response(status=500)
        told = await bolt.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(request.headers)))
        headers = {name: values[0] for name, values in told.headers.items()}
        return web.Response(status=told.status, body=told.body.encode(), headers=headers)

    app = web.Application()
    app.router.add_post("/slack/events", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    doorstep.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield heard
    finally:
        await runner.cleanup()


async def test_bolt_accepts_what_is_signed(office: Office) -> None:
    """After the challenge, events arrive signed so that Bolt lets them in."""
    doorstep = Doorstep()
    async with listening(office, doorstep) as heard:
        await asyncio.to_thread(office.ana.settings, request_url=doorstep.url)

        await asyncio.to_thread(office.ana.post, INCIDENTS, "over HTTP")

        await asyncio.to_thread(wait_for, lambda: len(heard) == 1)
    assert json.loads(doorstep.bodies[0])["type"] == "url_verification"
    assert heard[0]["event"]["text"] == "over HTTP"


async def test_command_arrives_as_a_form(office: Office) -> None:
    """A slash command is a form, as Slack sends it."""
    doorstep = Doorstep()
    async with listening(office, doorstep):
        await asyncio.to_thread(office.ana.settings, request_url=doorstep.url)

        await asyncio.to_thread(office.ana.slash, INCIDENTS, "/infra help me")

    form = parse_qs(doorstep.bodies[-1].decode())
    assert (form["command"], form["text"], form["user_id"]) == (["/infra"], ["help me"], ["U0ANA0001"])


async def test_failed_delivery_is_repeated_with_a_number(office: Office) -> None:
    """What was not acknowledged comes again, the same, and says the how-manyth time."""
    doorstep = Doorstep()
    async with listening(office, doorstep) as heard:
        await asyncio.to_thread(office.ana.settings, request_url=doorstep.url, http_delays=[0, 0, 0])
        doorstep.failures = 2

        await asyncio.to_thread(office.ana.post, INCIDENTS, "again")

        await asyncio.to_thread(wait_for, lambda: len(heard) == 1)
    assert [headers.get("X-Slack-Retry-Num") for headers in doorstep.headers] == [None, None, "1", "2"]
    assert len(set(doorstep.bodies[1:])) == 1


async def test_address_that_does_not_answer_is_not_used(office: Office) -> None:
    """A request URL has to pass the challenge."""
    with pytest.raises(Unusable, match="url_verification"):
        await asyncio.to_thread(office.ana.settings, request_url="http://127.0.0.1:9/slack/events")

    assert not office.workspace.deliveries.connected


@settings(deadline=None)
@given(text=st.text(), timestamp=st.integers(0, 2**40), flip=st.integers(0, 10_000))
def test_signature_is_slacks(text: str, timestamp: int, flip: int) -> None:
    """Whatever the body, the signature is the one Slack's verifier computes, and another body has another."""
    body = json.dumps({"text": text}).encode()
    broken = bytes([*body[: flip % len(body)], body[flip % len(body)] ^ 1, *body[flip % len(body) + 1 :]])

    made = signature("secret", str(timestamp), body)

    assert made == SignatureVerifier("secret").generate_signature(timestamp=str(timestamp), body=body)
    assert made != signature("secret", str(timestamp), broken)


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_form_carries_any_text(text: str) -> None:
    """Whatever a person types, the bot reads the same from the form."""
    body, _ = encode("slash_commands", {"text": f"x{text}"})

    assert parse_qs(body.decode(), keep_blank_values=True)["text"] == [f"x{text}"]

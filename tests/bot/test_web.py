"""The guard before Bolt, and the web's own pages."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import LARGEST, WINDOW, genuine, well_formed
from sandbox.slack.visitor import Visitor
from tests.bot.edge import ANA, INCIDENTS, Edge, open_edge
from tests.bot.listeners.office import Office, on_http

SECRET = b"shhh"


@pytest.fixture
async def http() -> AsyncIterator[tuple[Office, str]]:
    """Listen over HTTP."""
    async with open_edge() as edge, on_http(edge) as opened:
        yield opened


def signed(secret: bytes, body: bytes, stamp: str) -> str:
    """Sign as Slack does."""
    return "v0=" + hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


async def send(url: str, edge: Edge, body: bytes, kind: str = "application/json", **headers: str) -> int:
    """Post a body signed as Slack signs it, with headers to spoil; return the status."""
    stamp = headers.pop("stamp", str(int(time.time())))
    made = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed(edge.workspace.signing_secret.encode(), body, stamp),
    }
    async with aiohttp.ClientSession() as session:
        answer = await session.post(
            f"{url}/slack/events", data=io.BytesIO(body), headers=made | headers | {"Content-Type": kind}
        )
        return answer.status


@given(body=st.binary(max_size=200), now=st.integers(10**9, 2 * 10**9), late=st.integers(-WINDOW, WINDOW))
def test_what_slack_signed_is_genuine(body: bytes, now: int, late: int) -> None:
    """A signature over these bytes within the window is good."""
    stamp = str(now + late)

    assert genuine(SECRET, stamp, body, signed(SECRET, body, stamp), now)


@given(
    body=st.binary(max_size=50),
    other=st.binary(max_size=50),
    signature=st.text(max_size=80),
    stamp=st.text(max_size=14),
)
def test_nothing_else_is_genuine(body: bytes, other: bytes, signature: str, stamp: str) -> None:
    """Other bytes, other signatures, and timestamps that are not digits are refused without an error."""
    assert not genuine(SECRET, stamp, body, signature, time.time())
    if body != other:
        assert not genuine(SECRET, "1700000000", body, signed(SECRET, other, "1700000000"), 1700000000)


def test_an_old_signature_is_not_good_any_more() -> None:
    """A replay after five minutes is refused."""
    stamp = "1700000000"

    assert not genuine(SECRET, stamp, b"{}", signed(SECRET, b"{}", stamp), 1700000000 + WINDOW + 1)


@given(
    body=st.binary(max_size=300), kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""])
)
def test_every_body_is_taken_or_refused(body: bytes, kind: str) -> None:
    """Whatever comes, it is a payload's text or a ValueError."""
    try:
        text = well_formed(kind, body)
    except ValueError:
        return
    assert text == body.decode()


async def test_an_event_over_http_is_heard(http: tuple[Office, str]) -> None:
    """The same listeners work over signed HTTP."""
    office, url = http
    ana = Visitor(office.edge.url, ANA)
    await asyncio.to_thread(lambda: ana.settings(request_url=f"{url}/slack/events"))

    await asyncio.to_thread(lambda: ana.post(INCIDENTS, "<@U0INFRA01> why is checkout slow?"))
    await office.quiet()

    assert [ask.text for ask in office.flow.asks] == ["why is checkout slow?"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"type": "event_callback"}', "application/json"),
        (b'{"type": "event_callback", "event": 7}', "application/json"),
        (b"payload=7", "application/x-www-form-urlencoded"),
        (b"payload=", "application/x-www-form-urlencoded"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ],
)
async def test_malformed_bodies_are_refused_with_4xx(http: tuple[Office, str], body: bytes, kind: str) -> None:
    """Even with a good signature, what is no payload is the sender's mistake and never ours."""
    office, url = http

    status = await send(url, office.edge, body, kind)

    assert 200 <= status < 500
    assert office.flow.asks == []


@pytest.mark.parametrize(
    "spoil", [{"stamp": "17e8"}, {"stamp": "1000"}, {"X-Slack-Signature": "v0=ü"}, {"X-Slack-Signature": ""}]
)
async def test_what_slack_did_not_sign_is_401(http: tuple[Office, str], spoil: dict[str, str]) -> None:
    """A bad signature or timestamp is refused before anything is parsed."""
    office, url = http

    assert await send(url, office.edge, b"[" * 100_000, **spoil) == 401


async def test_a_large_body_is_413(http: tuple[Office, str]) -> None:
    """What is larger than any payload is not read."""
    office, url = http

    assert await send(url, office.edge, b" " * (LARGEST + 1)) == 413


async def test_health_and_metrics_answer(http: tuple[Office, str]) -> None:
    """The pages for machines are there."""
    _, url = http
    async with aiohttp.ClientSession() as session:
        health = await (await session.get(f"{url}/health")).json()
        metrics = await (await session.get(f"{url}/metrics")).text()

    assert health == {"ok": True, "wrong": {}}
    assert "infra_slack_ack_seconds" in metrics


async def test_a_challenge_is_answered(http: tuple[Office, str]) -> None:
    """Slack's check of the address succeeds."""
    office, url = http

    assert await send(url, office.edge, json.dumps({"type": "url_verification", "challenge": "x"}).encode()) == 200

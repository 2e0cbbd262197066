"""The sandbox Slack on a bad day: rate limits, outages, dropped answers."""

import asyncio
import math

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError

from sandbox.slack.rates import Rates
from sandbox.slack.wire import Body, Unusable
from tests.sandbox.slack_bolt_bot import client
from tests.sandbox.slack_office import Office

INCIDENTS = "C0INCIDEN"


async def planned(office: Office, **rule: object) -> None:
    """Plan one fault."""
    await asyncio.to_thread(office.ana.faults, [rule])


async def test_posting_too_fast_is_held_back(office: Office) -> None:
    """A few posts at once pass; then one a second, and the answer says how long to wait."""
    posts = [client(office).chat_postMessage(channel=INCIDENTS, text="x") for _ in range(8)]

    told = await asyncio.gather(*posts, return_exceptions=True)

    held = [refused for refused in told if isinstance(refused, SlackApiError)]
    assert 1 <= len(held) <= 3
    assert {(one.response.status_code, one.response.headers["Retry-After"]) for one in held} == {(429, "1")}


async def test_early_retry_is_noticed(office: Office) -> None:
    """A call that comes before its Retry-After is marked in the log."""
    await planned(office, method="chat.update", kind="429", times=1, retry_after=30)
    posted = await client(office).chat_postMessage(channel=INCIDENTS, text="x")
    with pytest.raises(SlackApiError):
        await client(office).chat_update(channel=INCIDENTS, ts=posted["ts"], text="y")

    await client(office).chat_update(channel=INCIDENTS, ts=posted["ts"], text="y")
    office.pass_seconds(31)
    await client(office).chat_update(channel=INCIDENTS, ts=posted["ts"], text="z")

    updates = [call for call in office.workspace.journal.calls if call.method == "chat.update"]
    assert [(call.status, call.early) for call in updates] == [(429, False), (200, True), (200, False)]


async def test_dropped_answer_took_effect(office: Office) -> None:
    """With drop_after_accept the message is posted though the caller sees a broken connection."""
    await planned(office, method="chat.postMessage", kind="drop_after_accept", times=1)
    once = client(office)
    once.retry_handlers = []

    with pytest.raises(ClientConnectionError):
        await once.chat_postMessage(channel=INCIDENTS, text="did I?")

    assert [m["text"] for m in await asyncio.to_thread(office.ana.messages, INCIDENTS)] == ["did I?"]


@pytest.mark.parametrize(
    ("rule", "status", "error"),
    [
        ({"kind": "500"}, 500, None),
        ({"kind": "error", "error": "fatal_error"}, 200, "fatal_error"),
        ({"kind": "429", "retry_after": 2}, 429, "ratelimited"),
    ],
)
async def test_failed_call_took_no_effect(office: Office, rule: Body, status: int, error: str | None) -> None:
    """A call that fails for Slack's own reasons fails as often as planned and does nothing."""
    await planned(office, method="*", times=1, **rule)

    with pytest.raises(SlackApiError) as failed:
        await client(office).chat_postMessage(channel=INCIDENTS, text="lost")
    await client(office).chat_postMessage(channel=INCIDENTS, text="found")

    assert failed.value.response.status_code == status
    assert error is None or failed.value.response["error"] == error
    assert [m["text"] for m in await asyncio.to_thread(office.ana.messages, INCIDENTS)] == ["found"]


async def test_fault_that_does_not_exist_cannot_be_planned(office: Office) -> None:
    """A misspelled fault is refused rather than ignored."""
    with pytest.raises(Unusable, match="kind is one of"):
        await planned(office, method="chat.update", kind="503")


def test_method_has_so_many_calls_a_minute() -> None:
    """The limit holds over any minute, and the wait is until the oldest call is a minute old."""
    rates = Rates()
    first = [rates.wait("chat.startStream", 20, at) for at in range(20)]

    waits = [rates.wait("chat.startStream", 20, 30.0), rates.wait("chat.startStream", 20, 60.0)]

    assert (first, waits) == ([0] * 20, [30, 0])


def test_limits_can_be_switched_off() -> None:
    """With an infinite multiplier nothing is held back."""
    rates = Rates(math.inf)

    waits = [rates.wait("chat.update", 1, 0.0) + rates.wait_to_post("C", 0.0) for _ in range(1000)]

    assert set(waits) == {0}

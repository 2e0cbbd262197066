"""Calls to Slack: in step with its limits, and honest about what may have arrived."""

import asyncio
import time

import pytest

from bot.slack.calls import Calls, DeclinedError, LostError, make_client
from tests.bot.edge import ANA, GENERAL, Edge, a_run


def calls_of(edge: Edge, **limits: int) -> Calls:
    """Return calls with these limits a minute, by the last part of the method's name."""
    client = make_client(edge.workspace.bot_token, f"{edge.url}/api/")
    return Calls(client, gaps={}, per_minute={f"chat.{name}": most for name, most in limits.items()}, patience=2)


async def test_a_full_minute_is_known_beforehand(edge: Edge) -> None:
    """When a minute's calls are used up, there is no room, and Slack need not say so."""
    calls = calls_of(edge, postMessage=2)

    for _ in range(2):
        await calls.call("chat.postMessage", {"channel": GENERAL, "text": "x"}, GENERAL)

    assert not calls.room("chat.postMessage")
    assert calls.room("chat.update")


async def test_without_room_for_a_stream_a_run_is_posted(edge: Edge) -> None:
    """Twenty streams a minute are a ceiling on streams, not on runs."""
    threads = edge.threads()
    threads.calls = calls_of(edge, startStream=0)
    threads.calls._made["chat.startStream"].append(time.monotonic())
    threads.calls._per_minute = {"chat.startStream": 1}
    ref = await edge.root()

    await threads.open(ref, ANA).show(a_run("all is well"))

    assert not edge.workspace.journal.called("chat.startStream")
    assert len(edge.replies(ref)) == 1


async def test_a_429_holds_every_caller_of_the_method(edge: Edge) -> None:
    """After a 429 nobody calls that method before its time, and all get through."""
    calls = calls_of(edge)
    edge.workspace.faults.plan([{"method": "chat.postMessage", "kind": "429", "times": 1, "retry_after": 1}])

    posts = [calls.call("chat.postMessage", {"channel": GENERAL, "text": str(one)}, GENERAL) for one in range(3)]
    await asyncio.gather(posts[0])
    await asyncio.gather(*posts[1:])

    times = [call.at for call in edge.workspace.journal.calls]
    assert len(edge.workspace.journal.called("chat.postMessage")) == 3
    assert times[1] - times[0] >= 1


async def test_a_no_is_not_a_maybe(edge: Edge) -> None:
    """An answer of Slack's is told apart from no answer."""
    with pytest.raises(DeclinedError) as declined:
        await edge.calls.call("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"})
    edge.workspace.faults.plan([{"method": "chat.postMessage", "kind": "drop_after_accept", "times": 1}])
    with pytest.raises(LostError):
        await edge.calls.call("chat.postMessage", {"channel": GENERAL, "text": "x"})

    assert declined.value.error == "channel_not_found"


async def test_insisting_gives_up_at_the_end_of_patience(edge: Edge) -> None:
    """Work that gets no answer is given up after the set time."""
    calls = calls_of(edge)
    edge.workspace.faults.plan([{"method": "chat.postMessage", "kind": "500", "times": 100}])

    with pytest.raises(LostError):
        await calls.insist(lambda: calls.call("chat.postMessage", {"channel": GENERAL, "text": "x"}))

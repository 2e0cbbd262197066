"""The streaming writer: every word once and in order, whatever Slack does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agents.events import Began, RunEvent, Step, StepState
from bot.slack.content import open_fence
from bot.slack.surface import StreamMessage
from sandbox.slack.wire import Body
from tests.bot.edge import ANA, Edge, a_run, until, words

SAID = tuple(f"word{number} " for number in range(12))
ALL = "".join(SAID)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gather words for less long than people like, so that these tests take less long than engineers like."""
    monkeypatch.setattr(StreamMessage, "gap", 0.15)


def fault(method: str, kind: str, times: int = 1, **told: object) -> list[Body]:
    """Return one planned fault."""
    return [{"method": method, "kind": kind, "times": times, **told}]


async def test_a_run_is_one_message_with_cards_words_and_report(edge: Edge) -> None:
    """A run becomes one streamed message: its steps as cards, its words, its report as metadata."""
    thread = await edge.root()

    await edge.threads().open(thread, ANA).show(a_run(*SAID))

    [message] = edge.replies(thread)
    assert words([message]) == ALL
    assert message.stream is not None
    assert message.stream.cards == 1
    assert message.metadata is not None
    assert message.metadata["event_type"] == "infra_report"


async def test_first_words_are_shown_at_once(edge: Edge) -> None:
    """Something is in the thread while the run has said nothing yet, however long it takes."""
    thread, done = await edge.root(), asyncio.Event()

    async def slow() -> AsyncIterator[RunEvent]:
        yield Began("run-1", "incident", "runbook")
        await done.wait()

    showing = asyncio.create_task(edge.threads().open(thread, ANA).show(slow()))

    await until(lambda: edge.replies(thread))

    assert not showing.done()
    done.set()
    await showing


async def test_words_are_gathered(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small words make few calls."""
    monkeypatch.setattr(StreamMessage, "gap", 30.0)
    thread = await edge.root()

    await edge.threads().open(thread, ANA).show(a_run(*SAID, pause=0.01))

    assert len(edge.workspace.journal.called("chat.appendStream")) <= 1


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("kind", ["drop_after_accept", "500"])
async def test_a_lost_answer_neither_doubles_nor_loses_words(edge: Edge, method: str, kind: str) -> None:
    """When the line drops, accepted or not, every word is there once and there is one final message."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault(method, kind))

    await edge.threads().open(thread, ANA).show(a_run(*SAID, pause=0.06))

    replies = edge.replies(thread)
    finals = [one for one in replies if one.metadata and one.metadata["event_type"] == "infra_report"]
    assert words(replies).replace("✅ Pods of shop · 1 of 3 crash  \n\n", "") == ALL
    assert len(finals) == 1


async def test_a_429_is_waited_for(edge: Edge) -> None:
    """No call comes before its Retry-After is over, and nothing is missing afterwards."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault("chat.appendStream", "429", retry_after=1))

    await edge.threads().open(thread, ANA).show(a_run(*SAID, pause=0.06))

    calls = [call for call in edge.workspace.journal.calls if call.method == "chat.appendStream"]
    assert not [call for call in calls if call.early and call.status != 429]
    assert calls[1].at - calls[0].at >= 1
    assert words(edge.replies(thread)) == ALL


async def test_a_stream_slack_closed_is_repaired_and_rolled(edge: Edge) -> None:
    """When Slack has closed the stream, the rest goes on in a new message."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault("chat.appendStream", "error", error="message_not_in_streaming_state"))

    await edge.threads().open(thread, ANA).show(a_run(*SAID, pause=0.06))

    assert words(edge.replies(thread)).endswith("word11 ")
    assert words(edge.replies(thread)).count("word7 ") == 1


async def test_an_old_stream_rolls_before_slack_closes_it(edge: Edge) -> None:
    """After the set time a new message is opened and the old one is closed with no card left going."""
    thread = await edge.root()

    await edge.threads(seconds=0.5).open(thread, ANA).show(a_run(*SAID, pause=0.1))

    replies = edge.replies(thread)
    assert len(replies) > 1
    assert words(replies) == ALL
    assert all(one.stream and one.stream.state == "stopped" for one in replies)


async def test_a_long_answer_rolls_at_its_size_with_whole_fences(edge: Edge) -> None:
    """A long answer spreads over messages within the limit, and each of them closes the code it opens."""
    thread = await edge.root()
    code = "```yaml\n" + "".join(f"line {number}: väluë\n" for number in range(900)) + "```\n"

    await edge.threads().open(thread, ANA).show(a_run("Before\n", code, "After\n"))

    replies = edge.replies(thread)
    shown = [words([one]) for one in replies]
    assert len(replies) > 1
    assert all(len(one.encode()) <= 9000 for one in shown)
    assert not any(open_fence(one) for one in shown)
    assert all("".join(shown).count(f"line {number}:") == 1 for number in range(900))


@pytest.mark.parametrize("error", ["unknown_method", "missing_recipient_user_id", "feature_not_enabled"])
async def test_without_streams_a_message_is_posted_and_updated(edge: Edge, error: str) -> None:
    """Where Slack does not stream, one message is posted and brought up to date, with the same report."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault("chat.startStream", "error", error=error))

    await edge.threads().open(thread, ANA).show(a_run(*SAID))

    [message] = edge.replies(thread)
    assert ALL.strip() in words([message])
    assert message.metadata is not None
    assert message.metadata["event_type"] == "infra_report"


async def test_a_run_for_nobody_is_posted_and_updated(edge: Edge) -> None:
    """Slack streams to people only, so an alert's run without a reader is posted and updated."""
    thread = await edge.root()

    await edge.threads().open(thread, "").show(a_run(*SAID))

    assert not edge.workspace.journal.called("chat.startStream")
    assert ALL.strip() in words(edge.replies(thread))


async def test_a_posted_message_whose_answer_was_lost_is_found_again(edge: Edge) -> None:
    """A post that was accepted although the line dropped is not posted twice."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault("chat.postMessage", "drop_after_accept"))

    await edge.threads().open(thread, "").show(a_run(*SAID))

    assert len(edge.replies(thread)) == 1


async def test_slacks_stop_button_stops_the_run(edge: Edge) -> None:
    """When Slack says a person stopped the stream, the flow is told, once, and nobody is named for it."""
    thread = await edge.root()
    edge.workspace.faults.plan(fault("chat.appendStream", "error", times=3, error="stopped_by_user"))

    await edge.threads().open(thread, ANA).show(a_run(*SAID, pause=0.1))

    assert edge.stopped == [(thread, "")]


async def test_a_canceled_run_leaves_no_card_going(edge: Edge) -> None:
    """When a run is cut off, its open cards are closed and its title says so."""
    thread = await edge.root()

    async def stuck() -> AsyncIterator[RunEvent]:
        yield Began("run-1", "incident", "runbook")
        yield Step("s1", "Pods of shop", StepState.IN_PROGRESS)
        await asyncio.Event().wait()

    showing = asyncio.create_task(edge.threads().open(thread, ANA).show(stuck()))
    await until(lambda: edge.replies(thread))
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)

    [message] = edge.replies(thread)
    assert message.stream is not None
    assert message.stream.state == "stopped"
    assert message.stream.plan_title == "Stopped"
    assert [item["status"] for item in message.stream.items if item["type"] == "task"] == ["error"]


async def test_a_display_that_is_gone_does_not_fail_the_run(edge: Edge) -> None:
    """Where nothing can be shown at all, every event is still consumed and nothing is raised."""
    thread = await edge.root()
    seen = []
    edge.workspace.faults.plan(fault("*", "error", times=1000, error="channel_not_found"))

    async def watched() -> AsyncIterator[RunEvent]:
        async for event in a_run(*SAID):
            seen.append(event)
            yield event

    await edge.threads().open(thread, ANA).show(watched())

    assert len(seen) == len(SAID) + 4


async def test_an_answer_that_was_not_streamed_is_shown(edge: Edge) -> None:
    """A run that says nothing on the way shows its report's answer."""
    thread = await edge.root()

    await edge.threads().open(thread, ANA).show(a_run("", "all is well"))

    assert words(edge.replies(thread)) == "all is well"

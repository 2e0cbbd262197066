"""Stopping: a word, a hand and a command end what runs and what waits, at once, and say who did."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.conversation import Conversation
from sandbox.slack.visitor import wait_for
from tests.stories.conftest import CHANNELS, Office


@pytest.fixture(scope="module")
def slow(opens: Callable[..., Office]) -> Iterator[Office]:
    """Open an office whose Kubernetes takes its time, so that there is something to stop."""
    office = opens("bad-deploy")
    office.company.slow_down(kube=1.5)
    yield office
    office.company.slow_down(kube=0)


def going(office: Office, channel: str = "incidents") -> Conversation:
    """Ask something, and wait until its run shows in the thread."""
    thread = office.asks("ana", "why is checkout failing?", channel)
    wait_for(thread.bot_messages)
    return thread


def test_the_word_stops_a_run(slow: Office) -> None:
    """Saying "stop" in the thread is enough, and everybody sees who said it."""
    thread = going(slow)

    thread.says("ana", "stop")

    wait_for(lambda: "🛑 <@U0ANA0001> stopped this." in thread.transcript())
    assert thread.reports() == []


def test_a_raised_hand_stops_a_run(slow: Office) -> None:
    """The stop sign on the question is enough, whoever puts it there."""
    thread = going(slow)

    thread.reacts("ben", "octagonal_sign")

    wait_for(lambda: "🛑 <@U0BEN0001> stopped this." in thread.transcript())
    assert thread.reports() == []


def test_the_command_stops_what_runs_in_the_channel(slow: Office) -> None:
    """`/infra stop` needs no thread; a second one finds nothing to stop."""
    thread = going(slow, "platform")

    answer = slow.person("ana").slash(CHANNELS["platform"], "/infra stop")
    again = slow.person("ana").slash(CHANNELS["platform"], "/infra stop")

    assert answer["response"]["text"] == "Stopped it."
    assert again["response"]["text"] == "Nothing is running here."
    wait_for(lambda: "🛑 <@U0ANA0001> stopped this." in thread.transcript())

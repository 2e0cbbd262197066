"""Stopping: a word, a hand and a command end what runs and what waits, at once."""

from collections.abc import Callable

import pytest

from sandbox.slack.visitor import wait_for
from tests.stories.conftest import CHANNELS, Office

pytestmark = pytest.mark.xdist_group("stopping")


@pytest.fixture(scope="module")
def slow(opens: Callable[..., Office]) -> Office:
    """Open an office whose Kubernetes takes its time, so that there is something to stop."""
    office = opens("bad-deploy")
    office.company.slow_down(kube=3.0)
    return office


def test_the_word_stops_a_run(slow: Office) -> None:
    """Saying "stop" in the thread is enough."""
    thread = slow.asks("ana", "why is checkout failing?")
    wait_for(thread.bot_messages)

    thread.says("ana", "stop")

    wait_for(lambda: "stopped" in thread.transcript().lower(), 5)
    assert thread.reports() == []


def test_a_raised_hand_stops_a_run(slow: Office) -> None:
    """The stop sign on the question is enough."""
    thread = slow.asks("ana", "why is checkout failing?")
    wait_for(thread.bot_messages)

    thread.reacts("ben", "octagonal_sign")

    wait_for(lambda: "stopped" in thread.transcript().lower(), 5)
    assert thread.reports() == []


def test_the_command_stops_what_runs_in_the_channel(slow: Office) -> None:
    """`/infra stop` needs no thread."""
    thread = slow.asks("ana", "why is checkout failing?", channel="platform")
    wait_for(thread.bot_messages)

    answer = slow.person("ana").slash(CHANNELS["platform"], "/infra stop")

    assert "topped" in answer["response"]["text"]
    wait_for(lambda: "stopped" in thread.transcript().lower(), 5)

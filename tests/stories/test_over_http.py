"""Without an app token the same product listens to signed HTTP, behind a guard."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import requests

from tests.stories.conftest import Office


@pytest.fixture(scope="module")
def web(opens: Callable[..., Office]) -> Office:
    """Open an office whose Slack delivers to the bot's own address."""
    return opens("false-alarm", over_http=True)


def test_a_question_is_answered_over_http(web: Office) -> None:
    """From a signed event to the report."""
    thread = web.asks("ana", "is checkout healthy?")

    assert thread.report()["health"] in {"healthy", "recovered"}


def test_an_unsigned_event_is_turned_away(web: Office) -> None:
    """The guard stands before anything is parsed."""
    address = f"{web.product.address}/slack/events"

    answer = requests.post(address, data=b"{", headers={"X-Slack-Signature": "v0=0"}, timeout=60)

    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_health_and_metrics_are_served(web: Office) -> None:
    """Those who run it can see how it is."""
    health = requests.get(f"{web.product.address}/health", timeout=60)
    metrics = requests.get(f"{web.product.address}/metrics", timeout=60)

    assert health.json() == {"ok": True, "wrong": {}}
    assert "infra_" in metrics.text

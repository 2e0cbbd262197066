"""Capacity: a date with its range, and room made before it is needed."""

from collections.abc import Callable

import pytest

from tests.stories.conftest import Office


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office whose orders-db runs out of disk in nine days."""
    return opens("filling-up")


def test_a_disk_is_grown_before_it_is_full(shop: Office) -> None:
    """Ana asks when, is told the date and how good such dates were, and Ben has room made by a pull request."""
    thread = shop.asks("ana", "when does orders-db run out of disk?")
    card = thread.card("open")
    [found] = thread.report()["findings"]

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    [pull] = shop.company.hub.repositories["acme/infrastructure"].pulls.values()
    assert "used up in" in found["finding"]["observed"]
    assert "for repeating the last week" in found["finding"]["observed"]
    assert pull.title.startswith("Set allocated_storage of aws_db_instance.orders_db to 1")
    assert pull.labels == ["capacity"]

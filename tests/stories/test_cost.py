"""Cost: a jump in the bill is traced to who made it, and a saving is a click away."""

from collections.abc import Callable

import pytest

from tests.stories.conftest import Office

pytestmark = pytest.mark.xdist_group("cost")


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office]) -> Office:
    """Open an office whose bill jumped three days ago."""
    return opens("cost-spike")


def test_a_cost_spike_is_traced_to_its_cause(shop: Office) -> None:
    """The answer names the service, the usage type, the amount a month, and what ana did just before."""
    thread = shop.asks("ana", "cost")

    [found] = thread.report()["findings"]

    assert found["finding"]["code"] == "cost_spike"
    assert "BoxUsage:g5.12xlarge, after ana did RunInstances" in found["finding"]["observed"]
    assert "USD 8,168 a month at this rate" in found["finding"]["observed"]


def test_a_saving_ends_as_a_pull_request(shop: Office) -> None:
    """Ana orders it, Ben approves, and the repository has the smaller type on a branch."""
    thread = shop.asks("ana", "cost rightsize search")
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    [pull] = shop.company.hub.repositories["acme/infrastructure"].pulls.values()
    assert pull.title == "Set instance_type of aws_instance.search to m7i.xlarge"
    assert pull.labels == ["cost"]

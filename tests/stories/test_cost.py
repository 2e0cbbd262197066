"""Cost: a jump in the bill is traced to who made it, and a saving is a click away."""

import re
from collections.abc import Iterator

import pytest

from sandbox.conversation import NAMES
from sandbox.slack.visitor import wait_for
from tests.stories.conftest import CHANNELS, Office, missed_slot, open_office

PLATFORM = CHANNELS["platform"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office whose bill jumped three days ago, and which has a digest of its costs."""
    with (
        missed_slot(tmp_path_factory.mktemp("site"), "spend", "cost", "cost") as extra,
        open_office("cost-spike", extra=extra) as office,
    ):
        yield office


def test_a_cost_spike_is_traced_to_its_cause(shop: Office) -> None:
    """The answer names the service, the usage type, the amount a month, and what ana did just before."""
    thread = shop.asks("ana", "cost")

    [found] = thread.report()["findings"]

    assert found["finding"]["code"] == "cost_spike"
    assert "BoxUsage:g5.12xlarge, after ana did RunInstances" in found["finding"]["observed"]
    assert re.search(r"USD 8,\d{3} a month at this rate", found["finding"]["observed"])  # the hour decides how much


def test_a_saving_ends_as_a_pull_request(shop: Office) -> None:
    """Ana orders it, Ben approves, and the repository has the smaller type on a branch."""
    thread = shop.asks("ana", "cost rightsize search")
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    pulls = shop.company.hub.repositories["acme/infrastructure"].pulls.values()
    pull = next(one for one in pulls if one.title.startswith("Set"))
    assert pull.title == "Set instance_type of aws_instance.search to m7i.xlarge"
    assert pull.labels == ["cost"]


def test_what_nobody_uses_is_taken_out_of_the_code(shop: Office) -> None:
    """An address that leads nowhere: its file had nothing else in it, so the pull request deletes the file."""
    thread = shop.asks("ana", "cost remove old-vpn")
    card = thread.card("open")

    thread.clicks("ben", "infra_approve", card)
    thread.card("done")

    repository = shop.company.hub.repositories["acme/infrastructure"]
    pull = next(one for one in repository.pulls.values() if one.title.startswith("Remove"))
    assert pull.title == "Remove aws_eip.old_vpn, which nothing uses"
    assert repository.git.run("diff", "--name-status", "main", pull.head).decode().split() == ["D", "old-vpn.tf"]


def test_a_spike_that_is_snoozed_stays_out_of_the_next_digest(shop: Office) -> None:
    """The digest says what jumped, and after whose change; Ben snoozes it, and the next one says only that he did."""
    first = wait_for(shop.digests)[0]
    button = next(block for block in first["blocks"] if block["type"] == "actions")
    told = str(first["blocks"][first["blocks"].index(button) - 1]["text"]["text"])

    ben = shop.person("ben")
    ben.click(PLATFORM, first["ts"], "infra_item_snooze", "7", button["block_id"])
    ben.slash(PLATFORM, "/infra schedule run spend")
    ben.submit(str(wait_for(lambda: shop.company.workspace.modals.shown(NAMES["ben"]))[-1]["id"]), {})
    second = wait_for(lambda: shop.digests()[1:])[0]

    assert "BoxUsage:g5.12xlarge, after ana did RunInstances" in told
    assert told not in str(second["blocks"])
    assert "Amazon Elastic Compute Cloud - Compute: snoozed until" in str(second["blocks"])
    assert "💤 1 snoozed" in str(second["blocks"])

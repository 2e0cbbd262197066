"""Digests: posted once however many clocks there are, and acted on where they are read."""

from collections.abc import Iterator

import pytest

from sandbox.conversation import NAMES, Conversation
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import CHANNELS, Office, missed_slot, open_office

PLATFORM = CHANNELS["platform"]
THREE_CLOCKS = ("", "clock", "clock")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office with a bucket that may become public, and three clocks that come back after two hours."""
    with (
        missed_slot(tmp_path_factory.mktemp("site"), "posture", "posture", "security") as extra,
        open_office("public-bucket", roles=THREE_CLOCKS, extra=extra) as office,
    ):
        yield office


def made(shop: Office, number: int) -> Body:
    """Wait for the n-th digest to be made; return it."""
    return wait_for(lambda: shop.digests()[number - 1 :])[0]


def test_a_digest_goes_out_once_and_what_is_snoozed_stays_out_of_the_next(shop: Office) -> None:
    """Three clocks, one digest; Ben snoozes its first item, has the schedule run, and does not see it again."""
    first = made(shop, 1)
    before = len(shop.digests())
    block = next(block for block in first["blocks"] if block["type"] == "actions")
    name = str(first["blocks"][first["blocks"].index(block) - 1]["text"]["text"])

    shop.person("ben").click(PLATFORM, first["ts"], "infra_item_snooze", "7", block["block_id"])
    confirmed(shop, "run posture")
    second = made(shop, before + 1)

    runs = [one["metadata"]["event_payload"]["run"] for one in shop.digests()]
    assert len(runs) == len(set(runs)) == before + 1
    assert name not in str(second["blocks"])
    assert "snoozed until" in str(second["blocks"])


def test_the_fix_of_an_item_is_a_click_and_a_yes_away(shop: Office) -> None:
    """Ana has the first item's pull request proposed from the digest; it is a card in the digest's thread."""
    digest = made(shop, 1)
    button = next(
        element
        for block in digest["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "infra_item_propose"
    )

    shop.person("ana").click(PLATFORM, digest["ts"], "infra_item_propose", button["value"])

    assert Conversation(shop.url, PLATFORM, digest["ts"]).card("open").tool == "security_remediate"


def confirmed(shop: Office, words: str) -> None:
    """Let Ben use the command, and say yes to its window."""
    ben, modals = shop.person("ben"), shop.company.workspace.modals
    ben.slash(PLATFORM, f"/infra schedule {words}")
    view = wait_for(lambda: modals.shown(NAMES["ben"]))[-1]
    ben.submit(str(view["id"]), {})

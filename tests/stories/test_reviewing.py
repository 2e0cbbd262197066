"""Reviewing: changes are requested, proposals are edited, two people are needed, and in an emergency one is enough."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.conversation import NAMES, Card, Conversation
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import CHANNELS, Office

CONFIG = Path(__file__).parents[2] / "config"
TWO_IN_PLATFORM = """
[[rule]]
name = "in #platform two people decide"
channel = ["C0PLATFOR"]
effect = "ask"
groups = ["oncall"]
quorum = 2
"""


@pytest.fixture(scope="module")
def shop(opens: Callable[..., Office], tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Open an office whose policy wants two people in one channel."""
    config = tmp_path_factory.mktemp("config") / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("__pycache__"))
    policy = config / "policy.toml"
    first, rules = policy.read_text("utf-8").split("\n[[rule]]", 1)
    policy.write_text(f"{first}{TWO_IN_PLATFORM}\n[[rule]]{rules}", "utf-8")
    return opens("false-alarm", extra={"INFRA_CONFIG": str(config)})


def proposed(shop: Office, replicas: int, channel: str = "incidents") -> tuple[Conversation, Card]:
    """Let Ana ask for a change in so many words; return the thread and the card.

    Each story has numbers of its own: scaling to what another one left behind would be no change.
    """
    thread = shop.asks("ana", f"scale catalog to {replicas} replicas", channel)
    return thread, thread.card("open")


def told(thread: Conversation, who: str, does: Callable[[], object]) -> str:
    """Return what somebody alone is told for what they do."""
    before = len(thread.told(who))
    does()
    return wait_for(lambda: thread.told(who)[before:])[-1]


def window(shop: Office, who: str, shows: str) -> Body:
    """Wait for the window in front of somebody to show something; return it."""
    modals = shop.company.workspace.modals
    return wait_for(lambda: [view for view in modals.shown(NAMES[who]) if shows in str(view["blocks"])])[0]


def filled(**values: str) -> Body:
    """Return what somebody filled into a window."""
    return {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}


def test_requested_changes_lead_to_another_proposal(shop: Office) -> None:
    """Ben wants fewer; his words start a new look, the first card is over, and Cara decides the second."""
    thread, card = proposed(shop, 7)

    thread.clicks("ben", "infra_changes", card)
    view = window(shop, "ben", "What should be different?")
    shop.person("ben").submit(str(view["id"]), filled(infra_words="scale catalog to 4"))
    other = thread.card("open")
    refused = told(thread, "ben", lambda: thread.clicks("ben", "infra_approve", other))
    thread.clicks("cara", "infra_approve", other)

    assert thread.cards()[0].state == "changes_requested"
    assert "somebody else" in refused
    assert thread.card("done").args["replicas"] == 4


def test_an_edit_is_decided_by_somebody_else(shop: Office) -> None:
    """Cara corrects the number; the card with hers takes the place of the first, and Ben's yes carries it out."""
    thread, card = proposed(shop, 8)

    thread.clicks("cara", "infra_edit", card)
    view = window(shop, "cara", "replicas")
    answer = shop.person("cara").submit(str(view["id"]), filled(namespace="shop", deployment="catalog", replicas="9"))
    edited = wait_for(lambda: [one for one in thread.cards() if one.args.get("replicas") == 9])[0]
    thread.clicks("ben", "infra_approve", edited)

    assert answer["ok"]
    assert thread.card("done").args["replicas"] == 9
    assert [one.state for one in thread.cards()] == ["superseded", "done"]


def test_where_two_are_needed_one_is_not_enough(shop: Office) -> None:
    """Ben's second click is not a second person; Cara's is."""
    thread, card = proposed(shop, 5, "platform")

    thread.clicks("ben", "infra_approve", card)
    refused = told(thread, "ben", lambda: thread.clicks("ben", "infra_approve", card))
    waiting = thread.cards()[0].state
    thread.clicks("cara", "infra_approve", card)

    assert "different people" in refused
    assert waiting == "open"
    assert thread.card("done").args["replicas"] == 5


def test_in_an_emergency_one_of_the_named_group_is_enough(shop: Office) -> None:
    """Cara breaks the glass with a reason; Ben is called, written to, and the channel hears of it."""
    thread, card = proposed(shop, 6, "platform")

    command = f"/infra break-glass {card.approval_id[:8]}"
    refused = shop.person("ben").slash(CHANNELS["platform"], f"{command} I would like to, too")
    shop.person("cara").slash(CHANNELS["platform"], f"{command} catalog is drowning")
    thread.card("done")

    ben = shop.person("ben")
    aloud = [m for m in ben.messages(CHANNELS["incidents"]) if "Break-glass" in m["text"] and not m["thread_ts"]]
    written = [message for message in ben.messages(ben.dm()) if "catalog is drowning" in message["text"]]
    assert "@security" in refused["response"]["text"]
    assert f"<@{NAMES['ben']}>" in aloud[0]["text"]
    assert written

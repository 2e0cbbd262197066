"""Digests: posted once however many clocks there are, and acted on where they are read."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from bot.store import embedded
from bot.store.keys import SLOT
from sandbox.company import running
from sandbox.conversation import NAMES, Conversation
from sandbox.demo import WORLDS
from sandbox.product import product
from sandbox.slack.visitor import wait_for
from sandbox.slack.wire import Body
from tests.stories.conftest import CHANNELS, Office

pytestmark = pytest.mark.xdist_group("digests")

CONFIG = Path(__file__).parents[2] / "config"
PLATFORM = CHANNELS["platform"]
HOURLY = f"""
[[schedule]]
name = "posture"
what = "posture"
agent = "security"
when = "0 * * * *"
channel = "{PLATFORM}"
"""
THREE_CLOCKS = ("", "clock", "clock")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open an office with a bucket that may become public, and three clocks that come back after two hours."""
    config = tmp_path_factory.mktemp("config") / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("__pycache__"))
    with (config / "schedules.toml").open("a", encoding="utf-8") as file:
        file.write(HOURLY)
    server = embedded.start(tmp_path_factory.mktemp("store"))
    with Redis.from_url(server.url) as store:
        two_hours_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
        store.hset(SLOT.format("posture"), mapping={"fired": two_hours_ago, "said": "0 * * * * UTC", "until": 0})
    extra = {"INFRA_CONFIG": str(config), "REDIS_URL": server.url}
    with running(WORLDS / "public-bucket") as company, product(company, roles=THREE_CLOCKS, extra=extra) as bot:
        yield Office(company, bot)
    server.close()


def digests(shop: Office) -> list[Body]:
    """Return the digests in #platform, oldest first."""
    seen = shop.person("ben").messages(PLATFORM)
    return [one for one in seen if (one["metadata"] or {}).get("event_type") == "infra_digest" and not one["thread_ts"]]


def made(shop: Office, number: int) -> Body:
    """Wait for the n-th digest to be made; return it."""
    return wait_for(lambda: [one for one in digests(shop)[number - 1 :] if "open*" in str(one["blocks"])], 90)[0]


def test_a_digest_goes_out_once_and_what_is_snoozed_stays_out_of_the_next(shop: Office) -> None:
    """Three clocks, one digest; Ben snoozes its first item, has the schedule run, and does not see it again."""
    first = made(shop, 1)
    before = len(digests(shop))
    block = next(block for block in first["blocks"] if block["type"] == "actions")
    name = str(first["blocks"][first["blocks"].index(block) - 1]["text"]["text"])

    shop.person("ben").click(PLATFORM, first["ts"], "infra_item_snooze", "7", block["block_id"])
    confirmed(shop, "run posture")
    second = made(shop, before + 1)

    runs = [one["metadata"]["event_payload"]["run"] for one in digests(shop)]
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

    assert Conversation(shop.url, PLATFORM, digest["ts"]).card("open").tool == "github_pull_request"


def confirmed(shop: Office, words: str) -> None:
    """Let Ben use the command, and say yes to its window."""
    ben, modals = shop.person("ben"), shop.company.workspace.modals
    ben.slash(PLATFORM, f"/infra schedule {words}")
    view = wait_for(lambda: modals.shown(NAMES["ben"]))[-1]
    ben.submit(str(view["id"]), {})

"""People at Acme Shop, and the product as they meet it: the production process on a sandbox company."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.store import embedded
from bot.store.keys import SLOT
from sandbox.company import Company, running
from sandbox.conversation import BOT, NAMES, Conversation
from sandbox.demo import WORLDS
from sandbox.play import paged
from sandbox.product import Product, product
from sandbox.slack.visitor import Visitor, wait_for
from sandbox.slack.wire import Body

CONFIG = Path(__file__).parents[2] / "config"
CHANNELS = {"incidents": "C0INCIDEN", "general": "C0GENERAL", "platform": "C0PLATFOR"}


@dataclass(frozen=True)
class Office:
    """A company with the product running beside it."""

    company: Company
    product: Product

    @property
    def url(self) -> str:
        """Address of the workspace."""
        return self.company.urls["slack"]

    def person(self, who: str) -> Visitor:
        """Return a person to act as."""
        return Visitor(self.url, NAMES[who])

    def is_paged(self) -> Conversation:
        """Let the world's alarm land in #incidents."""
        return paged(self.company)

    def asks(self, who: str, words: str, channel: str = "incidents") -> Conversation:
        """Let a person mention the bot in a channel."""
        place = CHANNELS[channel]
        return Conversation(self.url, place, self.person(who).post(place, f"<@{BOT}> {words}"))

    def writes(self, who: str, words: str) -> Conversation:
        """Let a person send the bot a direct message."""
        visitor = self.person(who)
        place = visitor.dm()
        return Conversation(self.url, place, visitor.post(place, words), reader=who)

    def commands(self, who: str, words: str, channel: str = "general") -> Conversation:
        """Let a person use `/infra <question>`; the conversation is the thread of the anchor the bot posts."""
        visitor, place = self.person(who), CHANNELS[channel]
        before = {message["ts"] for message in visitor.messages(place)}
        visitor.slash(place, f"/infra {words}")
        anchor = wait_for(lambda: [m for m in visitor.messages(place) if m["ts"] not in before and m["user"] == BOT])
        return Conversation(self.url, place, anchor[0]["ts"])

    def digests(self, channel: str = "platform") -> list[Body]:
        """Return the digests in a channel that have been made, oldest first."""
        seen = self.person("ben").messages(CHANNELS[channel])
        digests = [m for m in seen if (m["metadata"] or {}).get("event_type") == "infra_digest" and not m["thread_ts"]]
        return [one for one in digests if "open*" in str(one["blocks"])]

    def whispers(self, who: str, channel: str = "general") -> list[str]:
        """Return what only this person was told in a channel."""
        seen = self.person(who).messages(CHANNELS[channel])
        return [str(message["text"]) for message in seen if message["ephemeral_to"] == NAMES[who]]


@contextmanager
def missed_slot(folder: Path, name: str, what: str, agent: str) -> Iterator[dict[str, str]]:
    """Yield the settings of a site with an hourly schedule in #platform whose clocks were away for two hours.

    Its next slot is half an hour away, whatever the time is, so no story meets it.
    """
    now = datetime.now(UTC)
    when = f"{(now.minute + 30) % 60} * * * *"
    shutil.copytree(CONFIG, folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "config" / "schedules.toml").open("a", encoding="utf-8") as file:
        about = f'name = "{name}"\nwhat = "{what}"\nagent = "{agent}"'
        file.write(f'\n[[schedule]]\n{about}\nwhen = "{when}"\nchannel = "{CHANNELS["platform"]}"\n')
    server = embedded.start(folder / "store")
    with Redis.from_url(server.url) as store:
        two_hours_ago = (now - timedelta(hours=2)).timestamp()
        store.hset(SLOT.format(name), mapping={"fired": two_hours_ago, "said": f"{when} UTC", "until": 0})
    yield {"INFRA_CONFIG": str(folder / "config"), "REDIS_URL": server.url}
    server.close()


@contextmanager
def open_office(world: str, **how: Any) -> Iterator[Office]:
    """Open an office on a world for the length of the block; `how` is how its product is started."""
    how["extra"] = {"INFRA_RECOVERY_SECONDS": "2"} | how.get("extra", {})
    with running(WORLDS / world) as company, product(company, **how) as bot:
        yield Office(company, bot)


@pytest.fixture(scope="module")
def opens() -> Iterator[Callable[..., Office]]:
    """Open an office on a world; all of a module's are closed at its end."""
    with ExitStack() as open_until_the_end:
        yield lambda world, **how: open_until_the_end.enter_context(open_office(world, **how))


@pytest.fixture(scope="module")
def office(opens: Callable[..., Office]) -> Office:
    """Open an office with a bad deploy; for stories that change nothing."""
    return opens("bad-deploy")

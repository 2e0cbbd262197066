"""People at Acme Shop, and the product as they meet it: the production process on a sandbox company."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.company import Company, running
from sandbox.conversation import BOT, NAMES, Conversation
from sandbox.demo import WORLDS
from sandbox.play import paged
from sandbox.product import Product, product
from sandbox.slack.visitor import Visitor, wait_for

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

    def whispers(self, who: str, channel: str = "general") -> list[str]:
        """Return what only this person was told in a channel."""
        seen = self.person(who).messages(CHANNELS[channel])
        return [str(message["text"]) for message in seen if message["ephemeral_to"] == NAMES[who]]


@pytest.fixture(scope="module")
def opens() -> Iterator[Callable[..., Office]]:
    """Open an office on a world; all of a module's are closed at its end."""
    with ExitStack() as open_until_the_end:

        def opened(world: str, **how: Any) -> Office:
            company = open_until_the_end.enter_context(running(WORLDS / world))
            how["extra"] = {"INFRA_RECOVERY_SECONDS": "2"} | how.get("extra", {})
            return Office(company, open_until_the_end.enter_context(product(company, **how)))

        yield opened


@pytest.fixture(scope="module")
def office(opens: Callable[..., Office]) -> Office:
    """Open an office with a bad deploy; for stories that change nothing."""
    return opens("bad-deploy")

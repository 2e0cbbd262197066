"""Runs through the real runner, on fake tools."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from langchain_core.language_models.chat_models import BaseChatModel

from agents import ROSTER
from agents.contract import Ask, Turn
from agents.events import Ended, RunEvent
from agents.models.chain import Candidate, Chain
from agents.models.runbook import RunbookChat
from agents.run import LangChainRunner
from agents.runbook.book import read_runbooks
from config.settings import HERE
from tests.agents.company import NOW, Shop

BOOKS = read_runbooks(HERE / "runbooks")


@pytest.fixture
def shop() -> Shop:
    """A company whose checkout was broken by a rollout."""
    return Shop()


@pytest.fixture
def engine() -> RunbookChat:
    """The embedded engine with the product's own runbooks."""
    return RunbookChat(books=BOOKS, recovery_seconds=30)


@pytest.fixture
def runner(shop: Shop) -> Callable[..., LangChainRunner]:
    """Make a runner on the shop with these models, first one first."""

    def make(*models: BaseChatModel, patience: float = 5.0) -> LangChainRunner:
        names = [f"model-{at}" if not isinstance(model, RunbookChat) else "runbook" for at, model in enumerate(models)]
        pairs = zip(names, models, strict=True)
        chain = Chain([Candidate(name, partial(_same, model)) for name, model in pairs], patience)
        return LangChainRunner(ROSTER, shop.tools(), chain, now=lambda: NOW)

    return make


def _same(model: BaseChatModel) -> BaseChatModel:
    return model


async def played(runner: LangChainRunner, ask: Ask, transcript: Sequence[Turn] = ()) -> tuple[list[RunEvent], Ended]:
    """Return the events of a run, and how it ended."""
    events = [event async for event in runner("run-1", ask, transcript)]
    assert isinstance(events[-1], Ended)
    return events, events[-1]

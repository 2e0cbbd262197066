"""What we tell from our own books: the scoreboard and the hand-over, as answers to asks."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from agents.contract import Ask
from bot.firsthand import Tell, Told
from bot.flow import Flow
from bot.handover import Handover
from bot.live import Live
from bot.people import Directory
from bot.scoring.prices import read_prices
from bot.scoring.telling import Scoreboard
from bot.store.store import Store
from tools.scope import Scopes

Scoped = Callable[[str, str], Awaitable[Scopes]]


def our_books(
    config: Path, store: Store, scoped: Scoped, flow: Callable[[], Flow], directory: Directory
) -> Mapping[str, Tell]:
    """Return what there is to tell, by the word that asks for it.

    Raises:
        ValueError: config/models.toml does not fit; the sentence says how.
    """
    prices = Live(config / "models.toml", read_prices)
    scoreboard = Scoreboard(store, store.connection.now, lambda: prices.value)
    shift = Handover(store, scoped, flow, directory)

    async def tell_scoreboard(_ask: Ask, words: str) -> Told:
        return Told(*await scoreboard.told(words))

    async def tell_shift(ask: Ask, words: str) -> Told:
        return Told(await shift.told(words, ask.thread.channel, ask.asker))

    return {"scoreboard": tell_scoreboard, "handover": tell_shift}

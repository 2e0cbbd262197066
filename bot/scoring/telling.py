"""Tell the scoreboard: which days, what was counted on them and before, in words and as a picture."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.scoring.charting import picture
from bot.scoring.periods import Period, period_of
from bot.scoring.prices import Prices
from bot.scoring.scores import scored
from bot.scoring.words import board
from bot.store.incidents import Incident
from bot.store.store import Store
from tools.contract import Chart

Now = Callable[[], Awaitable[datetime]]


class Scoreboard:
    """Reads what was counted."""

    def __init__(self, store: Store, now: Now, prices: Callable[[], Prices]) -> None:
        self._store = store
        self._now = now
        self._prices = prices

    async def told(self, words: str) -> tuple[str, Chart | None]:
        """Return the scoreboard of the days that words name, as Markdown, and its picture if it has one."""
        try:
            period = period_of(words, (await self._now()).date())
        except ValueError as error:
            return str(error), None
        before = period.before
        closed = await self._store.incidents.closed_since(before.start)
        days = await self._store.facts.days(period.first, period.last)
        earlier = await self._store.facts.days(before.first, before.last)
        now = scored(days, over(closed, period), self._prices())
        then = scored(earlier, over(closed, before), self._prices())
        return board(period, now, then, self._prices()), picture(days, over(closed, period))


def over(incidents: tuple[Incident, ...], period: Period) -> list[Incident]:
    """Return the incidents that were over in a period."""
    return [one for one in incidents if one.resolved and period.has(one.resolved)]

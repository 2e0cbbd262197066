"""What ended, added up by day, so that it can be told for a year how well things went; each end counts once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from redis.asyncio import Redis

from bot.store import keys
from bot.store.replies import Told, text

COUNT = """
-- KEYS: counted, day, all time   ARGV: seconds to know it was counted, seconds to keep the day, name, number …
if not redis.call('set', KEYS[1], 1, 'nx', 'ex', ARGV[1]) then return 0 end
for i = 3, #ARGV, 2 do
    redis.call('hincrby', KEYS[2], ARGV[i], ARGV[i + 1])
    redis.call('hincrby', KEYS[3], ARGV[i], ARGV[i + 1])
end
redis.call('expire', KEYS[2], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC): how often what ended, and what was measured last."""

    day: date
    counts: Mapping[str, int]
    measured: Mapping[str, Decimal]


class Facts:
    """Counts and measurements by day. They are statistics: nothing is decided by them, so they are not sealed."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._count = client.register_script(COUNT)

    async def count(self, name: str, at: datetime, counts: Mapping[str, int]) -> bool:
        """Add what ended under a name of its own to its day; False if it was counted before."""
        where = [keys.COUNTED.format(name), keys.FACTS.format(at.astimezone(UTC).date()), keys.FACTS.format("all")]
        told: Told = [keys.COUNTED_SECONDS, keys.FACTS_SECONDS]
        for what, number in counts.items():
            told += [what, number]
        return bool(await self._count(keys=where, args=told))

    async def measure(self, what: str, values: Mapping[date, Decimal]) -> None:
        """Keep what something was on some days; a later word on a day takes the place of an earlier one."""
        async with self._client.pipeline(transaction=True) as steps:
            for day, value in values.items():
                steps.hset(keys.MEASURED.format(day), what, str(value))
                steps.expire(keys.MEASURED.format(day), keys.FACTS_SECONDS)
            await steps.execute()

    async def days(self, first: date, last: date) -> tuple[Day, ...]:
        """Return each day from the first to the last, those without anything too."""
        dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        async with self._client.pipeline(transaction=False) as steps:
            for day in dates:
                steps.hgetall(keys.FACTS.format(day))
                steps.hgetall(keys.MEASURED.format(day))
            found = await steps.execute()
        return tuple(
            Day(day, _numbers(counts), {text(what): Decimal(text(value)) for what, value in measured.items()})
            for day, counts, measured in zip(dates, found[::2], found[1::2], strict=True)
        )

    async def ever(self) -> dict[str, int]:
        """Return the counts of all time; they only grow."""
        return _numbers(await self._client.hgetall(keys.FACTS.format("all")))


def _numbers(found: Mapping[bytes | str, bytes | str]) -> dict[str, int]:
    return {text(what): int(text(number)) for what, number in found.items()}

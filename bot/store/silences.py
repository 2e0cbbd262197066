"""Silences: names of alerts that start nothing until a time, kept for exactly as long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.store import keys
from bot.store.replies import text


@dataclass(frozen=True, slots=True)
class Silence:
    """What is left alone.

    Attributes:
        pattern: Name of an alert, service, source or resource, in lower case, with `*`.
        until: When it ends (UTC).
        by: Slack id of who asked for it.
    """

    pattern: str
    until: datetime
    by: str


class Silences:
    """Keeps them."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def begin(self, silence: Silence, now: datetime) -> None:
        """Start nothing for alerts that fit, until its end."""
        seconds = max(1, int((silence.until - now).total_seconds()))
        await self._client.set(keys.SILENCE.format(silence.pattern.casefold()), silence.by, ex=seconds)

    async def end(self, pattern: str) -> bool:
        """End one before its time; False if there is none of exactly that pattern."""
        return bool(await self._client.delete(keys.SILENCE.format(pattern.casefold())))

    async def all(self, now: datetime) -> tuple[Silence, ...]:
        """Return what is silenced now, by name; the ends are exact to the second."""
        prefix = keys.SILENCE.format("")
        names = sorted([text(name) async for name in self._client.scan_iter(prefix + "*")])
        async with self._client.pipeline(transaction=True) as steps:
            for name in names:
                steps.get(name)
                steps.ttl(name)
            told = await steps.execute() if names else []
        found = zip(names, told[::2], told[1::2], strict=True)
        return tuple(
            Silence(name.removeprefix(prefix), now + timedelta(seconds=left), text(by))
            for name, by, left in found
            if left > 0  # it did not end while we asked
        )

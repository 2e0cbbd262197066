"""Schedules that people added or paused in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from redis.asyncio import Redis

from bot.store import keys
from bot.store.replies import text
from bot.store.sealed import Sealed, Tampered

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule as somebody added it; its words are those of config/schedules.toml."""

    name: str
    what: str
    when: str
    zone: str
    channel: str
    agent: str
    by: str
    at: datetime
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A schedule is not to be asked for now."""

    name: str
    by: str
    at: datetime


class Plans:
    """Keeps both; a row that somebody else wrote is no row."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._plans = Sealed(Plan, key)
        self._pauses = Sealed(Pause, key)

    async def add(self, plan: Plan) -> bool:
        """Keep a schedule; False if there is one of that name."""
        return bool(await self._client.hsetnx(keys.PLANS, plan.name, self._plans.dump(plan.name, plan)))

    async def drop(self, name: str) -> bool:
        """Forget a schedule that was added; False if there is none."""
        return bool(await self._client.hdel(keys.PLANS, name))

    async def added(self) -> tuple[Plan, ...]:
        """Return what was added, by name."""
        return tuple(await self._all(keys.PLANS, self._plans))

    async def pause(self, pause: Pause) -> None:
        """Keep that a schedule is paused."""
        await self._client.hset(keys.PAUSES, pause.name, self._pauses.dump(pause.name, pause))

    async def resume(self, name: str) -> bool:
        """Forget a pause; False if there was none."""
        return bool(await self._client.hdel(keys.PAUSES, name))

    async def paused(self) -> dict[str, Pause]:
        """Return the pauses by name."""
        return {pause.name: pause for pause in await self._all(keys.PAUSES, self._pauses)}

    async def _all(self, where: str, kind: Sealed[T]) -> list[T]:
        found = []
        for name, row in sorted((await self._client.hgetall(where)).items()):
            try:
                found.append(kind.load(text(name), text(row)))
            except Tampered:
                continue
        return found

"""Incidents: what alerts were gathered into, since when, where they are shown, and how long they took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from agents.contract import Alert, ThreadRef
from bot.store import keys
from bot.store.replies import text, texts
from bot.store.sealed import Sealed, Tampered

TURN_SECONDS = 4
"""Seconds one gathering may take, and so how long the others wait for one that died; it takes milliseconds."""
COUNTED = ("taken", "repeated", "gathered", "quiet", "parked")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One alert of an incident, by its key: what it says now, and how often it said so."""

    key: str
    alert: Alert
    service: str
    count: int
    first: datetime
    last: datetime

    @property
    def firing(self) -> bool:
        """Whether it still fires."""
        return self.alert.state == "firing"


@dataclass(frozen=True, slots=True)
class Incident:
    """Alerts that belong together.

    Attributes:
        id: Short enough to type.
        opening: The delivery that opened it; the same again opens nothing.
        title: What is wrong, by the first alert.
        text: The first alert's words; untrusted.
        service: Whose it is, by the first alert; empty if nobody knows.
        troubles: Its alerts by key, oldest first.
        looks: Whether a run looks into it; else it is only told.
        to: Channel it is told in; where its thread is, if it has one.
        opened: When it came in (UTC).
        last: When the latest alert came in.
        count: Messages about it, recoveries included.
        thread: The Slack thread, once there is one.
        own: Whether the thread's first message is our card.
        looked: When its latest run was asked for; None if one is to be.
        look: How often it was to be looked into anew.
        first_finding: When a run first reported on it.
        resolved: When all of it was over.
        snoozed: Until when it is left alone.
        gathers: Whether it takes in everything, because too much happens at once.
        tries: How often posting it failed.
    """

    id: str
    opening: str
    title: str
    text: str
    service: str
    troubles: tuple[Trouble, ...]
    looks: bool
    to: str
    opened: datetime
    last: datetime
    count: int = 1
    thread: ThreadRef | None = None
    own: bool = True
    looked: datetime | None = None
    look: int = 0
    first_finding: datetime | None = None
    resolved: datetime | None = None
    snoozed: datetime | None = None
    gathers: bool = False
    tries: int = 0

    @property
    def severity(self) -> str:
        """The worst of its alerts, empty if none says."""
        return min((one.alert.severity for one in self.troubles if one.alert.severity), default="")

    @property
    def took(self) -> timedelta | None:
        """How long it took from opening to all of it being over."""
        return self.resolved - self.opened if self.resolved else None


class Incidents:
    """Keeps incidents. Who changes them takes a turn, so that two alerts never open two for the same trouble."""

    def __init__(self, client: Redis, key: bytes) -> None:
        self._client = client
        self._rows = Sealed(Incident, key)
        self._here = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Have the incidents to oneself, over all processes, for the length of the block."""
        async with self._here, self._client.lock(keys.INCIDENTS_TURN, timeout=TURN_SECONDS, sleep=0.01):
            yield

    async def seen(self, deliveries: Sequence[str]) -> list[str]:
        """Return the incident (`-` for none) that each delivery went into, empty where it is new."""
        if not deliveries:
            return []
        return [text(found) for found in await self._client.mget([keys.ALERTED.format(one) for one in deliveries])]

    async def keep(
        self, incidents: Sequence[Incident], went: Sequence[tuple[str, str, int]], counts: dict[str, int]
    ) -> None:
        """Keep incidents, where deliveries went (which, incident or `-`, seconds to know it), and counts, at once."""
        async with self._client.pipeline(transaction=True) as steps:
            for one in incidents:
                steps.set(keys.INCIDENT.format(one.id), self._rows.dump(one.id, one), ex=keys.INCIDENT_SECONDS)
                steps.zadd(keys.OPEN_INCIDENTS, {one.id: one.last.timestamp()})
                steps.sadd(keys.CHANGED_INCIDENTS, one.id)
                _closing(steps, one)
            for delivery, incident, seconds in went:
                steps.set(keys.ALERTED.format(delivery), incident, ex=seconds)
            for name, number in counts.items():
                steps.hincrby(keys.ALERT_COUNTS, name, number)
            await steps.execute()

    async def change(self, incident_id: str, changed: Callable[[Incident], Incident]) -> Incident | None:
        """Change an incident as it is by now, without telling that it changed; None if there is none."""
        async with self.turn():
            found = await self.get(incident_id)
            if found is None:
                return None
            made = changed(found)
            row = self._rows.dump(made.id, made)
            await self._client.set(keys.INCIDENT.format(made.id), row, ex=keys.INCIDENT_SECONDS)
            return made

    async def recovered(self, thread: ThreadRef, now: datetime) -> Incident | None:
        """Close the incident that a thread is about, of which somebody saw that all is well; None if there is none.

        Where several alerts fire, one that is over is not the end.
        """
        async with self.turn():
            for one in await self.recent():
                if one.thread == thread and one.resolved is None and sum(each.firing for each in one.troubles) <= 1:
                    closed = replace(one, resolved=now)
                    await self.keep([closed], (), {})
                    return closed
        return None

    async def get(self, incident_id: str) -> Incident | None:
        """Return an incident; None if there is none, or it was tampered with."""
        row = text(await self._client.get(keys.INCIDENT.format(incident_id)))
        try:
            return self._rows.load(incident_id, row) if row else None
        except Tampered:
            return None

    async def recent(self) -> tuple[Incident, ...]:
        """Return the incidents that are open, or closed so lately that an alert may open them again; newest first."""
        return await self._all(texts(await self._client.zrevrange(keys.OPEN_INCIDENTS, 0, -1)))

    async def drop(self, incident_id: str) -> None:
        """Let an incident rest: no alert opens it again."""
        await self._client.zrem(keys.OPEN_INCIDENTS, incident_id)

    async def changed(self) -> tuple[str, ...]:
        """Return the ids of incidents that changed since they were last shown."""
        return tuple(sorted(texts(list(await self._client.smembers(keys.CHANGED_INCIDENTS)))))

    async def shown(self, incident_id: str) -> None:
        """Forget that an incident changed; say so before showing it, so that what changes meanwhile is shown too."""
        await self._client.srem(keys.CHANGED_INCIDENTS, incident_id)

    async def again(self, incident_id: str) -> None:
        """Have an incident shown again."""
        await self._client.sadd(keys.CHANGED_INCIDENTS, incident_id)

    async def closed_since(self, moment: datetime) -> tuple[Incident, ...]:
        """Return the incidents that were over since then, the earliest first; each has opened, resolved and took."""
        found = await self._client.zrangebyscore(keys.CLOSED_INCIDENTS, moment.timestamp(), "+inf")
        return await self._all(texts(found))

    async def park(self, row: str) -> None:
        """Put aside what could not be taken in after several tries; people can look at it, nothing tries it again."""
        async with self._client.pipeline(transaction=True) as steps:
            steps.lpush(keys.PARKED_ALERTS, row)
            steps.ltrim(keys.PARKED_ALERTS, 0, keys.PARKED_ALERTS_MOST - 1)
            steps.hincrby(keys.ALERT_COUNTS, "parked", 1)
            await steps.execute()

    async def parked(self) -> tuple[str, ...]:
        """Return what was put aside, newest first."""
        return texts(await self._client.lrange(keys.PARKED_ALERTS, 0, -1))

    async def unpark(self, row: str) -> None:
        """Forget something that was put aside."""
        await self._client.lrem(keys.PARKED_ALERTS, 1, row)

    async def parked_count(self) -> int:
        """Return how much was put aside."""
        return int(await self._client.llen(keys.PARKED_ALERTS))

    async def counts(self) -> dict[str, int]:
        """Return how many alerts there were: taken = repeated + gathered + quiet, and apart from those, parked."""
        found = await self._client.hgetall(keys.ALERT_COUNTS)
        return {name: int(found.get(name, 0)) for name in COUNTED}

    async def _all(self, names: tuple[str, ...]) -> tuple[Incident, ...]:
        rows = await self._client.mget([keys.INCIDENT.format(name) for name in names]) if names else []
        found = []
        for name, row in zip(names, rows, strict=True):
            try:
                found += [self._rows.load(name, text(row))] if row else []
            except Tampered:
                continue
        return tuple(found)


def _closing(steps: Pipeline, one: Incident) -> None:
    """Add the step that remembers an incident by when it was over, or forgets that it was."""
    if one.resolved:
        steps.zadd(keys.CLOSED_INCIDENTS, {one.id: one.resolved.timestamp()})
    else:
        steps.zrem(keys.CLOSED_INCIDENTS, one.id)

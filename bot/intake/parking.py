"""What could not be taken in, or told: put aside where people can look at it, and tried again when they say so."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from redis.exceptions import RedisError

from bot.intake.reading import parsed, read
from bot.intake.record import Received
from bot.intake.shape import Shape
from bot.store.incidents import Incidents
from tools.redact import redact

INCIDENT = "incident"
"""In place of a source: an incident that could not be told."""
LONGEST = 20_000
"""Characters of a message that are kept; the messages of SQS have 262,144 at most, and few of them come near it."""

Take = Callable[[Sequence[Received]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Parked:
    """Something that was put aside.

    Attributes:
        source: Which door it came in by, or `incident`.
        why: What was wrong with it.
        body: The message, without its secrets; or the incident's id.
    """

    source: str
    why: str
    body: str


@dataclass(frozen=True, slots=True)
class Released:
    """What came of trying again: how many were taken in, and what is still put aside."""

    taken: int
    left: tuple[Parked, ...]


class Parking:
    """Puts aside, and tries again."""

    def __init__(self, incidents: Incidents, take: Take, shapes: Mapping[str, Shape]) -> None:
        self._incidents = incidents
        self._take = take
        self._shapes = shapes

    async def park(self, source: str, body: str, why: str) -> None:
        """Put something aside."""
        await self._incidents.park(_row(Parked(source, why, redact(body[:LONGEST]).text)))

    async def parked(self) -> tuple[Parked, ...]:
        """Return what was put aside, newest first."""
        return tuple(map(_read, await self._incidents.parked()))

    async def release(self) -> Released:
        """Try everything again, the oldest first; what fails again stays put aside."""
        taken, left = 0, list[Parked]()
        for row in reversed(await self._incidents.parked()):
            if problem := await self._tried(_read(row)):
                left.append(problem)
            else:
                await self._incidents.unpark(row)
                taken += 1
        return Released(taken, tuple(left))

    async def _tried(self, one: Parked) -> Parked | None:
        """Return what is wrong with it still; None if it was taken in."""
        if one.source == INCIDENT:
            return await self._shown_again(one)
        try:
            await self._take(read(one.source, parsed(one.body), self._shapes))
        except (RedisError, OSError):
            raise
        except (ValueError, TypeError, RecursionError, KeyError) as error:
            return replace(one, why=str(error) or type(error).__name__)
        return None

    async def _shown_again(self, one: Parked) -> Parked | None:
        if await self._incidents.change(one.body, lambda incident: replace(incident, tries=0)) is None:
            return replace(one, why="The incident is forgotten by now.")
        await self._incidents.again(one.body)
        return None


def put_aside(incident: str, why: str) -> str:
    """Return the row of an incident that could not be told."""
    return _row(Parked(INCIDENT, why, incident))


def _row(one: Parked) -> str:
    return json.dumps(asdict(one), ensure_ascii=False)


def _read(row: str) -> Parked:
    """Return what a row says; one that an earlier version wrote is a sentence."""
    try:
        told = json.loads(row)
    except ValueError:
        return Parked("", row, "")
    known = isinstance(told, dict) and {"source", "why", "body"} <= told.keys()
    return Parked(str(told["source"]), str(told["why"]), str(told["body"])) if known else Parked("", row, "")

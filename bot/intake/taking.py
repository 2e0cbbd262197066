"""Take alerts in: durable and gathered into incidents when it returns; what follows is done by whoever has time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from agents.contract import ThreadRef
from bot.aside import aside
from bot.intake.grouping import Arrived, Grouping
from bot.intake.parking import Parked, Parking, Released
from bot.intake.record import Received
from bot.intake.rules import Do, Rules
from bot.intake.sources import SOURCES
from bot.masking import masked_alert
from bot.store import keys
from bot.store.incidents import Incident
from bot.store.silences import Silence
from bot.store.store import Store
from tools.contract import ToolError
from tools.knowledge.services import services, services_in
from tools.redact import redact

NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an alert: the incident it is in, if any, and whether it was the one that opened it."""

    incident: Incident | None
    opened: bool = False


class Intake:
    """Takes alerts from every door."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self.rules = rules
        self._store = store
        self._incidents = store.incidents
        self._parking = Parking(store.incidents, self.take, SOURCES | rules.source)
        self._grouping = Grouping(timedelta(minutes=rules.window_minutes), rules.most, related)

    async def take(self, received: Sequence[Received], thread: ThreadRef | None = None) -> list[Taken]:
        """Keep alerts and return what became of each; the same again changes nothing.

        Args:
            received: The alerts of one message.
            thread: Where the message is, if it is in Slack: an incident it opens is told there, and nowhere else.
        """
        received = [replace(one, alert=masked_alert(one.alert), text=redact(one.text).text) for one in received]
        if not received:
            return []
        deliveries = [delivery_of(one) for one in received]
        async with self._incidents.turn():
            now = await self._store.connection.now()
            patterns = [one.pattern for one in await self._store.silences.all(now)]
            work = _Work(now, await self._incidents.recent(), patterns)
            for one, delivery, seen in zip(received, deliveries, await self._incidents.seen(deliveries), strict=True):
                work.taken.append(self._again(seen, delivery, work) or self._new(one, delivery, thread, work))
            await self._incidents.keep(list(work.changed.values()), work.went, work.counts)
        return [_latest(one, work) for one in work.taken]

    async def park(self, source: str, body: str, why: str) -> None:
        """Put aside what could not be taken in."""
        await self._parking.park(source, body, why)

    async def parked(self) -> tuple[Parked, ...]:
        """Return what was put aside, newest first."""
        return await self._parking.parked()

    async def release(self, by: str) -> Released:
        """Try what was put aside again; what fails again stays there."""
        released = await self._parking.release()
        data: dict[str, object] = {"by": by, "taken": released.taken, "left": len(released.left)}
        await aside(self._store.trail.append, "alerts released", data)
        return released

    async def snooze(self, what: str, until: datetime, by: str) -> Incident | None:
        """Leave an incident, or all alerts of a name, service or source, alone until then; return the incident."""
        now = await self._store.connection.now()
        found = await self._incidents.change(what, lambda one: replace(one, snoozed=until))
        if found is None:
            await self._store.silences.begin(Silence(what, until, by), now)
        data: dict[str, object] = {"what": what, "until": until.isoformat(), "by": by}
        await aside(self._store.trail.append, "snoozed", data)
        return found

    async def unsnooze(self, what: str, by: str) -> bool:
        """Look again at an incident, or at alerts that are silenced by exactly that pattern; False if neither was."""
        now = await self._store.connection.now()
        incident = await self._incidents.get(what)
        snoozed = incident is not None and incident.snoozed is not None and incident.snoozed > now
        if not snoozed and not await self._store.silences.end(what):
            return False
        if snoozed:
            await self._incidents.change(what, lambda one: replace(one, snoozed=None))
            await self._incidents.again(what)
        await aside(self._store.trail.append, "unsnoozed", {"what": what, "by": by})
        return True

    def _again(self, seen: str, delivery: str, work: "_Work") -> Taken | None:
        """Return what became of a delivery that came before."""
        before = seen or next((went for name, went, _ in work.went if name == delivery), "")
        if not before:
            return None
        work.count("repeated")
        incident = work.known.get(before)
        return Taken(incident, incident is not None and incident.opening == delivery)

    def _new(self, one: Received, delivery: str, thread: ThreadRef | None, work: "_Work") -> Taken:
        service = service_of(one)
        do, to = self.rules.of(one.alert, service, thread.channel if thread else "", work.now)
        seconds = keys.ALERTED_SECONDS if one.delivery else keys.REPEATED_SECONDS
        hushed = do is Do.QUIET or silenced(one, service, work.silences) or not (to or thread)
        arrived = Arrived(one, service, do is Do.LOOK, to, delivery)
        # a recovery starts nothing: it closes what it ends, however low it is graded and whatever is silenced by now
        unheard = hushed and one.alert.state == "firing"
        placed = None if unheard else self._grouping.place(arrived, tuple(work.known.values()), work.now)
        work.went.append((delivery, placed.id if placed else NOWHERE, seconds))
        work.count("gathered" if placed else "quiet")
        if placed is None:
            return Taken(None)
        if thread and placed.opening == delivery:
            placed = replace(placed, thread=thread, own=False, looked=work.now)
        work.keep(placed)
        return Taken(placed, placed.opening == delivery)


class _Work:
    """What one turn has gathered so far."""

    def __init__(self, now: datetime, recent: Sequence[Incident], silences: Sequence[str]) -> None:
        self.now = now
        self.known = {one.id: one for one in recent}
        self.silences = silences
        self.changed: dict[str, Incident] = {}
        self.went: list[tuple[str, str, int]] = []
        self.counts: dict[str, int] = {}
        self.taken: list[Taken] = []

    def count(self, what: str) -> None:
        """Count an alert by what became of it."""
        for name in ("taken", what):
            self.counts[name] = self.counts.get(name, 0) + 1

    def keep(self, incident: Incident) -> None:
        """Have an incident kept at the end of the turn."""
        self.known = {incident.id: incident} | self.known | {incident.id: incident}  # a new one comes first
        self.changed[incident.id] = incident


def delivery_of(one: Received) -> str:
    """Return what makes a message about an alert the same again: its number, its state, and what it says."""
    told = one.delivery or one.text
    return hashlib.sha256(f"{one.alert.source}\n{told}\n{one.key}\n{one.alert.state}".encode()).hexdigest()[:32]


def service_of(one: Received) -> str:
    """Return the service an alert is about: one of the catalogue if its fields name it, else as it says."""
    alert = one.alert
    try:
        named = services_in(f"{alert.service} {alert.name} {alert.resource}")
        return named[0].name if named else alert.service
    except ToolError:  # the catalogue is not right; `doctor` says so, and alerts come in all the same
        return alert.service


def related(one: str, other: str) -> bool:
    """Tell whether one service depends on the other, or the other on it, however far."""
    return other in _beneath(one) or one in _beneath(other)


def silenced(one: Received, service: str, patterns: Sequence[str]) -> bool:
    """Tell whether somebody asked for quiet about it."""
    names = [name.casefold() for name in (one.alert.name, service, one.alert.source, one.alert.resource) if name]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _beneath(name: str) -> set[str]:
    found: set[str] = set()
    todo = [name]
    try:
        known = services()
    except ToolError:
        return found
    while todo:
        service = known.get(todo.pop())
        more = set(service.depends_on if service else ()) - found
        found |= more
        todo += sorted(more)
    return found


def _latest(taken: Taken, work: _Work) -> Taken:
    return replace(taken, incident=work.known.get(taken.incident.id)) if taken.incident else taken

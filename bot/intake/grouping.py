"""Which incident an alert belongs to: by what it is, whose it is, and what that depends on; pure."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.intake.record import Received
from bot.store.incidents import Incident, Trouble

MOST_TROUBLES = 100
"""Alerts of an incident that are told apart; beyond that they are only counted."""
AGAIN = timedelta(minutes=5)
"""An incident that fires again after it was over is looked into again, if the last look is this old."""
Related = Callable[[str, str], bool]
"""Tells whether one service depends on the other, or the other on it, however far."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An alert with what is known about it here.

    Attributes:
        received: The alert.
        service: Its service by the catalogue, else as it says.
        looks: Whether a run looks into what it opens.
        to: Channel to tell it in.
        delivery: What makes it the same again.
    """

    received: Received
    service: str
    looks: bool
    to: str
    delivery: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """The measures of grouping."""

    window: timedelta
    most: int
    related: Related

    def place(self, arrived: Arrived, known: tuple[Incident, ...], now: datetime) -> Incident | None:
        """Return the incident with the alert in it, a new one if it belongs to none; None for a stray recovery."""
        near = [one for one in known if self._near(one, now)]
        key = arrived.received.key
        by_key = (one for one in known if any(each.key == key for each in one.troubles) and self._open(one, now))
        home = next(by_key, None)
        if home is None and arrived.received.alert.state != "firing":
            by_name = (one for one in near if any(_recovers(arrived, each) for each in one.troubles))
            home = next(by_name, None)
            return joined(home, arrived, now) if home else None
        home = home or next((one for one in near if self._belongs(arrived, one)), None) or self._crowd(near, now)
        return joined(home, arrived, now) if home else opened(arrived, now, gathers=self._full(near, now))

    def _open(self, one: Incident, now: datetime) -> bool:
        return one.resolved is None or self._near(one, now)

    def _near(self, one: Incident, now: datetime) -> bool:
        return now - (one.resolved or one.last) <= self.window

    def _belongs(self, arrived: Arrived, one: Incident) -> bool:
        name = arrived.received.alert.name.casefold()
        if any(each.alert.name.casefold() == name and each.service == arrived.service for each in one.troubles):
            return True
        return bool(arrived.service and one.service) and (
            arrived.service == one.service or self.related(arrived.service, one.service)
        )

    def _crowd(self, near: list[Incident], now: datetime) -> Incident | None:
        """Return the incident that takes in what comes while too much happens at once."""
        return next((one for one in near if one.gathers and now - one.opened <= 2 * self.window), None)

    def _full(self, near: list[Incident], now: datetime) -> bool:
        return sum(now - one.opened <= self.window for one in near) >= self.most - 1


def opened(arrived: Arrived, now: datetime, *, gathers: bool = False) -> Incident:
    """Return a new incident of one alert."""
    alert = arrived.received.alert
    return Incident(
        id="i-" + hashlib.sha256(f"{arrived.delivery}\n{now.isoformat()}".encode()).hexdigest()[:6],
        opening=arrived.delivery,
        title=alert.name,
        text=arrived.received.text,
        service=arrived.service,
        troubles=(_trouble(arrived, now),),
        looks=arrived.looks,
        to=arrived.to,
        opened=now,
        last=now,
        gathers=gathers,
    )


def joined(incident: Incident, arrived: Arrived, now: datetime) -> Incident:
    """Return the incident with one more alert: news of a trouble it has, or another trouble."""
    known = {one.key: one for one in incident.troubles}
    key = _same(incident, arrived)
    if key in known:
        known[key] = _told(known[key], arrived, now)
    elif len(known) < MOST_TROUBLES:
        known[key] = _trouble(arrived, now)
    troubles = tuple(known.values())
    firing = any(one.firing for one in troubles)
    again = incident.resolved is not None and firing and (incident.looked is None or now - incident.looked > AGAIN)
    return replace(
        incident,
        troubles=troubles,
        last=now,
        count=incident.count + 1,
        looks=incident.looks or arrived.looks,
        looked=None if again else incident.looked,
        look=incident.look + again,
        resolved=None if firing else incident.resolved or now,
    )


def _same(incident: Incident, arrived: Arrived) -> str:
    """Return the key of the trouble an alert is news of; a recovery may come by another door, and names it only."""
    key = arrived.received.key
    if arrived.received.alert.state == "firing" or any(one.key == key for one in incident.troubles):
        return key
    return next((one.key for one in incident.troubles if _recovers(arrived, one)), key)


def _recovers(arrived: Arrived, known: Trouble) -> bool:
    """Tell whether a recovery by another door is of a trouble: of the same name, and of nothing else that has it.

    A thousand findings have one title; that one of them is closed says nothing of the others.
    """
    alert = arrived.received.alert
    told, here = alert.resource.casefold(), known.alert.resource.casefold()
    return alert.name.casefold() == known.alert.name.casefold() and (told in here or here in told)


def _told(known: Trouble, arrived: Arrived, now: datetime) -> Trouble:
    alert = arrived.received.alert
    return replace(known, alert=replace(known.alert, state=alert.state, at=alert.at), count=known.count + 1, last=now)


def _trouble(arrived: Arrived, now: datetime) -> Trouble:
    return Trouble(arrived.received.key, arrived.received.alert, arrived.service, 1, now, now)

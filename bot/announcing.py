"""Tell incidents where people are, and have each looked into once; later alerts bring what was told up to date."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from agents.contract import Ask, AskKind, Speaker
from bot.intake.parking import put_aside
from bot.ports import Ports
from bot.remembering import Remembering
from bot.store.incidents import Incident
from bot.thread import Board, NotShownError

log = logging.getLogger(__name__)

TRIES = 3
SOONEST, LATEST = timedelta(seconds=2), timedelta(seconds=20)
"""Between two updates of an incident's message, the longer the older it is: Slack takes 50 updates a minute in all."""
CALM = timedelta(seconds=2)
"""Without another alert for so long, an incident's message is brought up to date at once."""
Hear = Callable[[Ask], Awaitable[bool]]


class Announcing:
    """Each chore may be done at any time, any number of times; one clock does them."""

    def __init__(self, ports: Ports, board: Board, hear: Hear, window: timedelta, rest: timedelta) -> None:
        self._ports = ports
        self._incidents = ports.store.incidents
        self._board = board
        self._hear = hear
        self._window = window
        self._rest = rest
        self._updated: dict[str, datetime] = {}
        self._remembering = Remembering(ports)

    async def announce(self) -> None:
        """Show what changed, the new first, and start the looks that are due."""
        found = [one for name in await self._incidents.changed() if (one := await self._known(name))]
        for incident in sorted(found, key=lambda one: (one.thread is not None, one.opened)):
            if not self._waits(incident, await self._ports.now()):
                await self._tell(incident)

    async def rest(self) -> None:
        """Let incidents rest that are over for a while, or of which nothing was heard for long."""
        now = await self._ports.now()
        for one in await self._incidents.recent():
            if now - one.last > self._rest or (one.resolved and now - one.resolved > self._window):
                self._updated.pop(one.id, None)
                await self._incidents.drop(one.id)

    async def _known(self, name: str) -> Incident | None:
        found = await self._incidents.get(name)
        if found is None:
            await self._incidents.shown(name)
        return found

    def _waits(self, incident: Incident, now: datetime) -> bool:
        """Tell whether an incident is left alone for now; it stays on the list of what changed."""
        if incident.snoozed and incident.snoozed > now:
            return True
        updated = self._updated.get(incident.id)
        every = min(LATEST, max(SOONEST, now - incident.opened)) if now - incident.last < CALM else SOONEST
        settled = incident.thread and (incident.looked or not incident.looks or incident.resolved)
        if not settled or updated is None:
            return False
        return not self._board.room() or (not incident.resolved and now - updated < every)

    async def _tell(self, incident: Incident) -> None:
        await self._incidents.shown(incident.id)  # before it is shown: what changes meanwhile is shown next
        try:
            if incident.own:
                incident = await self._shown(incident)
            await self._look(incident)
            await self._remember(incident)
        except NotShownError as error:
            await self._failed(incident, str(error))

    async def _shown(self, incident: Incident) -> Incident:
        thread = await self._board.show(incident)
        self._updated[incident.id] = await self._ports.now()
        if incident.thread:
            return incident
        return await self._incidents.change(incident.id, lambda one: replace(one, thread=thread)) or incident

    async def _look(self, incident: Incident) -> None:
        """Ask for a run if one is due; note when the first one reported."""
        now = await self._ports.now()
        if incident.looks and incident.looked is None and incident.resolved is None:
            await self._hear(asked(incident))
            await self._incidents.change(incident.id, lambda one: replace(one, looked=now))
        if incident.first_finding is None and (first := await self._reported(incident)):
            await self._incidents.change(incident.id, lambda one: replace(one, first_finding=first))

    async def _remember(self, incident: Incident) -> None:
        """Keep what an incident was, once it is over."""
        if incident.resolved and incident.thread:
            alert = replace(incident.troubles[0].alert, severity=incident.severity, at=incident.opened)
            await self._remembering.over(incident.thread, alert, incident.resolved)

    async def _reported(self, incident: Incident) -> datetime | None:
        turns = await self._ports.store.transcripts.of(incident.thread.key) if incident.thread else ()
        return next((turn.at for turn in turns if turn.speaker is Speaker.AGENT and turn.report), None)

    async def _failed(self, incident: Incident, why: str) -> None:
        """Try again on the next tick, and after three tries put it aside."""
        tried = await self._incidents.change(incident.id, lambda one: replace(one, tries=one.tries + 1))
        log.warning("incident %s could not be shown: %s", incident.id, why)
        if tried and tried.tries < TRIES:
            await self._incidents.again(incident.id)
        else:
            await self._incidents.park(put_aside(incident.id, why))


def asked(incident: Incident) -> Ask:
    """Return the ask to look into an incident; the same look is the same ask.

    Raises:
        NotShownError: It has no thread to answer in.
    """
    if incident.thread is None:
        raise NotShownError("It has no thread yet.")
    first = next((one for one in incident.troubles if one.firing), incident.troubles[0])
    alert = replace(first.alert, severity=incident.severity, service=incident.service or first.alert.service)
    name = f"{incident.id}:{incident.opened.timestamp()}:{incident.look}"
    return Ask(name, AskKind.ALERT, incident.text, incident.thread, "", incident.last, alert=alert)

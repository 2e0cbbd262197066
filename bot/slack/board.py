"""Incidents in a channel: one message each, posted once and brought up to date as alerts come and go."""

from agents.contract import ThreadRef
from bot.slack.blocks import context, moment, section
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.escape import cut, mrkdwn, plain
from bot.slack.limits import TEXT, MalformedError, checked
from bot.slack.posting import Identity, Poster
from bot.slack.report import afterwards
from bot.store.incidents import Incident, Trouble
from bot.thread import NotShownError
from tools.contract import JsonObject

EVENT = "infra_incident"
LINES = 6
"""Alerts that are listed; the rest are counted."""
_SIGNS = {"P1": "🔴", "P2": "🟠", "P3": "🟡", "P4": "🔵"}


class SlackBoard:
    """Posts and updates incidents."""

    def __init__(self, calls: Calls, poster: Poster, identity: Identity) -> None:
        self._calls = calls
        self._poster = poster
        self._identity = identity

    def room(self) -> bool:
        """Tell whether Slack takes another update right now."""
        return self._calls.room("chat.update")

    async def show(self, incident: Incident) -> ThreadRef:
        """Post an incident, or update its message; return the thread it has.

        Raises:
            NotShownError: Slack declined, or cannot be reached.
        """
        try:
            return await self._shown(incident)
        except (DeclinedError, LostError, MalformedError) as error:
            raise NotShownError(str(error)) from error

    async def _shown(self, incident: Incident) -> ThreadRef:
        if incident.thread:
            await self._poster.update(incident.thread.channel, incident.thread.ts, card(incident))
            return incident.thread
        place = ThreadRef(str((await self._identity.known())["team_id"]), incident.to, "")
        ts = await self._poster.post(place, card(incident), EVENT, incident=incident.id)
        return ThreadRef(place.team, place.channel, ts)


def card(incident: Incident) -> JsonObject:
    """Return an incident's message; what alerts say is made safe."""
    title = _title(incident)
    lines = "\n".join(map(_line, incident.troubles[:LINES]))
    more = len(incident.troubles) - LINES
    blocks = [section(title), section(f"{lines}\n… and {more} more" if more > 0 else lines), context(_facts(incident))]
    blocks += [afterwards()] if incident.resolved and incident.looked else []
    state = "resolved" if incident.resolved else "firing"
    carried = {"incident": incident.id, "state": state, "count": incident.count}
    metadata: JsonObject = {"event_type": EVENT, "event_payload": carried}
    return {"text": cut(title, TEXT), "blocks": checked(blocks), "metadata": metadata}


def _title(incident: Incident) -> str:
    sign = "✅" if incident.resolved else _SIGNS.get(incident.severity, "🟠")
    crowd = "Many alerts at once, the first: " if incident.gathers else ""
    whose = f" · {mrkdwn(plain(incident.service))}" if incident.service else ""
    bad = f"{incident.severity} " if incident.severity else ""
    over = " · resolved" if incident.resolved else ""
    return f"{sign} {bad}*{crowd}{cut(mrkdwn(plain(incident.title)), 300)}*{whose}{over}"


def _line(one: Trouble) -> str:
    sign = "•" if one.firing else "✓"
    about = f" · {cut(mrkdwn(plain(one.alert.resource)), 120)}" if one.alert.resource else ""
    often = f" · {one.count} times" if one.count > 1 else ""
    return f"{sign} {cut(mrkdwn(plain(one.alert.name)), 200)}{about}{often}"


def _facts(incident: Incident) -> str:
    sources = ", ".join(sorted({mrkdwn(plain(one.alert.source)) for one in incident.troubles}))
    firing = sum(one.firing for one in incident.troubles)
    counted = f"{incident.count} alert{'s' if incident.count > 1 else ''} from {sources}"
    took = f"took {_minutes(incident)}" if incident.resolved else f"{firing} firing"
    return " · ".join((f"`{incident.id}`", counted, took, f"since {moment(incident.opened)}"))


def _minutes(incident: Incident) -> str:
    hours, minutes = divmod(round(incident.took.total_seconds() / 60) if incident.took else 0, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else "under a minute"

"""Snooze: leave an incident, or alerts of a name, alone for a while."""

import re
from datetime import UTC, datetime, timedelta

from bot.listeners import words
from bot.listeners.desk import Desk
from bot.slack.blocks import moment
from bot.slack.escape import mrkdwn

USAGE = (
    "Say what and how long: `/infra snooze i-4f2a1c 2h`, or the name of an alert or a service: `snooze checkout-* 30m`."
)
VAGUE = "That would silence too much; name at least three letters of an alert, a service or a source."
_LETTERS = 3


async def snooze(desk: Desk, asked: words.Snooze, by: str) -> str:
    """Do it, and return what the person who asked is told."""
    if not asked.what or not asked.minutes or desk.alerts is None:
        return USAGE
    if len(re.findall(r"\w", asked.what)) < _LETTERS:
        return VAGUE
    until = datetime.now(UTC) + timedelta(minutes=asked.minutes)
    incident = await desk.alerts.snooze(asked.what, until, by)
    end = moment(until, "{date_short_pretty} {time}")
    if incident:
        return f"Incident `{incident.id}` ({mrkdwn(incident.title)}) is left alone until {end}."
    return f"Alerts whose name, service, source or resource is `{mrkdwn(asked.what)}` start nothing until {end}."

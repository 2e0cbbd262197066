"""Snooze and unsnooze: leave an incident, or alerts of a name, alone for a while, and look at them again."""

import re
from datetime import UTC, datetime, timedelta

from bot.flow import Status
from bot.listeners import words
from bot.listeners.answers import LINES, in_a_line, left_alone
from bot.listeners.desk import Desk
from bot.slack.blocks import moment
from bot.slack.escape import mrkdwn

USAGE = (
    "Say what and how long: `/infra snooze i-4f2a1c 2h`, or the name of an alert or a service: `snooze checkout-* 30m`."
)
VAGUE = "That would silence too much; name at least three letters of an alert, a service or a source."
NOTHING = "Nothing is left alone."
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
    early = f"`/infra unsnooze {mrkdwn(asked.what)}` ends it early."
    if incident:
        return f"Incident `{incident.id}` ({mrkdwn(incident.title)}) is left alone until {end}. {early}"
    return (
        f"Alerts whose name, service, source or resource is `{mrkdwn(asked.what)}` start nothing until {end}. {early}"
    )


async def unsnooze(desk: Desk, what: str, channel: str, by: str) -> str:
    """Do it, and return what the person who asked is told: without such a snooze, which ones there are."""
    if what and desk.alerts and await desk.alerts.unsnooze(what, by):
        return (
            f"`{mrkdwn(what)}` is looked at again. Alerts that came while a name was silenced were counted, not kept: "
            "the next one is told."
        )
    missed = f"`{mrkdwn(what)}` is not left alone. " if what else ""
    return missed + _listed(await desk.flow.status_for(channel, by))


def _listed(now: Status) -> str:
    at = datetime.now(UTC)
    incidents = [one for one in now.incidents if one.snoozed and one.snoozed > at]
    quiet = [f"• {left_alone(one)}: `/infra unsnooze {mrkdwn(one.pattern)}`" for one in now.silences]
    quiet += [f"• {in_a_line(one)}: `/infra unsnooze {one.id}`" for one in incidents]
    if not quiet:
        return NOTHING
    more = [f"… and {len(quiet) - LINES} more"] if len(quiet) > LINES else []
    return "\n".join(["What is left alone, and how to end it:", *quiet[:LINES], *more])

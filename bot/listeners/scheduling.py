"""`/infra schedule`: list what is asked by itself; run, pause, resume, add and remove it, after a second look."""

import difflib
import re
from datetime import UTC, datetime

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.digests.planning import Planned
from bot.digests.schedules import Schedule
from bot.listeners import words
from bot.listeners.asks import name_of
from bot.listeners.desk import Desk
from bot.listeners.ports import Schedules
from bot.listeners.reviews import Ack, part
from bot.people import LookupDownError
from bot.slack import forms, planner
from bot.slack.blocks import moment
from bot.slack.cards import mention
from bot.slack.escape import cut, mrkdwn
from bot.thread import NotShownError
from tools.contract import JsonObject

NONE = "Nothing is asked by itself. Add something with `/infra schedule add`, or in config/schedules.toml."
UNSURE = "Slack cannot say right now who you are; please try again."
HERE = "Use this in the channel that the answer is to be posted in."
OFF = "Nothing is asked by itself here."
SHAPES = {
    "name": "Write small letters, digits and dashes, such as posture-weekly.",
    planner.AUDIENCE: "Write handles of user groups, such as @oncall @security.",
}
_LINES = 20


async def schedule(desk: Desk, asked: words.Schedule, channel: str, user: str, body: JsonObject) -> str:
    """Do what the command says, or ask for a second look in a window; return what its author alone is told."""
    if desk.schedules is None:
        return OFF
    if asked.do == "list":
        return _listed(await desk.schedules.planning.all())
    if asked.do == "add":
        return HERE if channel.startswith("D") else await _opened(desk, body, planner.add(channel, asked.rest))
    return await _second_look(desk, desk.schedules, asked, body, user)


async def on_confirmed(desk: Desk, body: JsonObject, ack: Ack) -> None:
    """Do what somebody confirmed, if they may."""
    view, user = part(body, "view"), part(body, "user")
    do, _, name = str(view.get("private_metadata") or "").partition(" ")
    planned = await desk.schedules.planning.named(name) if desk.schedules else None
    if desk.schedules is None or planned is None:
        await ack(response_action="update", view=forms.told("That schedule is gone."))
        return
    refusal = await _refusal(desk, desk.schedules, user, planned.schedule.channel)
    if not refusal:
        refusal = await _done(desk.schedules, do, planned, str(user.get("id")), str(view.get("id")))
    await (ack(response_action="update", view=forms.told(refusal)) if refusal else ack())


async def on_added(desk: Desk, body: JsonObject, ack: Ack) -> None:
    """Add what somebody filled in; what does not fit is said beside its field."""
    view, user = part(body, "view"), part(body, "user")
    channel, said = str(view.get("private_metadata") or ""), planner.filled_in(view)
    refusal = await _refusal(desk, desk.schedules, user, channel) if desk.schedules else OFF
    if refusal or desk.schedules is None:
        await ack(response_action="update", view=forms.told(refusal))
        return
    errors = await _added(desk.schedules, {**said, "channel": channel}, str(user.get("id")))
    await (ack(response_action="errors", errors=errors) if errors else ack())


async def _second_look(desk: Desk, schedules: Schedules, asked: words.Schedule, body: JsonObject, user: str) -> str:
    planned = await schedules.planning.named(asked.rest)
    if planned is None:
        return _missed(asked, [one.schedule.name for one in await schedules.planning.all()])
    if asked.do == "remove" and not planned.added:
        return "That one is in config/schedules.toml; remove it there, or pause it here."
    refusal = await _unless_editor(schedules, user)
    it = planned.schedule
    return refusal or await _opened(desk, body, planner.confirm(asked.do, it.name, it.what, it.channel))


def _missed(asked: words.Schedule, names: list[str]) -> str:
    if not asked.rest:
        example = names[0] if names else "posture-weekly"
        return f"Say which one, such as `/infra schedule {asked.do} {example}`; `/infra schedule list` has them all."
    near = difflib.get_close_matches(asked.rest.lower(), names, n=1)
    meant = f"did you mean `{near[0]}`?" if near else "see `/infra schedule list`."
    return f"There is no schedule `{mrkdwn(cut(asked.rest, 60))}`; {meant}"


async def _opened(desk: Desk, body: JsonObject, view: JsonObject) -> str:
    await desk.calls.call("views.open", {"trigger_id": body.get("trigger_id"), "view": view})
    return ""


async def _refusal(desk: Desk, schedules: Schedules, user: JsonObject, channel: str) -> str:
    """Return why somebody may not change what is posted in a channel; empty if they may."""
    who = str(user.get("id") or "")
    try:
        refused = await desk.refuses(who, str(user.get("team_id") or ""), channel)
    except LookupDownError as error:
        return str(error) or UNSURE
    return (refused.words or "This is not for you.") if refused else await _unless_editor(schedules, who)


async def _unless_editor(schedules: Schedules, user: str) -> str:
    try:
        return await schedules.planning.refuses(user)
    except LookupDownError as error:
        return str(error) or UNSURE


async def _done(schedules: Schedules, do: str, planned: Planned, by: str, window: str) -> str:
    """Do it; return why it could not be done, if it could not."""
    name = planned.schedule.name
    match do:
        case "run":
            return await _run(schedules, planned.schedule, window)
        case "pause":
            await schedules.planning.pause(name, by)
        case "resume":
            await schedules.planning.resume(name, by)
        case _ if not await schedules.planning.remove(name, by):
            return "That one is in config/schedules.toml; remove it there."
    return ""


async def _run(schedules: Schedules, it: Schedule, window: str) -> str:
    try:
        await schedules.asking.run(it, name_of(window))
    except NotShownError:
        return f"I cannot post in <#{it.channel}> right now; am I in it?"
    return ""


async def _added(schedules: Schedules, said: dict[str, str], by: str) -> dict[str, str]:
    """Add a schedule; return what does not fit, by field."""
    groups = tuple(dict.fromkeys(re.findall(r"[^\s,;@]+", said[planner.AUDIENCE].lower())))
    try:
        made = Schedule.model_validate({**said, planner.AUDIENCE: groups})
    except ValidationError as error:
        found = error.errors(include_url=False)
        return {str(one["loc"][0]): _wrong(one) for one in found}
    if nobody := await schedules.planning.unknown(groups):
        return {planner.AUDIENCE: f"Nobody is in {' and '.join(f'@{one}' for one in nobody)}; is that its handle?"}
    if not await schedules.planning.add(made, by):
        return {"name": "There is a schedule of that name; choose another."}
    return {}


def _wrong(error: ErrorDetails) -> str:
    """Return what does not fit, for people: a pattern says nothing to most."""
    known = SHAPES.get(str(error["loc"][0]), "") if error["type"] == "string_pattern_mismatch" else ""
    return known or str(error["msg"]).removeprefix("Value error, ")


def _listed(planned: tuple[Planned, ...]) -> str:
    lines = [_line(one) for one in planned[:_LINES]]
    more = [f"… and {len(planned) - _LINES} more"] if len(planned) > _LINES else []
    return "\n".join([*lines, *more]) or NONE


def _line(planned: Planned) -> str:
    it = planned.schedule
    coming = it.upcoming(datetime.now(UTC))
    soon = f"next {moment(coming, '{date_short_pretty} {time}')}" if coming else "never again"
    state = f"⏸ paused by {mention(planned.paused)}" if planned.paused else soon
    whose = f" · added by {mention(planned.added)}" if planned.added else ""
    called = f" · for {', '.join(f'@{group}' for group in it.audience)}" if it.audience else ""
    return (
        f"• *{it.name}* in <#{it.channel}>: {cut(mrkdwn(it.what), 200)} · `{mrkdwn(it.due)}` · {state}{called}{whose}"
    )

"""The windows about schedules: a second look before one is run, paused, resumed or removed; the form of a new one."""

from collections.abc import Mapping

from bot.slack.blocks import section
from bot.slack.escape import mrkdwn
from bot.slack.forms import filled, form
from tools.contract import JsonObject

CONFIRM = "infra_schedule_confirm"
ADD = "infra_schedule_add"
AUDIENCE = "audience"
FIELDS: Mapping[str, tuple[str, str, int]] = {
    "name": ("Name", "Short, such as posture-weekly.", 41),
    "what": ("What to ask", "In the words you would use, such as: posture", 3000),
    "when": ("When", "Minute hour day month weekday, as in cron; weekdays by name: 0 9 * * mon-fri", 100),
    "zone": ("Time zone", "Such as Europe/Berlin.", 60),
    AUDIENCE: ("For whom", "User groups who are mentioned, by their handles, such as @oncall @security.", 200),
}
_DOES = {
    "run": "asked now, and answered in",
    "pause": "asked no more, until somebody resumes it, in",
    "resume": "asked again when it is due next, in",
    "remove": "forgotten; it was asked in",
}


def confirm(do: str, name: str, what: str, channel: str) -> JsonObject:
    """Return the window that asks whether a schedule is really to be run, paused, resumed or removed."""
    words = section(f"*{mrkdwn(name)}* is {_DOES[do]} <#{channel}>.\n>{mrkdwn(what)}")
    return form(CONFIRM, f"{do.title()} this?", do.title(), f"{do} {name}", [words])


def add(channel: str, what: str) -> JsonObject:
    """Return the form of a new schedule, which is answered in the channel it was asked for in."""
    where = section(f"The answer is posted in <#{channel}>, and everybody there can act on it.")
    given = {"what": what, "zone": "UTC"}
    return form(
        ADD, "New schedule", "Add it", channel, [where, *(_field(name, given.get(name, "")) for name in FIELDS)]
    )


def filled_in(view: JsonObject) -> dict[str, str]:
    """Return what somebody filled into the form, by field."""
    return {name: str(filled(view, name).get("value") or "").strip() for name in FIELDS}


def _field(name: str, value: str) -> JsonObject:
    label, hint, most = FIELDS[name]
    element: JsonObject = {"type": "plain_text_input", "action_id": name, "max_length": most}
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "hint": {"type": "plain_text", "text": hint},
        "element": element | ({"initial_value": value[:most]} if value else {}),
        "optional": name == AUDIENCE,
    }

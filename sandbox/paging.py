"""The message that pages people: the alarm of a world as the alert bot posts it in Slack."""

from dataclasses import dataclass, field

from sandbox.company import Company
from sandbox.slack.wire import Body

COLORS = {"ALARM": "#d13212", "OK": "#1d8102"}


@dataclass(frozen=True)
class Page:
    """What the alert bot posts, and where."""

    channel: str
    text: str
    attachments: list[Body] = field(default_factory=list)


def page_of(company: Company, channel: str = "C0INCIDEN") -> Page | None:
    """Return the page: as world.toml words it, else for the first alarm that fires, or the first; None without one."""
    match company.world.settings.get("alert"):
        case {"text": str(text)}:
            return Page(channel, company.world.shift.text(text).strip())
        case _:
            present = company.cloud.present
            alarms = [*present.composites(), *present.alarms()]  # who has a composite alarm is paged by it
            firing = [alarm for alarm in alarms if alarm.get("StateValue") == "ALARM"]
            return next((_of_alarm(alarm, channel) for alarm in firing or alarms), None)


def _of_alarm(alarm: Body, channel: str) -> Page:
    name, state = alarm["AlarmName"], alarm.get("StateValue", "ALARM")
    title, since = f"{state}: {name}", str(alarm.get("StateUpdatedTimestamp", "")).replace("+00:00", " UTC")
    facts = [
        {"title": "Reason", "value": str(alarm.get("StateReason", "")), "short": False},
        {"title": "Metric", "value": f"{alarm.get('Namespace', '')} {alarm.get('MetricName', '')}", "short": True},
        {"title": "Since", "value": since, "short": True},
    ]
    attachment: Body = {
        "color": COLORS.get(state, "#879596"),
        "text": str(alarm.get("AlarmDescription", "")),
        "fields": facts,
        "fallback": title,
    }
    return Page(channel, title, [attachment])

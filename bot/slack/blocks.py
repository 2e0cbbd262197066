"""The few Block Kit shapes we use, as plain functions; the text is expected to be escaped already."""

from collections.abc import Iterable
from datetime import datetime

from bot.slack.escape import cut
from bot.slack.limits import FIELD, HEADER, IMAGE, SECTION
from tools.contract import JsonObject

FENCE = "```"
_NOTHING = "-"


def header(text: str) -> JsonObject:
    """Return a header; plain text, cut to Slack's limit."""
    return {"type": "header", "text": {"type": "plain_text", "text": cut(text or _NOTHING, HEADER), "emoji": True}}


def section(text: str, accessory: JsonObject | None = None) -> JsonObject:
    """Return a paragraph of mrkdwn, cut to Slack's limit."""
    block: JsonObject = {"type": "section", "text": words(cut(text or _NOTHING, SECTION))}
    return block | ({"accessory": accessory} if accessory else {})


def fields(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Return titled values side by side."""
    return {
        "type": "section",
        "fields": [words(cut(f"*{title}*\n{value or _NOTHING}", FIELD)) for title, value in pairs],
    }


def context(*lines: str) -> JsonObject:
    """Return small gray lines, at most ten."""
    return {"type": "context", "elements": [words(cut(line or _NOTHING, SECTION)) for line in lines[:10]]}


def fenced(text: str) -> JsonObject:
    """Return a code block; the text is cut so that the fence still closes."""
    return section(f"{FENCE}\n{cut(text, SECTION - 2 * len(FENCE) - 2)}\n{FENCE}")


def image(file: str, alt: str) -> JsonObject:
    """Return a picture that was uploaded; `alt` is what it shows, in words."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(alt or _NOTHING, IMAGE)}


def markdown(text: str) -> JsonObject:
    """Return a block of Markdown."""
    return {"type": "markdown", "text": text or _NOTHING}


def actions(block_id: str, *elements: JsonObject) -> JsonObject:
    """Return a row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(action: str, label: str, value: str, style: str = "", confirm: JsonObject | None = None) -> JsonObject:
    """Return a button; `value` is all it carries."""
    made: JsonObject = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value,
    }
    return made | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirm(title: str, text: str, yes: str, style: str = "primary") -> JsonObject:
    """Return the question asked before a button counts."""
    return {
        "title": {"type": "plain_text", "text": cut(title, 100)},
        "text": {"type": "plain_text", "text": cut(text, 300)},
        "confirm": {"type": "plain_text", "text": cut(yes, 30)},
        "deny": {"type": "plain_text", "text": "Not now"},
        "style": style,
    }


def words(text: str) -> JsonObject:
    """Return a mrkdwn object; verbatim, so that Slack finds no names or links of its own in it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def moment(at: datetime, form: str = "{time}") -> str:
    """Return a time that every reader sees in their own time zone."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%H:%M} UTC>"

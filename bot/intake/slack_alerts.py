"""An alert bot's Slack message as an alert: CloudWatch, Alertmanager, Datadog or any other; pure and forgiving."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from agents.contract import Alert
from bot.intake import meaning
from bot.intake.record import LONGEST
from tools.contract import JsonObject

_RESOLVED = re.compile(r"\[RESOLVED|^\W*(?:OK\b|Resolved\b|Recovered\b)|\b(?:is|state is|to) OK\b|^OK:", re.IGNORECASE)
_COLORS = {"good", "2eb886", "36a64f", "2fa44f", "1d9d2d", "008000"}
_SEVERITY = re.compile(r"\b(?:P|SEV-?|S)(?P<level>[1-4])\b", re.IGNORECASE)
_LINK = re.compile(r"<(?P<url>https?://[^>|]+)(?:\|(?P<label>[^>]*))?>")
_NAMES = (
    ("cloudwatch", re.compile(r"CloudWatch Alarm\s*\|\s*(?P<name>[^|\n]+?)\s*(?:\||$)", re.MULTILINE)),
    (
        "cloudwatch",
        re.compile(r"^\W*(?:ALARM|OK):\s*[\"“]?(?P<name>[^\"”\n|]+?)[\"”]?(?:\s+in\s+[A-Z].*)?$", re.MULTILINE),
    ),
    ("cloudwatch", re.compile(r"\b[Aa]larm[:\s]+[\"“`*]*(?P<name>[\w./-]*[-/_.][\w./-]+)[\"”`*]*")),
    ("alertmanager", re.compile(r"\[(?:FIRING|RESOLVED)(?::\d+)?\]\s*(?P<name>[\w./-]+)", re.IGNORECASE)),
    ("datadog", re.compile(r"^\W*(?:Triggered|Re-Triggered|Recovered|Warn|No data)[:\s]+(?P<name>.+)$", re.MULTILINE)),
)
_SENDERS = re.compile(
    r"\b(pagerduty|opsgenie|sentry|grafana|datadog|alertmanager|prometheus|new ?relic|dynatrace|zabbix|cloudwatch)",
    re.IGNORECASE,
)
_AROUND = re.compile(r"^(?:\s|:[\w+-]+:|[*_`\"]|New alert:|\[?#\d+\]?[:\s])+|[*_`\"\s]+$", re.IGNORECASE)
"""Emoji and marks of bold; the number by which PagerDuty and Opsgenie call an incident, before what it is about."""
_NAME_FIELDS = ("alarm name", "alarmname", "alertname", "monitor")
_SERVICE_FIELDS = ("service", "app", "application", "deployment", "job")
_RESOURCE_FIELDS = ("resource", "instance", "dimensions", "dbinstanceidentifier", "pod", "host")
_TIME_FIELDS = ("time", "timestamp", "started", "starts at", "state change time")


@dataclass(frozen=True, slots=True)
class Read:
    """What a message says: its lines in order, its titled values by lower-case title, its colors, links and times."""

    lines: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    colors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines, without repetition."""
        return "\n".join(dict.fromkeys(line for line in self.lines if line))


def read_alert(message: JsonObject) -> tuple[Alert, str]:
    """Return the alert and its words; every field that cannot be told is empty."""
    read = _read(message)
    source, name = _name(read)
    source, name = _sender(message, read) or source, _AROUND.sub("", name) or name
    resolved = _RESOLVED.search(read.text) or any(color in _COLORS for color in read.colors)
    alert = Alert(
        source=source,
        name=name,
        state="resolved" if resolved else "firing",
        severity=_severity(read),
        service=_value(read, _SERVICE_FIELDS),
        resource=_value(read, _RESOURCE_FIELDS),
        at=_moment(read),
        link=read.links[0] if read.links else "",
    )
    return alert, read.text[:LONGEST]


def _read(message: JsonObject) -> Read:
    read = Read()
    _take(read, message.get("text"))
    for block in _objects(message.get("blocks")):
        _block(read, block)
    for attachment in _objects(message.get("attachments")):
        _attachment(read, attachment)
    for title, value in re.findall(r"^[*_]*([\w ]{2,30}?)[*_]*:[*_]*[ \t]+(.+)$", read.text, re.MULTILINE):
        read.values.setdefault(title.strip().lower(), value.strip())
    return read


def _attachment(read: Read, attachment: JsonObject) -> None:
    for part in ("pretext", "title", "text"):
        _take(read, attachment.get(part))
    for one in _objects(attachment.get("fields")):
        title, value = _plain(one.get("title")), _plain(one.get("value"))
        read.values.setdefault(title.lower(), value)
        read.lines.append(f"{title}: {value}")
    for block in _objects(attachment.get("blocks")):
        _block(read, block)
    if not attachment.get("title") and not attachment.get("text"):
        _take(read, attachment.get("fallback"))
    read.colors.append(str(attachment.get("color") or "").lstrip("#").lower())
    link = str(attachment.get("title_link") or "")
    read.links.extend([link] if link.startswith("https://") else [])
    stamp = attachment.get("ts")
    if isinstance(stamp, int | float | str) and re.fullmatch(r"\d{9,11}(\.\d+)?", str(stamp)):
        read.times.append(datetime.fromtimestamp(float(stamp), UTC))


def _block(read: Read, block: JsonObject) -> None:
    for text in _texts(block):
        _take(read, text)


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """Yield all text in a block, whatever its type; nesting beyond Slack's own is not followed."""
    if depth > 8:  # noqa: PLR2004 - rich text nests five deep
        return
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, depth + 1)
    elif isinstance(value, dict):
        text = value.get("text")
        yield from [text] if isinstance(text, str) else []
        for name in ("text", "elements", "fields"):
            yield from _texts(value.get(name), depth + 1) if not isinstance(value.get(name), str) else ()


def _take(read: Read, text: object) -> None:
    raw = text if isinstance(text, str) else ""
    read.links.extend(found["url"] for found in _LINK.finditer(raw) if found["url"].startswith("https://"))
    read.lines.extend(line.strip() for line in _plain(raw).splitlines())


def _plain(text: object) -> str:
    raw = text if isinstance(text, str) else "" if text is None else str(text)
    return html.unescape(_LINK.sub(lambda found: found["label"] or found["url"], raw)).replace("\x00", "")


def _name(read: Read) -> tuple[str, str]:
    for source, pattern in _NAMES:
        if found := pattern.search(read.text):
            return source, _value(read, _NAME_FIELDS) or found["name"].strip()[:200]
    first = next((line for line in read.lines if line), "")
    return "unknown", (_value(read, _NAME_FIELDS) or first)[:200]


def _sender(message: JsonObject, read: Read) -> str:
    """Return whose bot it is, by what it calls itself, by its footers, or by where its links lead."""
    profile = message.get("bot_profile")
    names = [message.get("username"), profile.get("name") if isinstance(profile, dict) else ""]
    parts = [one.get(part) for one in _objects(message.get("attachments")) for part in ("author_name", "footer")]
    hosts = [urlsplit(link).netloc for link in read.links]
    found = next(filter(None, (_SENDERS.search(str(said or "")) for said in (*names, *parts, *hosts))), None)
    named = found[1].lower().replace(" ", "") if found else ""
    return {"prometheus": "alertmanager"}.get(named, named)


def _severity(read: Read) -> str:
    stated = _value(read, ("severity", "priority", "level", "urgency"))
    if found := _SEVERITY.search(stated) or _SEVERITY.search(read.text):
        return f"P{found['level']}"
    return meaning.severity(stated)


def _value(read: Read, titles: tuple[str, ...]) -> str:
    found = next((read.values[title] for title in titles if read.values.get(title)), "")
    if not found:
        tags = "|".join(titles)
        tagged = re.search(rf"\b(?:{tags})\s?[=:]\s*\"?([\w./-]+)", read.text, re.IGNORECASE)
        found = tagged.group(1) if tagged else ""
    return found.strip("`*_\"' ")[:200]


def _moment(read: Read) -> datetime | None:
    stated = _value(read, _TIME_FIELDS)
    return meaning.moment(stated) or meaning.moment(stated.replace(" +", "+")) or next(iter(read.times), None)


def _objects(value: object) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

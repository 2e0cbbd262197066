"""A payload of any source as alerts; pure, and never an error: what no rule knows becomes readable text."""

import json
import re
from collections.abc import Mapping
from datetime import datetime

from agents.contract import Alert
from bot.intake import meaning
from bot.intake.amazon import unwrapped
from bot.intake.paths import at, called, leaves, objects, said, tidied
from bot.intake.record import LONGEST, Received, key_of
from bot.intake.shape import ANY, Paths, Shape
from bot.intake.sources import SOURCES
from tools.contract import JsonObject

MOST = 500
"""Alerts that are taken from one payload; the largest groups of Alertmanager are smaller."""
NAME = 200
"""Characters of a name that are kept."""
WORDLESS = "An alert that says nothing"
SHALLOW = 2
"""Levels at which a field speaks of the alert; what is deeper is detail."""
_RESOURCE = re.compile(r"\b(?:arn:aws[\w-]*:[^\s\"']+|(?:i|vol|sg|vpc|subnet|eni|nat|igw|snap|ami)-[0-9a-f]{8,17})\b")
"""Resources of AWS by their ids, as titles of findings name them."""
_SCOPE = re.compile(r"\bon \{(?P<scope>[^{}]{1,300})\}")
_PLAIN = Shape(
    name=("name",),
    severity=("severity",),
    state=("state",),
    resource=("resource",),
    service=("service",),
    at=("time",),
    link=("link",),
    key=("key",),
)
_MARK = re.compile(
    r"^\W*?(?:(?:\[(?:{marks})\b[^\]]*\]|(?:{marks})\b[\w\s]{{0,20}}:)\s*)+".format(
        marks="FIRING|RESOLVED|Alerting|ALARM|OK|No Data|(?:Re-)?Triggered|Recovered|Warn|P[1-5]"
    ),
    re.IGNORECASE,
)
_RESOLVED_FLAGS = {"resolved", "isresolved", "recovered", "closed"}
_FIRING_FLAGS = {"active", "isactive", "firing", "alerting"}


def read(source: str, payload: object, shapes: Mapping[str, Shape] = SOURCES) -> tuple[Received, ...]:
    """Return the alerts in a payload.

    Args:
        source: Who sent it, as in `/alerts/<source>`; empty if nobody said.
        payload: JSON of any shape, or text.
        shapes: The sources that are known.
    """
    taken = [
        _one(name, item, shapes.get(name, _PLAIN))
        for name, body in unwrapped(source, _parsed(payload))
        for name, item in _items(name or detected(body, shapes), body, shapes)
    ]
    return tuple(taken[:MOST])


def detected(payload: object, shapes: Mapping[str, Shape] = SOURCES) -> str:
    """Return the source whose marks a payload has; empty if none has."""
    tidy = tidied(payload)
    fits = (name for name, one in shapes.items() if one.marks and all(at(tidy, mark) is not None for mark in one.marks))
    return next(fits, "")


def parsed(text: str) -> object:
    """Return the JSON in a text, or the text.

    Raises:
        ValueError: It is nested so deeply that it cannot be read at all.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("The payload is nested too deeply to be read.") from error
    except ValueError:
        return text


def _parsed(payload: object) -> object:
    return parsed(payload) if isinstance(payload, str) else payload


def _items(source: str, body: object, shapes: Mapping[str, Shape]) -> list[tuple[str, object]]:
    """Return each alert of a payload, with what the payload says of all of them."""
    shape = shapes.get(source, _PLAIN)
    several = objects(at(body, shape.each)) if shape.each else objects(body)
    if not several:
        return [(source, body)]
    around = {key: value for key, value in body.items() if key != shape.each} if isinstance(body, Mapping) else {}
    shared = {"labels": around.get("commonLabels", {}), "annotations": around.get("commonAnnotations", {})}
    return [(source, _joined(around | shared, item)) for item in several]


def _joined(around: JsonObject, item: JsonObject) -> JsonObject:
    inner: JsonObject = {}
    for key, value in item.items():
        shared = around.get(key)
        inner[key] = shared | value if isinstance(shared, dict) and isinstance(value, dict) else value
    return around | inner


def _one(source: str, payload: object, shape: Shape) -> Received:
    body = tidied(payload)
    look = _Look(body, shape)
    title = look.words(shape.name, ANY.name)
    name = _MARK.sub("", title).strip()[:NAME] or (said(body) or source or WORDLESS)[:NAME]
    resource = look.words(shape.resource, ANY.resource) or _scoped(title) or _named_in(name)
    service = next((one for one in look.all(shape.service, ANY.service) if not one.isdigit()), "")
    found = Alert(
        source=source or "unknown",
        name=name.strip().partition("\n")[0] or WORDLESS,
        state=look.state(),
        severity=look.severity(),
        service=service[:NAME],
        resource=resource[:NAME],
        at=look.moment(),
        link=next((link for link in look.all(shape.link, ANY.link) if link.startswith("https://")), "")[:2000],
    )
    own = look.words(shape.key, ANY.key)
    key = key_of(found.source, own) if own else key_of(found.source, found.name, resource, service)
    return Received(found, key, _text(found.name, look, shape), look.words(shape.delivery, ANY.delivery)[:NAME])


def _scoped(title: str) -> str:
    """Return what Datadog's titles are about: `[Triggered on {host:web-1,env:prod}] CPU`."""
    found = _SCOPE.search(title)
    pairs = dict(one.strip().partition(":")[::2] for one in found["scope"].split(",")) if found else {}
    return pairs.get("host") or next(iter(pairs.values()), "")


def _named_in(words: str) -> str:
    found = _RESOURCE.search(words)
    return found.group() if found else ""


class _Look:
    """Looks fields up in one payload: by the source's paths first, then by what fields are called anywhere."""

    def __init__(self, body: object, shape: Shape) -> None:
        self.body = body
        self.shape = shape
        self._named: dict[str, list[tuple[int, object]]] = {}
        for depth, path, value in leaves(body):
            self._named.setdefault(called(path), []).append((depth, value))

    def values(self, paths: Paths, names: Paths) -> list[object]:
        """Return all candidates, the likeliest first."""
        told = [value for path in paths if (value := at(self.body, path)) is not None]
        by_name = [
            (depth > SHALLOW, rank, depth, value) for rank, name in enumerate(names) for depth, value in self._at(name)
        ]
        return told + [value for *_, value in sorted(by_name, key=lambda one: one[:3])]

    def all(self, paths: Paths, names: Paths) -> list[str]:
        """Return the candidates that say something, as words."""
        return [words for value in self.values(paths, names) if (words := said(value))]

    def words(self, paths: Paths, names: Paths) -> str:
        """Return the likeliest candidate's words."""
        return next(iter(self.all(paths, names)), "")

    def severity(self) -> str:
        """Return P1 to P4, or nothing."""
        for value in self.values(self.shape.severity, ANY.severity):
            own = self.shape.severities.get(str(value).strip().lower())
            if found := meaning.severity(value) if own is None else own:
                return found
        return ""

    def state(self) -> str:
        """Return `resolved` where anything says so; else it fires: what nobody calls over is not over."""
        for value in self.values(self.shape.state, ANY.state):
            if found := self.shape.states.get(str(value).strip().lower()) or meaning.state(value):
                return found
        over = [value for name in _RESOLVED_FLAGS for _, value in self._at(name) if value in (True, 1)]
        not_on = [value for name in _FIRING_FLAGS for _, value in self._at(name) if value in (False, 0)]
        return "resolved" if over or not_on else "firing"

    def moment(self) -> datetime | None:
        """Return the first time that can be read."""
        return next(filter(None, map(meaning.moment, self.values(self.shape.at, ANY.at))), None)

    def _at(self, name: str) -> list[tuple[int, object]]:
        return [(depth, value) for depth, value in self._named.get(name, []) if value is not None]


def _text(name: str, look: _Look, shape: Shape) -> str:
    """Return the alert's words: its name, what it says of itself, and the facts in it."""
    if isinstance(look.body, str):
        return look.body.strip().replace("\x00", "")[:LONGEST]
    told = [name, *look.all(shape.text, ANY.text)[:3]]
    facts = [f"{path}: {words[:300]}" for _, path, value in leaves(look.body) if (words := said(value))]
    return "\n".join(dict.fromkeys([*told, *facts[:40]]))[:LONGEST]

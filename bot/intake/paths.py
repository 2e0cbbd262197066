"""Looking things up in JSON that others made: by dotted path, by what a field is called, and never with an error."""

import re
from collections.abc import Iterator, Mapping

from tools.contract import JsonObject

DEEPEST = 8
"""Levels that are looked into; what alerts say is never deeper."""
_PAIR = (
    {"key", "value"},
    {"name", "value"},
    {"title", "value"},
    {"label", "value"},
    {"Name", "Value"},
    {"Key", "Value"},
)
_TAGS = re.compile(r"tags|labels|scopes?", re.IGNORECASE)
_TAG = re.compile(r"(?P<key>[A-Za-z][\w./-]{0,60})[:=](?P<value>[^,\s].*)")


def tidied(value: object, name: str = "", depth: int = 0) -> object:
    """Return the value with lists of names and values, and tags such as `service:api`, turned into objects."""
    if depth > DEEPEST:
        return None
    if isinstance(value, str | list) and (named := _tagged(value, name) or _paired(value)):
        return {key: tidied(item, key, depth + 1) for key, item in named.items()}
    match value:
        case dict():
            return {str(key): tidied(item, str(key), depth + 1) for key, item in value.items()}
        case list():
            return [tidied(item, "", depth + 1) for item in value]
        case _:
            return value


def at(payload: object, path: str) -> object:
    """Return what is at a dotted path such as `alerts.0.labels.severity`, or None."""
    if isinstance(payload, Mapping) and path in payload:
        return payload[path]
    head, _, rest = path.partition(".")
    inner: object = None
    if isinstance(payload, Mapping):
        inner = payload.get(head)
    elif isinstance(payload, list) and head.isdigit() and int(head) < len(payload):
        inner = payload[int(head)]
    return at(inner, rest) if rest and inner is not None else inner


def leaves(payload: object, depth: int = 0, path: str = "") -> Iterator[tuple[int, str, object]]:
    """Yield depth, path and value of everything that is neither an object nor a list."""
    if isinstance(payload, Mapping):
        for key, item in payload.items():
            yield from leaves(item, depth + 1, f"{path}.{key}" if path else str(key))
    elif isinstance(payload, list):
        for number, item in enumerate(payload[:20]):
            yield from leaves(item, depth + 1, f"{path}.{number}" if path else str(number))
    else:
        yield depth, path, payload


def called(path: str) -> str:
    """Return the last name of a path as people would compare it: lower case, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", path.rpartition(".")[2].lower())


def said(value: object) -> str:
    """Return a value as words: a list's joined, nothing for what says nothing, such as a template never filled in."""
    match value:
        case str():
            words = value.strip().replace("\x00", "")
            return (
                "" if words.lower() in {"", "null", "none", "n/a", "unknown", "undefined"} or _blank(words) else words
            )
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return ", ".join(filter(None, map(said, value[:5])))
        case _:
            return ""


def objects(value: object) -> list[JsonObject]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _blank(words: str) -> bool:
    """Tell whether the words are a placeholder: `$SERVICE`, `{{host.name}}`, `*insert computer name*`."""
    return bool(re.fullmatch(r"\$[A-Z_0-9]+|\{\{[^{}]*\}\}|\*insert [^*]*\*", words))


def _paired(value: str | list[object]) -> JsonObject:
    """Return names and values if the list is nothing but those, in one of the ways they are written."""
    if isinstance(value, str) or not value:
        return {}
    if all(isinstance(one, dict) and set(one) in _PAIR for one in value):
        return dict(_of_pair(one) for one in value if isinstance(one, dict))
    if all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in value):  # noqa: PLR2004 - a pair
        return {str(one[0]): one[1] for one in value if isinstance(one, list)}
    return {}


def _of_pair(one: JsonObject) -> tuple[str, object]:
    value = next(key for key in one if key.lower() == "value")
    return str(next(one[key] for key in one if key != value)), one[value]


def _tagged(value: str | list[object], name: str) -> JsonObject:
    """Return tags such as `env:prod, team:web` by their names; nothing if these are no tags."""
    words = value.split(",") if isinstance(value, str) else [one for one in value if isinstance(one, str)]
    found = [tag for one in words if (tag := _TAG.fullmatch(one.strip()))]
    return {tag["key"]: tag["value"].strip() for tag in found} if _TAGS.fullmatch(name) else {}

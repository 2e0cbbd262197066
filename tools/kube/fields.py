"""Read Kubernetes JSON in which any field may be missing or of the wrong type; nothing here raises."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from tools.contract import JsonObject


def value(of: object, *path: str) -> object:
    """Return what is at the path, or None."""
    for key in path:
        if not isinstance(of, dict):
            return None
        of = of.get(key)
    return of


def part(of: object, *path: str) -> JsonObject:
    """Return the object at the path, or an empty one."""
    found = value(of, *path)
    return found if isinstance(found, dict) else {}


def parts(of: object, *path: str) -> list[JsonObject]:
    """Return the objects in the list at the path."""
    found = value(of, *path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text(of: object, *path: str) -> str:
    """Return the string at the path, or an empty one; numbers are written out."""
    found = value(of, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found)


def texts(of: object, *path: str) -> list[str]:
    """Return the strings in the list at the path."""
    found = value(of, *path)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def number(of: object, *path: str, default: int = 0) -> int:
    """Return the whole number at the path; a numeric string counts (annotations are strings)."""
    found = value(of, *path)
    if isinstance(found, bool):
        return default
    if isinstance(found, int):
        return found
    if isinstance(found, str) and found.isascii() and found.isdigit():
        return int(found[:18])
    return default


def flag(of: object, *path: str) -> bool:
    """Tell whether the path holds true."""
    return value(of, *path) is True


def moment(of: object, *path: str) -> datetime | None:
    """Return the RFC 3339 time at the path in UTC, or None."""
    found = value(of, *path)
    if isinstance(found, str):
        try:
            found = datetime.fromisoformat(found)
        except ValueError:
            return None
    if not isinstance(found, datetime):
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def labels(of: object, *path: str) -> dict[str, str]:
    """Return the map of strings at the path."""
    return {key: found for key, found in part(of, *path).items() if isinstance(found, str)}


def name_of(obj: object) -> str:
    """Return the object's name."""
    return text(obj, "metadata", "name")


def namespace_of(obj: object) -> str:
    """Return the object's namespace."""
    return text(obj, "metadata", "namespace") or "default"


def subject(kind: str, obj: object) -> str:
    """Return how findings name the object: kind/namespace/name."""
    return f"{kind}/{namespace_of(obj)}/{name_of(obj)}"


def created(obj: object) -> datetime | None:
    """Return when the object was created."""
    return moment(obj, "metadata", "creationTimestamp")


def condition(obj: object, kind: str) -> JsonObject:
    """Return the condition of a type from the object's status."""
    return next((one for one in parts(obj, "status", "conditions") if text(one, "type") == kind), {})


def selects(selector: Mapping[str, object], chosen: Mapping[str, str]) -> bool:
    """Tell whether a selector (matchLabels or a service's plain map) chooses these labels; an empty one does not."""
    wanted = part(selector, "matchLabels") or {key: one for key, one in selector.items() if isinstance(one, str)}
    return bool(wanted) and all(chosen.get(key) == one for key, one in wanted.items())


def within(when: datetime | None, now: datetime, span: timedelta) -> bool:
    """Tell whether a time lies within the span before now; an unknown time does not."""
    return when is not None and now - when <= span


def ago(when: datetime | None, now: datetime) -> str:
    """Say how long ago: `40 s ago`, `12 min ago`, `5 h ago`, `3 d ago`."""
    if when is None:
        return "at an unknown time"
    return f"{lasting(now - when)} ago"


def lasting(span: timedelta) -> str:
    """Say how long a span is in its largest useful unit."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def clock(when: datetime | None) -> str:
    """Write a time of day in UTC."""
    return "unknown time" if when is None else f"{when:%H:%M:%S} UTC"


def some(names: Iterable[str], most: int = 5) -> str:
    """Name the first few and count the rest."""
    every = list(names)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest


def plural(count: int, noun: str) -> str:
    """Write `1 pod`, `3 pods`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def first(words: str, most: int = 300) -> str:
    """Return the text on one line, cut where it gets long."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"

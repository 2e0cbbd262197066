"""What a column of `kubectl get` is, and those that many kinds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.kube.kinds import Object
from sandbox.kube.parts import containers, seconds


@dataclass(frozen=True)
class Column:
    """One column: its heading, how to get its cell, and whether only `-o wide` shows it."""

    name: str
    value: Callable[[Object], object]
    wide: bool = False
    type: str = "string"


Printer: TypeAlias = Callable[[float], list[Column]]

NAME = Column("Name", lambda o: o["metadata"]["name"])


def age(text: object, now: float) -> str:
    """Return how long ago something was, as kubectl writes it."""
    at = seconds(text)
    return "<unknown>" if at is None else duration(now - at)


_STEPS: tuple[tuple[int, int, int, str, str], ...] = (
    (120, 1, 1, "s", ""),
    (600, 60, 1, "m", "s"),
    (3 * 3600, 60, 60, "m", ""),
    (8 * 3600, 3600, 60, "h", "m"),
    (48 * 3600, 3600, 3600, "h", ""),
    (8 * 86400, 86400, 3600, "d", "h"),
    (730 * 86400, 86400, 86400, "d", ""),
)
"""Below so many seconds: the unit, the rest's unit, and their letters, as apimachinery's HumanDuration chooses them."""

_YEAR, _DAY = 365 * 86400, 86400


def duration(length: float) -> str:
    """Return a length of time as apimachinery's HumanDuration writes it."""
    whole = max(0, int(length))
    for below, unit, part, letter, small in _STEPS:
        if whole < below:
            rest = whole % unit // part
            return f"{whole // unit}{letter}" + (f"{rest}{small}" if small and rest else "")
    return f"{whole // _YEAR}y{whole % _YEAR // _DAY}d"


def generic(now: float) -> list[Column]:
    """Name and age."""
    return [NAME, age_column(now)]


def age_column(now: float) -> Column:
    """How old an object is."""
    return Column("Age", lambda o: age(o["metadata"].get("creationTimestamp"), now))


def image_columns() -> list[Column]:
    """Containers, images and selector, which only `-o wide` shows."""
    return [
        Column("Containers", lambda o: ",".join(one["name"] for one in containers(o)), wide=True),
        Column("Images", lambda o: ",".join(one["image"] for one in containers(o)), wide=True),
        Column("Selector", lambda o: pairs(((o["spec"].get("selector") or {}).get("matchLabels")) or {}), wide=True),
    ]


def count(path: str) -> Callable[[Object], object]:
    """Return what finds the number at a dotted path, 0 where there is none."""

    def value(object_: Object) -> object:
        at: object = object_
        for part in path.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        return at or 0

    return value


def pairs(labels: Object) -> str:
    """Return labels as text."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or "<none>"

"""How the posture moved between two looks, in words and as a picture: new, fixed, reopened, mean age; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from tools.contract import Chart, Series
from tools.security.history import History, Moved, Track, moved
from tools.security.posture import short
from tools.security.records import Severity

DAY = 86_400
FEWEST = 2
"""Days; a picture of one says nothing about where it goes."""
GRAVE = int(Severity.HIGH)

Group: TypeAlias = Callable[[Track], str]


@dataclass(frozen=True, slots=True)
class Line:
    """How an account's or a control's issues moved.

    Attributes:
        name: Account id, or control.
        moved: What of it is open, new, fixed, reopened.
    """

    name: str
    moved: Moved

    @property
    def stir(self) -> int:
        """How many issues of it came or went."""
        return len(self.moved.new) + len(self.moved.reopened) + len(self.moved.fixed)


def since(history: History, days: float) -> Moved | None:
    """Return how the posture moved within so many days up to the last look; None if there is no earlier look.

    Where nobody had looked by then, the first look is what it is compared with.
    """
    if not history.looks:
        return None
    last = history.looks[-1]
    then = history.look_at(datetime.fromtimestamp(last, UTC) - timedelta(days=days))
    first = history.looks[0] if then is None else then
    return moved(history.tracks, first, last) if first < last else None


def by(told: Moved, group: Group) -> tuple[Line, ...]:
    """Return how each group moved, what stirred most first, and of equals what has most open."""
    parts = [_grouped(part, group) for part in (told.before, told.open, told.new, told.reopened, told.fixed)]
    names = sorted({*parts[0], *parts[1]})
    lines = (Line(name, Moved(told.since, told.at, *(tuple(part[name]) for part in parts))) for name in names)
    return tuple(sorted(lines, key=lambda line: (-line.stir, -len(line.moved.open), line.name)))


def words(told: Moved) -> str:
    """Return it in a few words: `3 new, 5 fixed, 1 reopened`."""
    return f"{len(told.new):,} new, {len(told.fixed):,} fixed, {len(told.reopened):,} reopened"


def spelled(told: Moved) -> str:
    """Return it as a sentence's rest: what is open against before, what came and went, and the mean age."""
    ages = f"{age(told.open, told.at):,.0f} days on average" if told.open else ""
    before = f", {age(told.before, told.since):,.0f} before" if told.before and ages else ""
    held = f"; open for {ages}{before}" if ages else ""
    return f"{len(told.open):,} open, {len(told.before):,} before: {words(told)}{held}"


def age(tracks: Sequence[Track], at: datetime) -> float:
    """Return for how many days issues were open on average at a time, since they were first seen; 0 for none."""
    ages = [max(0.0, at.timestamp() - one.since) for one in tracks]
    return sum(ages) / len(ages) / DAY if ages else 0.0


def names(tracks: Sequence[Track], most: int = 5) -> str:
    """Return what issues are about, the severest first."""
    told = [f"{one.control} on {short(one.resource)}" for one in sorted(tracks, key=lambda one: -one.severity)[:most]]
    more = [f"{len(tracks) - most:,} more"] if len(tracks) > most else []
    return ", ".join([*told, *more])


def chart(history: History, days: float) -> Chart | None:
    """Return what was open after the last look of each day; None with fewer days than make a line."""
    looks = _daily(history, days)
    if len(looks) < FEWEST:
        return None
    grave = [one for one in history.tracks if one.severity >= GRAVE]
    lines = {"open": _counts(history.tracks, looks), "severe": _counts(grave, looks)}
    told = [(int(points[0][1]), int(points[-1][1])) for points in lines.values()]
    (first, last), (grave_first, grave_last) = told
    return Chart(
        title="Open security issues",
        unit="issues; severe: high and critical",
        series=tuple(Series(name, points) for name, points in lines.items()),
        alt=(
            f"Open security issues from {_day(looks[0])} to {_day(looks[-1])}: {first:,} at first, {last:,} now; "
            f"high and critical ones {grave_first:,} at first, {grave_last:,} now."
        ),
    )


def _grouped(tracks: Sequence[Track], group: Group) -> dict[str, list[Track]]:
    found: dict[str, list[Track]] = defaultdict(list)
    for one in tracks:
        found[group(one)].append(one)
    return found


def _daily(history: History, days: float) -> list[int]:
    """Return the last look of each day."""
    oldest = history.looks[-1] - days * DAY if history.looks else 0
    return list({look // DAY: look for look in history.looks if look >= oldest}.values())


def _counts(tracks: Sequence[Track], looks: Sequence[int]) -> tuple[tuple[datetime, float], ...]:
    """Return how many were open after each look, from their turns rather than from each look anew."""
    turns = sorted((at, -1 if place % 2 else 1) for one in tracks for place, at in enumerate(one.turns))
    return tuple(_running(turns, looks))


def _running(turns: Sequence[tuple[int, int]], looks: Sequence[int]) -> Iterator[tuple[datetime, float]]:
    place = open_ = 0
    for look in looks:
        while place < len(turns) and turns[place][0] <= look:
            open_ += turns[place][1]
            place += 1
        yield datetime.fromtimestamp(look, UTC), float(open_)


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%-d %b}"

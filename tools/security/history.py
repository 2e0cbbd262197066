"""What became of every issue over time: at which looks it was seen open, and at which no more; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from tools.security.posture import Issue

KEPT = timedelta(days=180)
"""How long a look, and an issue that is over, is remembered: two quarters to compare."""
MOST_LOOKS, MOST_TURNS = 4000, 12
"""Bounds where somebody looks all day, or a control flaps; two turns are forgotten together, the oldest first."""

Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Track:
    """One issue over time.

    Attributes:
        control: Security Hub's control id, or the kind of finding.
        account: AWS account id.
        resource: ARN or id of the resource.
        severity: As it was rated when it was last seen open.
        since: When Security Hub first saw it (epoch seconds).
        turns: Looks at which it was seen open, no more, open again … in turn (epoch seconds).
    """

    control: str
    account: str
    resource: str
    severity: int
    since: int
    turns: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """What makes it the same one from look to look."""
        return self.control, self.account, self.resource

    @property
    def subject(self) -> str:
        """Its name in a report."""
        return f"{self.control}/{self.resource}"

    def open_at(self, at: int) -> bool:
        """Tell whether it was open, as far as anybody had looked by then."""
        return bisect_right(self.turns, at) % 2 == 1

    def known_at(self, at: int) -> bool:
        """Tell whether it had ever been seen open by then."""
        return bool(self.turns) and self.turns[0] <= at

    def reopened_in(self, since: int, at: int) -> bool:
        """Tell whether it was seen open again after one look and until another."""
        return any(since < turn <= at for turn in self.turns[2::2])

    def turned(self, at: int) -> Track:
        """Return it with its other state from a look on."""
        turns = (*self.turns, at)
        return replace(self, turns=turns[2:] if len(turns) > MOST_TURNS else turns)


@dataclass(frozen=True, slots=True)
class History:
    """All issues of an account, or of an organization, over time.

    Attributes:
        looks: When all of it was looked at (epoch seconds), the first look first.
        tracks: What became of each issue.
    """

    looks: tuple[int, ...] = ()
    tracks: tuple[Track, ...] = ()

    def seen(self, found: Iterable[Issue], at: datetime, *, whole: bool = True) -> History:
        """Return the history with one more look; one that did not reach everything calls nothing closed."""
        now = max(int(at.timestamp()), *self.looks[-1:], 0)  # two that look at once may be told in any order
        here = {key(issue): issue for issue in found}
        known = [_looked_at(one, here.pop(one.key, None), now, whole=whole) for one in self.tracks]
        new = [_track(issue, now) for issue in here.values()]
        looks = (*self.looks, now) if whole else self.looks
        oldest = now - int(KEPT.total_seconds())
        kept = tuple(one for one in (*known, *new) if one.open_at(now) or one.turns[-1] >= oldest)
        return History(tuple(look for look in looks if look >= oldest)[-MOST_LOOKS:], kept)

    def look_at(self, moment: datetime, within: timedelta = timedelta()) -> int | None:
        """Return the last look by a moment, or the first one soon after it; None if nobody had looked by then."""
        at = int(moment.timestamp())
        place = bisect_right(self.looks, at)
        soon = self.looks[place : place + 1]
        if soon and soon[0] <= at + within.total_seconds():
            return soon[0]
        return self.looks[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Moved:
    """How what is open differs between two looks.

    Attributes:
        since: The earlier look (UTC).
        at: The later look (UTC).
        before: Open at the earlier.
        open: Open at the later.
        new: Open at the later and never seen before.
        reopened: Open at the later, known at the earlier, and not open at a look between, or at the earlier.
        fixed: Open at the earlier and no more at the later: remedied, or set aside.
    """

    since: datetime
    at: datetime
    before: tuple[Track, ...]
    open: tuple[Track, ...]
    new: tuple[Track, ...]
    reopened: tuple[Track, ...]
    fixed: tuple[Track, ...]


def moved(tracks: Iterable[Track], since: int, at: int) -> Moved:
    """Return how what was open at a look differs from what was open at a later one (epoch seconds)."""
    told = tuple(tracks)
    before, here = (tuple(one for one in told if one.open_at(when)) for when in (since, at))
    return Moved(
        since=datetime.fromtimestamp(since, UTC),
        at=datetime.fromtimestamp(at, UTC),
        before=before,
        open=here,
        new=tuple(one for one in here if not one.known_at(since)),
        reopened=tuple(one for one in here if one.known_at(since) and one.reopened_in(since, at)),
        fixed=tuple(one for one in before if not one.open_at(at)),
    )


def key(issue: Issue) -> Key:
    """Return what makes an issue the same one from look to look."""
    return issue.control, issue.findings[0].account, issue.resource


def _looked_at(one: Track, issue: Issue | None, now: int, *, whole: bool) -> Track:
    """Return a known track as a look leaves it that found it to be an issue, or did not."""
    was = one.open_at(now)
    if issue:
        rated = one if one.severity == issue.severity else replace(one, severity=int(issue.severity))
        return rated if was else rated.turned(now)
    return one.turned(now) if was and whole else one


def _track(issue: Issue, now: int) -> Track:
    return Track(*key(issue), int(issue.severity), int(issue.since.timestamp()), (now,))

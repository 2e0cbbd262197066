"""The on-call hand-over: what the shift saw, what waits, what goes on, what is left alone and what was changed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.approvals.decide import approvers
from bot.approvals.model import Approval
from bot.aside import aside
from bot.firsthand import from_books
from bot.flow import Flow, Status
from bot.people import Directory, LookupDownError
from bot.scoring.words import lasting
from bot.store.incidents import Incident
from bot.store.runs import Run
from bot.store.sealed import Tampered
from bot.store.silences import Silence
from bot.store.store import Store
from tools.scope import Scopes, outside

HOURS, MOST_HOURS = 12, 72
ITEMS = 5
USAGE = f"Say how long the shift was: `handover`, or `handover 8h` (at most {MOST_HOURS}h)."
_SHIFT = re.compile(r"(?:(?:of|for|last|the) )*(?P<hours>\d{1,3}) ?h(?:ours?)?")


@dataclass(frozen=True, slots=True)
class Shift:
    """What there is to hand over, as far as a channel is to know of it.

    Attributes:
        since: When it began (UTC).
        now: When it ends.
        incidents: Opened or over in it, or still open, newest first.
        status: What goes on and waits.
        silences: What alerts start nothing, and until when.
        changes: Approvals whose changes were carried out, or were meant to be, in it.
        names: What people are called who said yes to them, by their Slack ids; an answer mentions nobody.
    """

    since: datetime
    now: datetime
    incidents: tuple[Incident, ...]
    status: Status
    silences: tuple[Silence, ...]
    changes: tuple[Approval, ...]
    names: Mapping[str, str]


class Handover:
    """Gathers a shift."""

    def __init__(
        self,
        store: Store,
        scoped: Callable[[str, str], Awaitable[Scopes]],
        flow: Callable[[], Flow],
        directory: Directory,
    ) -> None:
        self._store = store
        self._directory = directory
        self._scoped = scoped
        self._flow = flow

    async def told(self, words: str, channel: str, asker: str) -> str:
        """Return the hand-over of a shift as Markdown, or how to ask for one.

        Raises:
            LookupDownError: Slack could not say what the asker may see.
        """
        said = " ".join(words.lower().strip(" .?!`").split())
        found = _SHIFT.fullmatch(said)
        hours = int(found["hours"]) if found else HOURS
        if (said and not found) or not 1 <= hours <= MOST_HOURS:
            return USAGE
        return handover(await self._shift(timedelta(hours=hours), channel, asker))

    async def _shift(self, length: timedelta, channel: str, asker: str) -> Shift:
        now = await self._store.connection.now()
        scopes, since = await self._scoped(channel, asker), now - length
        changes = tuple([one async for one in self._changes(since) if _open_to(one, channel, scopes)])
        return Shift(
            since,
            now,
            tuple(one for one in await self._incidents(since) if not scopes or _told_in(one, channel)),
            await self._flow().status_for(channel, asker),
            () if scopes else await self._store.silences.all(now),
            changes,
            {who: await self._name(who) for one in changes for who in approvers(one)},
        )

    async def _name(self, user: str) -> str:
        try:
            return (await self._directory.person(user)).name or user
        except LookupDownError:
            return user

    async def _incidents(self, since: datetime) -> list[Incident]:
        """Return incidents that are open or were of the shift, newest first."""
        closed = await self._store.incidents.closed_since(since)
        still = [one for one in await self._store.incidents.recent() if one.resolved is None]
        found = {one.id: one for one in (*still, *closed)}
        return sorted(found.values(), key=lambda one: one.opened, reverse=True)

    async def _changes(self, since: datetime) -> AsyncIterator[Approval]:
        """Yield what was carried out, by the audit trail."""
        records = await aside(lambda: [one for one in self._store.trail.since(since) if one.kind == "ended"])
        for name in dict.fromkeys(str(one.data.get("approval")) for one in records):
            try:
                approval = await self._store.approvals.get(name)
            except Tampered:
                continue
            if approval:
                yield approval


def handover(shift: Shift) -> str:
    """Return a shift as Markdown; what there is nothing of is said in a word."""
    length = lasting(shift.now - shift.since)
    title = f"**On-call hand-over, the last {length}** (since {shift.since:%-d %b %H:%M} UTC)"
    open_now = sum(one.resolved is None for one in shift.incidents)
    sections = (
        (f"Incidents, {open_now} open", [_incident(one, shift.now) for one in shift.incidents]),
        ("Waiting for a yes", [_waiting(one, shift.now) for one in shift.status.approvals]),
        ("Running", [_line(run.ask.text) for run in _runs(shift.status)]),
        ("To be looked at again", [f"{_line(ask.text)}, at {ask.at:%H:%M} UTC" for ask in shift.status.due]),
        ("Left alone", _left_alone(shift)),
        ("Changes", [_change(one, shift.names) for one in shift.changes]),
    )
    warning = shift.status.changes_refused_because
    told = [f"⚠️ Changes are refused: {_line(warning)}"] if warning else []
    told += [f"**{name}**\n{_listed(lines)}" for name, lines in sections if lines]
    none = [name.partition(",")[0].lower() for name, lines in sections if not lines]
    told += [f"Nothing: {', '.join(none)}."] if none else []
    return "\n\n".join([title, *told])


def _incident(one: Incident, now: datetime) -> str:
    severity = f"{one.severity} " if one.severity else ""
    state = f"over after {lasting(one.took)}" if one.took is not None else f"**open** for {lasting(now - one.opened)}"
    quiet = f", snoozed until {one.snoozed:%-d %b %H:%M} UTC" if one.snoozed and one.snoozed > now else ""
    return f"`{one.id}` {severity}{_line(one.title)}: {state}{quiet}"


def _runs(status: Status) -> list[Run]:
    """Return what goes on beside answers such as this one."""
    return [run for run in (*status.running, *status.queued) if not from_books(run.ask)]


def _waiting(one: Approval, now: datetime) -> str:
    return f"{_line(one.proposal.preview.summary)}, expires in {lasting(max(one.expires_at - now, timedelta()))}"


def _left_alone(shift: Shift) -> list[str]:
    snoozed = [one for one in shift.incidents if one.snoozed and one.snoozed > shift.now]
    lines = [f"`{one.id}` {_line(one.title)}" for one in snoozed]
    return [*lines, *(f"alerts `{one.pattern}` until {one.until:%-d %b %H:%M} UTC" for one in shift.silences)]


def _change(one: Approval, names: Mapping[str, str]) -> str:
    by = ", ".join(_line(names[who]) for who in approvers(one)) or "the policy"
    return f"{_line(one.proposal.preview.summary).rstrip('.')}: {one.state.value}, approved by {by}"


def _listed(lines: list[str]) -> str:
    more = [f"- and {len(lines) - ITEMS} more"] if len(lines) > ITEMS else []
    return "\n".join([*(f"- {line}" for line in lines[:ITEMS]), *more])


def _line(text: str) -> str:
    return " ".join(text.split())[:160]


def _told_in(one: Incident, channel: str) -> bool:
    return bool(one.thread and one.thread.channel == channel) or one.to == channel


def _open_to(one: Approval, channel: str, scopes: Scopes) -> bool:
    """Tell whether a channel is to know of a change, as `flow.seen_by` does of those that wait."""
    elsewhere = one.thread.channel.startswith("D") or outside(scopes, one.proposal.args)
    return one.thread.channel == channel or not elsewhere

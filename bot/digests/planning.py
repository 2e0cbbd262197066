"""All schedules together: those of the file, those people added, and which of them are paused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.aside import aside
from bot.digests.schedules import Schedule, Schedules
from bot.people import Directory, LookupDownError, members_of
from bot.store.plans import Pause, Plan
from bot.store.store import Store

Now = Callable[[], Awaitable[datetime]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as it stands.

    Attributes:
        schedule: What and when.
        added: Slack id of who added it; empty for one of the file.
        paused: Slack id of who paused it; empty if it is not.
    """

    schedule: Schedule
    added: str = ""
    paused: str = ""


class Planning:
    """Knows and changes the schedules. A change is on record before it counts."""

    def __init__(self, said: Callable[[], Schedules], store: Store, now: Now, directory: Directory) -> None:
        self._said = said
        self._store = store
        self._now = now
        self._directory = directory

    async def all(self) -> tuple[Planned, ...]:
        """Return every schedule, the file's first; of two of a name the file's counts."""
        paused = await self._store.plans.paused()
        found = {one.name: Planned(one) for one in self._said().schedule}
        for plan in await self._store.plans.added():
            found.setdefault(plan.name, Planned(_schedule(plan), plan.by))
        return tuple(
            Planned(one.schedule, one.added, paused[name].by if name in paused else "") for name, one in found.items()
        )

    async def named(self, name: str) -> Planned | None:
        """Return a schedule by its name."""
        return next((one for one in await self.all() if one.schedule.name == name), None)

    async def refuses(self, user: str) -> str:
        """Return why somebody may not change schedules; empty if they may.

        Raises:
            LookupDownError: Slack could not say who is in the groups.
        """
        groups = self._said().editors
        if not groups:
            return "Nobody may change schedules here: name a group as `editors` in config/schedules.toml first."
        if user in await members_of(self._directory, groups):
            return ""
        return f"Only {' and '.join(f'@{group}' for group in groups)} may change schedules; please ask one of them."

    async def audience(self, schedule: Schedule) -> tuple[str, ...]:
        """Return who a schedule's answers are for; nobody is called while Slack cannot say who they are."""
        try:
            return tuple(sorted(await members_of(self._directory, schedule.audience)))
        except LookupDownError:
            return ()

    async def unknown(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the groups that nobody is in, or that there are not; none while Slack cannot say."""
        try:
            return tuple([group for group in groups if not await self._directory.members(group)])
        except LookupDownError:
            return ()

    async def add(self, schedule: Schedule, by: str) -> bool:
        """Add a schedule; False if there is one of that name."""
        if await self.named(schedule.name):
            return False
        await self._record("schedule added", schedule.name, by, what=schedule.what, due=schedule.due)
        plan = Plan(**schedule.model_dump(), by=by, at=await self._now())
        return await self._store.plans.add(plan)

    async def remove(self, name: str, by: str) -> bool:
        """Remove a schedule that somebody added; False if there is none such."""
        await self._record("schedule removed", name, by)
        await self._store.plans.resume(name)
        return await self._store.plans.drop(name)

    async def pause(self, name: str, by: str) -> None:
        """Ask a schedule no more until it is resumed."""
        await self._record("schedule paused", name, by)
        await self._store.plans.pause(Pause(name, by, await self._now()))

    async def resume(self, name: str, by: str) -> None:
        """Ask a schedule again; what was due meanwhile is not made up for."""
        await self._record("schedule resumed", name, by)
        await self._store.plans.resume(name)

    async def _record(self, kind: str, name: str, by: str, **more: str) -> None:
        await aside(self._store.trail.append, kind, {"schedule": name, "by": by, **more})


def _schedule(plan: Plan) -> Schedule:
    return Schedule(
        name=plan.name,
        what=plan.what,
        when=plan.when,
        zone=plan.zone,
        channel=plan.channel,
        agent=plan.agent,
        audience=plan.audience,
    )

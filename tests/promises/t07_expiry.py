"""T7: nothing is executed after its approval expired by the store's clock, whatever the worker's own clock says."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import pytest

from tests.promises.office import MINUTES, Office, open_office
from tests.promises.rows import Row
from tests.promises.steps import STEPS, held_up

FULL, QUICK = 500, 14
HOUR = timedelta(hours=1)
OVER = timedelta(minutes=MINUTES)
DEPLOYMENTS = 4


@dataclass(frozen=True)
class Trial:
    """One approval on its way; `number` picks the deployment and the step."""

    office: Office
    number: int

    async def approve(self) -> str:
        """Have a change proposed and approved; return its id."""
        [approval] = await self.office.approved(self.office.rescale(self.number % DEPLOYMENTS))
        return approval.proposal.id

    async def dispatch(self, name: str) -> None:
        """Send the change."""
        await self.office.flow.dispatch(name)


def measure(n: int) -> list[Row]:
    """Let approvals expire in every way, n times, and see what is executed after; some stand, and must be."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    late = refused = good = 0
    async with open_office(DEPLOYMENTS) as office:
        for number in range(n):
            if number % (len(LATE) + 1) < len(LATE):
                late += await LATE[number % (len(LATE) + 1)](Trial(office, number))
            else:
                good += 1
                refused += not await _in_time(Trial(office, number))
            office.clock.ahead = timedelta()
    return [
        Row("T7", "executed after expiry", late, n - good),
        Row("T7", "executed in time refused, worker's clock 10 minutes off", refused, good),
    ]


async def _late_vote(trial: Trial) -> int:
    [approval] = await trial.office.propose(trial.office.rescale(trial.number % DEPLOYMENTS))
    trial.office.clock.ahead = OVER
    return await _after(trial, lambda: _vote_and_dispatch(trial, approval.proposal.id))


async def _late_dispatch(trial: Trial) -> int:
    name = await trial.approve()
    trial.office.clock.ahead = OVER
    return await _after(trial, lambda: trial.dispatch(name))


async def _worker_behind(trial: Trial) -> int:
    """The worker's own clock is ten minutes late, so that to it the approval is still good."""
    name = await trial.approve()
    trial.office.clock.ahead = OVER
    with own_clock_off(timedelta(minutes=-10)):
        return await _after(trial, lambda: trial.dispatch(name))


async def _clock_back(trial: Trial) -> int:
    """What expired stays expired when the store's clock jumps back."""
    [approval] = await trial.office.propose(trial.office.rescale(trial.number % DEPLOYMENTS))
    trial.office.clock.ahead = OVER
    await trial.office.chores.expire()
    trial.office.clock.ahead = -HOUR
    return await _after(trial, lambda: _vote_and_dispatch(trial, approval.proposal.id))


async def _stopped_for_an_hour(trial: Trial) -> int:
    """The worker stands still for an hour while it waits for one of the target's answers."""
    name = await trial.approve()
    seen: list[int] = []

    def an_hour_later() -> None:
        trial.office.clock.ahead = HOUR
        seen.append(len(trial.office.site.writes))

    with held_up(STEPS - trial.number // (len(LATE) + 1) % STEPS, an_hour_later):
        await trial.dispatch(name)
    return len(trial.office.site.writes) - seen[0]


LATE = (_late_vote, _late_dispatch, _worker_behind, _clock_back, _stopped_for_an_hour)


async def _in_time(trial: Trial) -> bool:
    name = await trial.approve()
    with own_clock_off(timedelta(minutes=10 if trial.number % 2 else -10)):
        return await _after(trial, lambda: trial.dispatch(name)) == 1


async def _vote_and_dispatch(trial: Trial, name: str) -> None:
    await trial.office.vote(name)
    await trial.dispatch(name)


async def _after(trial: Trial, doing: Callable[[], Awaitable[None]]) -> int:
    """Return how much was executed by doing something."""
    before = len(trial.office.site.writes)
    await doing()
    return len(trial.office.site.writes) - before


class Told(type):
    """Lets a clock that is off pass for `datetime` itself wherever a type is asked for."""

    def __instancecheck__(cls, instance: object) -> bool:
        """Tell whether something is a moment."""
        return isinstance(instance, datetime)


@contextmanager
def own_clock_off(by: timedelta) -> Iterator[None]:
    """Set this process's own clock wrong, for all of the product, within the block."""

    class Off(datetime, metaclass=Told):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # a moment, not one of this class
            return datetime.now(tz) + by

    with pytest.MonkeyPatch.context() as patched:
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in {"bot", "tools", "agents"} and getattr(module, "datetime", None) is datetime:
                patched.setattr(module, "datetime", Off)
        yield

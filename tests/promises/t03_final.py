"""T3: a no, and a yes taken back, are final: once kept nothing is executed, however far the dispatch has got."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.approvals.model import Answer, State
from bot.flow import Flow
from tests.bot.flow_fakes import CARA, FakeDirectory
from tests.promises.office import Office, open_office
from tests.promises.rows import Row
from tests.promises.steps import STEPS, held_up

FULL, QUICK = 1000, 12
DEPLOYMENTS = 4

Done = Callable[[], Awaitable[None]]


class Interrupting(FakeDirectory):
    """A directory in which something happens while a worker asks who may approve."""

    happens: Done | None = None

    async def members(self, group: str) -> frozenset[str]:
        """Look a group up, after what happens."""
        if self.happens:
            happens, self.happens = self.happens, None
            await happens()
        return await super().members(group)


def measure(n: int) -> list[Row]:
    """Reject or revoke n approvals, one step further on their way each time."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    executed = kept = lost = 0
    async with open_office(DEPLOYMENTS) as office:
        for number in range(n):
            before = len(office.site.writes)
            name, ended = await STEPS_BACK[number % len(STEPS_BACK)](office, number)
            made = len(office.site.writes) - before
            kept += ended
            executed += ended and made > 0
            approval = await office.approval(name)
            lost += ended and (approval is None or approval.state not in {State.REJECTED, State.REVOKED})
            lost += not ended and made != 1
    return [
        Row("T3", "executed after a no or a revocation was kept", executed, kept),
        Row("T3", "kept and overruled later, or too late and not executed", lost, n),
    ]


async def _rejected(office: Office, number: int) -> tuple[str, bool]:
    """Reject, then approve, then dispatch."""
    [approval] = await office.propose(office.rescale(number % DEPLOYMENTS))
    name = approval.proposal.id
    ruling = await office.vote(name, answer=Answer.REJECT)
    await office.vote(name, CARA)
    await _dispatch_twice(office, name)
    return name, ruling.counted


async def _revoked(office: Office, number: int) -> tuple[str, bool]:
    """Approve, revoke before any worker looks, then dispatch."""
    name = await _approve(office, number)
    ruling = await office.vote(name, CARA, Answer.REVOKE)
    await office.vote(name, CARA)
    await _dispatch_twice(office, name)
    return name, ruling.counted


async def _revoked_meanwhile(office: Office, number: int) -> tuple[str, bool]:
    """Revoke while the worker asks whether the approvers still may approve."""
    name = await _approve(office, number)
    directory, counted = Interrupting(), []

    async def revoke() -> None:
        counted.append((await office.vote(name, CARA, Answer.REVOKE)).counted)

    directory.happens = revoke
    flow = Flow(replace(office.ports, directory=directory))
    await flow.dispatch(name)
    await flow.dispatch(name)
    return name, counted == [True]


async def _revoked_too_late(office: Office, number: int) -> tuple[str, bool]:
    """Revoke while the worker is at the target: it is told that this is too late, and the change is made."""
    name = await _approve(office, number)
    loop, counted = asyncio.get_running_loop(), []

    def revoke() -> None:
        vote = office.vote(name, CARA, Answer.REVOKE)
        counted.append(asyncio.run_coroutine_threadsafe(vote, loop).result().counted)

    with held_up(1 + number // len(STEPS_BACK) % STEPS, revoke):
        await office.flow.dispatch(name)
    return name, counted == [True]


async def _revoked_at_once(office: Office, number: int) -> tuple[str, bool]:
    """Revoke and dispatch at the same time, in two processes' flows."""
    name = await _approve(office, number)
    ruling, _ = await asyncio.gather(office.vote(name, CARA, Answer.REVOKE), office.flow.dispatch(name))
    await office.flow.dispatch(name)
    return name, ruling.counted


STEPS_BACK = (_rejected, _revoked, _revoked_meanwhile, _revoked_too_late, _revoked_at_once)


async def _approve(office: Office, number: int) -> str:
    [approval] = await office.approved(office.rescale(number % DEPLOYMENTS))
    return approval.proposal.id


async def _dispatch_twice(office: Office, name: str) -> None:
    await office.flow.dispatch(name)
    await office.flow.dispatch(name)

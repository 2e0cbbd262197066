"""T1: an approval is good for exactly what was approved; change one thing anywhere and nothing is executed."""

import asyncio
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from bot.approvals.model import Approval
from bot.flow import Flow
from bot.store import keys
from tests.promises.leaves import one_changed, reordered
from tests.promises.office import KEY, Office, grant_of, make_policy, open_office
from tests.promises.rows import Row
from tests.promises.site import pointed, serve
from tools.contract import Change, Refused
from tools.execute import Executor
from tools.grants import verify
from tools.proposal import Grant

FULL, QUICK = 2000, 40
GOOD = 4
"""Approvals that every changed copy is made of; they are carried out at the end, to show that they were good."""
ELSEWHERE = 20
"""One in so many trials has an approval of its own: another cluster, another tool, another policy."""

GRANTS = TypeAdapter(Grant)
ROWS = TypeAdapter(dict[str, object])


@dataclass(frozen=True)
class Bench:
    """An office with good approvals in hand."""

    office: Office
    approvals: list[Approval]
    chance: random.Random


def measure(n: int) -> list[Row]:
    """Change one thing of a granted change, n times, and see what is executed."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(open_office(GOOD + 1))
        approvals = await office.approved(*(office.rescale(number) for number in range(GOOD)))
        bench = Bench(office, approvals, random.Random(1))  # noqa: S311 - the same trials every time
        elsewhere = max(3, n // ELSEWHERE)
        for number in range(n - elsewhere):
            await (_changed_row if number % 4 == 0 else _changed_grant)(bench)
        for number in range(elsewhere):
            await (_other_cluster, _other_tool, _other_policy)[number % 3](bench)
        executed = len(office.site.writes)
        refused = sum(not _holds(bench) for _ in range(n))
        unmade = await _carried_out(bench)
    return [
        Row("T1", "executed though one thing was changed", executed, n),
        Row("T1", "same data, written in another order, refused", refused, n),
        Row("T1", "left alone, not executed", unmade, GOOD),
    ]


async def _changed_grant(bench: Bench) -> None:
    """Execute a grant with one value changed, in a way that makes it another grant."""
    good = grant_of(bench.chance.choice(bench.approvals))
    plain, grant = GRANTS.dump_python(good, mode="json"), good
    while grant == good:
        try:
            grant = GRANTS.validate_python(one_changed(plain, bench.chance))
        except ValidationError:
            return  # not even a grant
    await asyncio.to_thread(bench.office.executor.execute, grant)


async def _changed_row(bench: Bench) -> None:
    """Dispatch an approval after somebody wrote to its row in Redis."""
    mine, other = bench.chance.sample(bench.approvals, 2)
    client, name = bench.office.connection.client, keys.APPROVAL.format(mine.proposal.id)
    good = str(await client.hget(name, "row"))
    mac, _, body = good.partition(".")
    bad = str(await client.hget(keys.APPROVAL.format(other.proposal.id), "row"))
    if bench.chance.random() > 0.1:
        bad = f"{mac}.{ROWS.dump_json(one_changed(ROWS.validate_json(body), bench.chance)).decode()}"
    await client.hset(name, "row", bad)
    await bench.office.flow.dispatch(mine.proposal.id)
    await client.hset(name, "row", good)


async def _other_cluster(bench: Bench) -> None:
    """Dispatch an approval while the product is pointed at another cluster that looks the same."""
    [approval] = await bench.office.approved(bench.office.rescale(GOOD))
    with serve(GOOD + 1) as other, pointed(other):
        await bench.office.flow.dispatch(approval.proposal.id)
        bench.office.site.writes.extend(other.writes)


async def _other_tool(bench: Bench) -> None:
    """Dispatch an approval of a tool that has changed since."""
    [approval] = await bench.office.approved(bench.office.rescale(GOOD))
    tools = {name: _newer(tool) if isinstance(tool, Change) else tool for name, tool in bench.office.tools.items()}
    executor = Executor(tools, bench.office.store.ledger, KEY, bench.office.clock.sync)
    await Flow(replace(bench.office.ports, executor=executor)).dispatch(approval.proposal.id)


def _newer(tool: Change) -> Change:
    return replace(tool, version=f"{tool.version[:-1]}x")


async def _other_policy(bench: Bench) -> None:
    """Dispatch an approval under another policy than it was given under."""
    [approval] = await bench.office.approved(bench.office.rescale(GOOD))
    await Flow(replace(bench.office.ports, policy=make_policy(7))).dispatch(approval.proposal.id)


def _holds(bench: Bench) -> bool:
    """Tell whether a grant that went through JSON with its keys shuffled is still good."""
    plain = GRANTS.dump_python(grant_of(bench.chance.choice(bench.approvals)), mode="json")
    grant = GRANTS.validate_python(reordered(plain, bench.chance))
    try:
        verify(KEY, grant, bench.approvals[0].opened_at)
    except Refused:
        return False
    return True


async def _carried_out(bench: Bench) -> int:
    """Dispatch what all copies were made of; return how many were not executed exactly once."""
    for approval in bench.approvals:
        await bench.office.flow.dispatch(approval.proposal.id)
    done = bench.office.site.actions()
    return sum(done.count(approval.proposal.id) != 1 for approval in bench.approvals)

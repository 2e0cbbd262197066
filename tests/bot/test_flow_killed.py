"""Workers are really killed, at any moment, and still nothing is lost and nothing is done twice."""

import asyncio
import contextlib
import random
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.contract import ThreadRef
from bot.approvals.model import State
from bot.store.connection import Connection
from bot.store.runs import Stage, run_id
from bot.store.store import make_store
from tests.bot.conftest import KEY, until
from tests.bot.doomed import READY, WORLD, make_flow
from tests.bot.flow_fakes import TEAM, make_ask

ROOT = Path(__file__).parents[2]
ASKS = 30
THREADS = 10
WORKERS = 3
DEADLINE = 60.0


@contextlib.asynccontextmanager
async def _worker(connection: Connection) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.doomed", connection.url, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.timeout(180)
async def test_workers_killed_at_any_moment_lose_nothing_and_repeat_nothing(connection: Connection) -> None:
    """Every ask ends, every proposal is opened once and sent at most once, and what is said of it is true."""
    flow, queue, _ = make_flow(connection)
    asks = [make_ask(f"a{n}", ThreadRef(TEAM, "C0INCIDEN", f"17000000{n % THREADS}.0001")) for n in range(ASKS)]
    async with contextlib.AsyncExitStack() as workers:
        doomed = [await workers.enter_async_context(_worker(connection)) for _ in range(WORKERS)]
        await until(lambda: _ready(connection), DEADLINE)
        for number, ask in enumerate(asks):
            await flow.hear(ask)
            if doomed[1:] and number % (ASKS // WORKERS) == ASKS // WORKERS - 1:
                await asyncio.sleep(random.uniform(0, 0.3))  # noqa: S311 - the moment of death is what is varied
                doomed.pop().kill()
        await until(lambda: _quiet(connection), DEADLINE)
    await queue.stop(0)

    effects = Counter(await connection.client.lrange(WORLD, 0, -1))
    ends = await _ends(connection)
    assert Counter([await _stage(connection, run_id(ask)) for ask in asks]) == {Stage.DONE.value: ASKS}
    assert len(ends) == ASKS
    assert max(effects.values()) == 1
    assert {name for name, state in ends.items() if state is State.DONE} == set(effects)
    assert set(ends.values()) <= {State.DONE, State.FAILED, State.REFUSED}


async def _ends(connection: Connection) -> dict[str, State]:
    approvals = make_store(connection, KEY).approvals
    names = [str(key).rpartition(":")[2] async for key in connection.client.scan_iter("infra:approval:*")]
    found = [await approvals.get(name) for name in names]
    return {approval.proposal.id: approval.state for approval in found if approval}


async def _stage(connection: Connection, run: str) -> str:
    return str(await connection.client.hget(f"infra:run:{run}", "stage"))


async def _ready(connection: Connection) -> bool:
    return int(await connection.client.get(READY) or 0) == WORKERS


async def _quiet(connection: Connection) -> bool:
    return not await connection.client.exists("infra:runs:open", "infra:approvals:granted")

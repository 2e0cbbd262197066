"""The queue: work reaches a worker, at least once, past what would stall it; and stops overtake it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from redis import Redis

from bot.broker import LaneBroker, SignedJson, message
from bot.ports import Lane
from bot.queue import Queue
from bot.store.connection import Connection
from tests.bot.conftest import KEY, until

OTHER_KEY = b"another key of thirty-two bytes."


@dataclass
class FakeWorkload:
    """Remembers what it was sent; holds work while `gate` is closed."""

    worked: list[str] = field(default_factory=list)
    dispatched: list[str] = field(default_factory=list)
    canceled: list[tuple[str, ...]] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    failures: int = 0
    last_words: float = 0  # seconds that it takes to leave

    async def work(self, thread_key: str) -> None:
        """Remember a thread."""
        self.worked.append(thread_key)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the store is away")
        try:
            if self.gate:
                await self.gate.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(self.last_words)
            self.cut_off.append(thread_key)
            raise

    async def dispatch(self, approval_id: str) -> None:
        """Remember an approval."""
        self.dispatched.append(approval_id)

    def cancel(self, run_ids: tuple[str, ...]) -> None:
        """Remember a stop."""
        self.canceled.append(run_ids)


@asynccontextmanager
async def _worker(connection: Connection, flow: FakeWorkload, people: int = 2) -> AsyncIterator[Queue]:
    queue = Queue(connection, KEY, people=people, background=1, heartbeat=1000)
    await queue.start_worker(flow)
    try:
        yield queue
    finally:
        if flow.gate:
            flow.gate.set()
        await queue.stop(grace=2)


async def test_a_run_reaches_a_worker(connection: Connection) -> None:
    """What is sent is worked on, on the application's own loop."""
    flow = FakeWorkload()

    async with _worker(connection, flow) as queue:
        await queue.send_run("thread", Lane.PEOPLE)
        await queue.send_dispatch("approval")
        await until(lambda: flow.worked == ["thread"] and flow.dispatched == ["approval"])


async def test_what_was_sent_while_no_worker_ran_is_worked_on(connection: Connection) -> None:
    """Work waits for a worker."""
    early = Queue(connection, KEY)
    await early.send_run("thread", Lane.BACKGROUND)
    await early.stop()
    flow = FakeWorkload()

    async with _worker(connection, flow):
        await until(lambda: flow.worked == ["thread"])


async def test_people_overtake_a_storm_of_alerts(connection: Connection) -> None:
    """However much waits in the background lane, a person's ask starts at once; and so does an approved change."""
    flow = FakeWorkload(gate=asyncio.Event())

    async with _worker(connection, flow) as queue:
        for number in range(50):
            await queue.send_run(f"alert {number}", Lane.BACKGROUND)
        await until(lambda: len(flow.worked) == 1)
        await queue.send_run("person", Lane.PEOPLE)
        await queue.send_dispatch("approval")
        await until(lambda: "person" in flow.worked and flow.dispatched == ["approval"])

        assert len(flow.worked) == 2


async def test_a_lane_takes_no_more_than_its_slots(connection: Connection) -> None:
    """A worker does not take in hand what it cannot begin, so another can."""
    flow = FakeWorkload(gate=asyncio.Event())

    async with _worker(connection, flow, people=2) as queue:
        for number in range(5):
            await queue.send_run(f"{number}", Lane.PEOPLE)
        await until(lambda: len(flow.worked) == 2)
        with Redis.from_url(connection.jobs_url) as client:
            waiting = client.llen("dramatiq:people")

        assert waiting == 3


@pytest.mark.parametrize(
    "forged",
    [
        b"not a message",
        b"\xff\xfe",
        json.dumps(message("people", "work", "forged").asdict()).encode(),
        SignedJson(OTHER_KEY).encode(message("people", "work", "forged").asdict()),
    ],
    ids=["garbage", "bytes", "unsigned", "wrong key"],
)
async def test_a_message_we_did_not_sign_is_buried(connection: Connection, forged: bytes) -> None:
    """Forged or broken messages go to the dead letters and hold nothing up."""
    flow = FakeWorkload()
    with Redis.from_url(connection.jobs_url) as client:
        client.hset("dramatiq:people.msgs", "poison", forged)
        client.rpush("dramatiq:people", "poison")

    async with _worker(connection, flow) as queue:
        await queue.send_run("thread", Lane.PEOPLE)
        await until(lambda: flow.worked == ["thread"])
        with Redis.from_url(connection.jobs_url) as client:
            await until(lambda: client.zcard("dramatiq:people.XQ") == 1)


async def test_work_that_raises_is_tried_again(connection: Connection) -> None:
    """Work that could not be recorded is begun again a little later."""
    flow = FakeWorkload(failures=1)

    async with _worker(connection, flow) as queue:
        await queue.send_run("thread", Lane.PEOPLE)
        await until(lambda: flow.worked == ["thread", "thread"])


async def test_a_dead_worker_s_message_goes_to_another(connection: Connection) -> None:
    """What a worker had in hand when it died is given to another after the heartbeat."""
    queue = Queue(connection, KEY, heartbeat=300)
    await queue.send_run("thread", Lane.PEOPLE)
    dead = LaneBroker(connection.jobs_url, {"people": 2}, 1.0, 300)
    assert len(dead.do_fetch("people", 2)) == 1
    await queue.stop()
    flow = FakeWorkload()

    queue = Queue(connection, KEY, heartbeat=300)
    await queue.start_worker(flow)
    await until(lambda: flow.worked == ["thread"])
    await queue.stop(grace=1)
    dead.client.close()


async def test_shutdown_lets_work_end(connection: Connection) -> None:
    """Within its grace a worker ends what it began."""
    flow = FakeWorkload(gate=asyncio.Event())
    queue = Queue(connection, KEY)
    await queue.start_worker(flow)
    await queue.send_run("thread", Lane.PEOPLE)
    await until(lambda: flow.worked == ["thread"])

    leaving = asyncio.create_task(queue.stop(grace=5))
    flow.gate.set() if flow.gate else None
    await leaving

    assert flow.cut_off == []


async def test_what_does_not_end_in_time_is_begun_elsewhere(connection: Connection) -> None:
    """After its grace a worker cuts work off, and another begins it again."""
    flow, another = FakeWorkload(gate=asyncio.Event()), FakeWorkload()
    queue = Queue(connection, KEY)
    await queue.start_worker(flow)
    await queue.send_run("thread", Lane.PEOPLE)
    await until(lambda: flow.worked == ["thread"])

    await queue.stop(grace=0.1)

    async with _worker(connection, another):
        await until(lambda: another.worked == ["thread"])
    assert flow.cut_off == ["thread"]


async def test_what_is_cut_off_writes_down_what_it_has_to_before_the_worker_is_gone(connection: Connection) -> None:
    """A run that is cut off is queued again by its own last words, which are waited for."""
    flow = FakeWorkload(gate=asyncio.Event(), last_words=0.5)
    queue = Queue(connection, KEY)
    await queue.start_worker(flow)
    await queue.send_run("thread", Lane.PEOPLE)
    await until(lambda: flow.worked == ["thread"])

    await queue.stop(grace=0)

    assert flow.cut_off == ["thread"]


async def test_a_stop_reaches_every_worker_at_once(connection: Connection) -> None:
    """A stop overtakes the queue: it is there within milliseconds."""
    flow = FakeWorkload()

    async with _worker(connection, flow) as queue:
        await _heard_by(connection, 1)
        began = asyncio.get_running_loop().time()
        await queue.send_stop(("run-1",))
        await until(lambda: flow.canceled == [("run-1",)])

        assert asyncio.get_running_loop().time() - began < 1.0


async def test_a_stop_that_we_did_not_sign_is_not_heard(connection: Connection) -> None:
    """Who can only write to Redis cannot stop runs."""
    flow = FakeWorkload()

    async with _worker(connection, flow) as queue:
        await _heard_by(connection, 1)
        await connection.client.publish("infra:stops", "0.[]")
        await queue.send_stop(("run-1",))
        await until(lambda: bool(flow.canceled))

        assert flow.canceled == [("run-1",)]


async def _heard_by(connection: Connection, listeners: int) -> None:
    async def subscribed() -> bool:
        return dict(await connection.client.pubsub_numsub("infra:stops")).get("infra:stops") == listeners

    await until(subscribed)


def test_signing_keeps_a_message_as_it_is() -> None:
    """What is encoded is decoded, and nothing else is."""
    encoder = SignedJson(KEY)
    told = message("people", "work", "name").asdict()

    again = encoder.decode(encoder.encode(told))

    assert again == json.loads(json.dumps(told))

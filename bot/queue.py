"""The work queue: names of threads and approvals to workers, runs on the application's own loop, and stops at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import dramatiq
import dramatiq.worker
from dramatiq import Worker, set_encoder

from bot.broker import HEARTBEAT_MILLISECONDS, LaneBroker, SignedJson, message
from bot.ports import Lane
from bot.stops import Stops
from bot.store.connection import Connection
from bot.tasks import Tasks

log = logging.getLogger(__name__)

CHANGES = "changes"
CHANGE_SLOTS = 4
ENQUEUE_PATIENCE = 1.0
WORKER_PATIENCE = 60.0
WORKER_TIMEOUT_MILLISECONDS = 100
LEAVE_SECONDS = 2.0

dramatiq.worker.CONSUMER_RESTART_DELAY_SECS = 0.3  # its default of 3 s is how long a Redis restart would be noticed


class Workload(Protocol):
    """What a worker does with what it is sent; the flow is one."""

    async def work(self, thread_key: str) -> None:
        """Go through a thread's inbox."""
        ...

    async def dispatch(self, approval_id: str) -> None:
        """Carry out an approval."""
        ...

    def cancel(self, run_ids: tuple[str, ...]) -> None:
        """Cut off runs."""
        ...


class Queue:
    """Sends work to workers, and is one once `start_worker` is called.

    Args:
        connection: Where the store is; the queue uses the database next to it.
        key: Signs what is sent.
        people: Runs at once for people.
        background: Runs at once for alerts, schedules and wakes.
        heartbeat: Milliseconds after which a silent worker's messages go to another.
    """

    def __init__(
        self,
        connection: Connection,
        key: bytes,
        people: int = 8,
        background: int = 4,
        heartbeat: int = HEARTBEAT_MILLISECONDS,
    ) -> None:
        set_encoder(SignedJson(key))
        self._slots = {Lane.PEOPLE.value: people, Lane.BACKGROUND.value: background, CHANGES: CHANGE_SLOTS}
        self._url = connection.jobs_url
        self._heartbeat = heartbeat
        self._producer = LaneBroker(self._url, self._slots, ENQUEUE_PATIENCE, heartbeat)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="enqueue")
        self._stops = Stops(connection.client, key)
        self._listening: asyncio.Task[None] | None = None
        self._worker: Worker | None = None
        self._broker: LaneBroker | None = None
        self._flow: Workload | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks = Tasks()

    # --- sending ---

    async def send_run(self, thread_key: str, lane: Lane) -> None:
        """Have a worker go through a thread's inbox."""
        await self._send(lane.value, "work", thread_key)

    async def send_dispatch(self, approval_id: str) -> None:
        """Have a worker carry out an approval."""
        await self._send(CHANGES, "dispatch", approval_id)

    async def send_stop(self, run_ids: tuple[str, ...]) -> None:
        """Have every worker stop these runs at once."""
        await self._stops.send(run_ids)

    async def _send(self, lane: str, actor: str, name: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._producer.enqueue, message(lane, actor, name))

    # --- working ---

    async def start_worker(self, flow: Workload) -> None:
        """Take on work; the runs themselves go on in the running loop."""
        self._flow, self._loop = flow, asyncio.get_running_loop()
        self._listening = asyncio.create_task(self._stops.listen(flow.cancel))
        broker = LaneBroker(self._url, self._slots, WORKER_PATIENCE, self._heartbeat)
        dramatiq.actor(actor_name="work", broker=broker, queue_name=Lane.PEOPLE.value)(self._work)
        dramatiq.actor(actor_name="dispatch", broker=broker, queue_name=CHANGES)(self._dispatch)
        self._broker = broker
        self._worker = Worker(
            broker, worker_timeout=WORKER_TIMEOUT_MILLISECONDS, worker_threads=sum(self._slots.values())
        )
        broker.emit_after("process_boot")
        await asyncio.to_thread(self._worker.start)

    async def stop(self, grace: float = 20.0) -> None:
        """Take on no more; what does not end within `grace` seconds is cut off and starts again on another worker."""
        if self._worker:
            milliseconds = int((grace + 5) * 1000)
            leaving = asyncio.create_task(asyncio.to_thread(self._worker.stop, milliseconds))
            await self._tasks.ended(grace)
            self._tasks.cancel()
            await self._tasks.ended(LEAVE_SECONDS)
            await leaving
            self._worker = None
        if self._broker:
            self._broker.client.close()
        if self._listening:
            self._listening.cancel()
            await asyncio.wait({self._listening}, timeout=LEAVE_SECONDS)
        self._threads.shutdown()
        self._producer.client.close()

    def _work(self, thread_key: str) -> None:
        if self._flow:
            self._on_loop(self._flow.work, thread_key)

    def _dispatch(self, approval_id: str) -> None:
        if self._flow:
            self._on_loop(self._flow.dispatch, approval_id)

    def _on_loop(self, do: Callable[[str], Awaitable[None]], name: str) -> None:
        """Do something on the application's loop; the worker's thread waits for it."""
        if self._loop:
            asyncio.run_coroutine_threadsafe(self._tasks.run(do, name), self._loop).result()

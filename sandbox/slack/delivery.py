"""Brings what happens to the bot, over signed HTTP or a socket, again until it is acknowledged."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass

import aiohttp

from sandbox.clock import Clock
from sandbox.slack import signed_http
from sandbox.slack.application import Application
from sandbox.slack.faults import Faults
from sandbox.slack.journal import Delivered, Journal
from sandbox.slack.sockets import Sockets
from sandbox.slack.wire import Body


@dataclass
class Patience:
    """How deliveries wait and repeat.

    Attributes:
        ack_seconds: An attempt counts as lost after this (3 s, https://docs.slack.dev/apis/events-api).
        socket_tries: Attempts over Socket Mode.
        http_delays: Pauses before the repeats over HTTP: at once, after a minute, after five.
    """

    ack_seconds: float = 3.0
    socket_tries: int = 3
    http_delays: tuple[float, ...] = (0.0, 60.0, 300.0)


class Deliveries:
    """Delivers, and keeps a log of it."""

    def __init__(self, app: Application, clock: Clock, journal: Journal, faults: Faults) -> None:
        self.urls = dict(app.urls)
        self.patience = Patience()
        self.sockets = Sockets()
        self._app = app
        self._clock = clock
        self._journal = journal
        self._faults = faults
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Body | None]] = set()

    @property
    def connected(self) -> bool:
        """Tell whether a bot can be reached."""
        return bool(self.urls) or self.sockets.open

    def later(self, kind: str, payload: Body) -> None:
        """Deliver without waiting for the answer, as many extra times as the faults say."""
        for extra in range(1 + self._faults.redeliver):
            self._start(self._attempt(self._record(kind, payload), tried=extra))

    async def now(self, kind: str, payload: Body) -> Body | None:
        """Deliver and return the bot's answer: its body, or None if it never acknowledged."""
        return await self._attempt(self._record(kind, payload))

    def again(self, record: Delivered) -> None:
        """Deliver once more what was delivered before, whatever became of it."""
        self._start(self._attempt(record, tried=len(record.attempts)))

    async def verify(self, url: str) -> bool:
        """Check a request address with Slack's url_verification challenge."""
        return await signed_http.verify(self._http(), url, self._app.signing_secret)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        if self._session:
            await self._session.close()

    def _record(self, kind: str, payload: Body) -> Delivered:
        record = Delivered(kind, payload, self._clock.time())
        self._journal.deliveries.append(record)
        return record

    async def _attempt(self, record: Delivered, tried: int = 0) -> Body | None:
        send = self._over_http if record.kind in self.urls else self._over_socket
        for number, pause in enumerate(self._pauses(record.kind), start=tried):
            await asyncio.sleep(pause)
            record.attempts.append(self._clock.time())
            answer = await send(record.kind, record.payload, number)
            if answer is not None:
                record.acked_at, record.response = self._clock.time(), answer
                return answer
        return None

    def _pauses(self, kind: str) -> tuple[float, ...]:
        """Return the pause before each attempt; only events are repeated."""
        if kind != "events_api":
            return (0.0,)
        if kind in self.urls:
            return (0.0, *self.patience.http_delays)
        return (0.0,) * self.patience.socket_tries

    async def _over_http(self, kind: str, payload: Body, number: int) -> Body | None:
        post = signed_http.Post(self.urls[kind], self._app.signing_secret, kind, payload, number)
        return await signed_http.send(self._http(), post, self.patience.ack_seconds)

    async def _over_socket(self, kind: str, payload: Body, number: int) -> Body | None:
        return await self.sockets.send(kind, payload, number, self.patience.ack_seconds)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _start(self, work: Coroutine[None, None, Body | None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

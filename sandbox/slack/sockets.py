"""Socket Mode: the bot's open connections and the envelopes sent through them.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import uuid
from itertools import count

from aiohttp import WSMsgType, web

from sandbox.slack.directory import APP_ID
from sandbox.slack.wire import Body

CONNECTIONS = 10


class Sockets:
    """Open connections, used in turn, and the envelopes that wait for an acknowledgement."""

    def __init__(self) -> None:
        self.tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Body]] = {}
        self._turn = count()
        self._arrived = asyncio.Event()

    @property
    def open(self) -> bool:
        """Tell whether a bot is connected."""
        return bool(self._open)

    def ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = uuid.uuid4().hex
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Keep one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets or len(self._open) >= CONNECTIONS:
            raise web.HTTPForbidden(text="Open a connection with apps.connections.open first.")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._open.append(socket)
        self._arrived.set()
        try:
            await self._listen(socket)
        finally:
            self._leave(socket)
        return socket

    async def send(self, kind: str, payload: Body, number: int, seconds: float) -> Body | None:
        """Send an envelope; return the body it was acknowledged with, None if it was not in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(kind, payload, number)
        except TimeoutError:
            return None

    async def refresh(self) -> None:
        """Ask every connection to reconnect, as Slack does about once an hour, and close it."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await socket.close()

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self._open):
            await socket.close()

    async def _exchange(self, kind: str, payload: Body, number: int) -> Body:
        envelope = str(uuid.uuid4())
        self._waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            await self._hand_over(_envelope(envelope, kind, payload, number))
            return await self._waiting[envelope]
        finally:
            del self._waiting[envelope]

    async def _hand_over(self, envelope: Body) -> None:
        """Send through the next connection that stands; a bot that just went away may come back in time."""
        while True:
            while not self._open:
                self._arrived.clear()
                await self._arrived.wait()
            socket = self._open[next(self._turn) % len(self._open)]
            try:
                return await socket.send_json(envelope)
            except ConnectionError:
                self._leave(socket)

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        try:
            told = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(told.get("envelope_id", "")) if isinstance(told, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(told.get("payload") or {})

    def _leave(self, socket: web.WebSocketResponse) -> None:
        """Forget a connection; what it had not acknowledged times out and is sent through another."""
        if socket in self._open:
            self._open.remove(socket)

    def _hello(self) -> Body:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
        }


def _envelope(envelope: str, kind: str, payload: Body, number: int) -> Body:
    repeated = {"retry_attempt": number, "retry_reason": "timeout" if number else ""} if kind == "events_api" else {}
    return {
        "envelope_id": envelope,
        "type": kind,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
        **repeated,
    }

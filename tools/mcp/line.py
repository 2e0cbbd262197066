"""An open line to one MCP server: its SDK speaks asynchronously, in one thread of its own; tools wait for it here."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import TimeoutError as Late
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from config.settings import variables
from tools.contract import JsonObject, ToolError, Unknown
from tools.mcp.servers import Server

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, Tool

log = logging.getLogger(__name__)
T = TypeVar("T")

NOT_DONE = frozenset({-32601, -32602})
"""No such method, unfit parameters: https://www.jsonrpc.org/specification#error_object"""
MOST_PAGES = 20
LONGEST = 20_000
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool as its server describes it."""

    name: str
    description: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool answered; `failed` if it says itself that it failed."""

    text: str
    failed: bool


class Line:
    """A line to one server, opened when it is needed and again when it broke. Safe to use from any thread."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._turn = threading.Lock()
        self._client: Client | None = None
        self._over: asyncio.Event | None = None

    def tools(self) -> dict[str, Definition]:
        """Return the tools that the server has at this moment.

        Raises:
            ToolError: It cannot be reached, or does not say.
        """
        return {one.name: one for one in self._twice(_listed)}

    def read(self, tool: str, args: JsonObject) -> Said:
        """Call a tool that only looks, and once more if the line was dead.

        Raises:
            ToolError: There is no answer.
        """
        return self._twice(lambda client: _called(client, tool, args))

    def send(self, tool: str, args: JsonObject) -> Said:
        """Call a tool that changes something, once.

        Raises:
            Unknown: It was sent, and there is no answer.
            ToolError: It was not sent, or the server took it for no call at all.
        """
        client = self._open()
        try:
            return self._waited(_called(client, tool, args))
        except Exception as error:
            if getattr(error, "code", None) in NOT_DONE:
                raise ToolError(f"{self._name} did not take the call: {error}.") from error
            self.close()
            raise Unknown(
                f"{self._name} gave no answer ({_kind(error)}); whether it did anything is unknown."
            ) from error

    def close(self) -> None:
        """Hang up; the next call opens the line again."""
        with self._turn:
            if self._over:
                _loop().call_soon_threadsafe(self._over.set)
            self._client = self._over = None

    def _twice(self, work: Callable[[Client], Coroutine[Any, Any, T]], *, again: bool = True) -> T:
        """Do what may be repeated, once more on a new line if the one there is turns out to be dead."""
        client = self._open()
        try:
            return self._waited(work(client))
        except Exception as error:
            if getattr(error, "code", None) in NOT_DONE:
                raise ToolError(f"{self._name} did not take the call: {error}.") from error
            self.close()
            if not again or isinstance(error, Late | TimeoutError):
                raise ToolError(f"{self._name} gave no answer: {_kind(error)}.") from error
        return self._twice(work, again=False)

    def _open(self) -> Client:
        with self._turn:
            if self._client is None:
                try:
                    self._client, self._over = self._waited(_opened(self.server))
                except Exception as error:
                    raise ToolError(f"{self._name} cannot be reached: {_kind(error)}.") from error
            return self._client

    def _waited(self, work: Coroutine[Any, Any, T]) -> T:
        going = asyncio.run_coroutine_threadsafe(work, _loop())
        try:
            return going.result(self.server.seconds)
        except Late:
            going.cancel()
            raise

    @property
    def _name(self) -> str:
        return self.server.origin[0].upper() + self.server.origin[1:]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="mcp", daemon=True).start()
    return loop


_holding: set[asyncio.Task[None]] = set()
"""Keeps the tasks alive that keep the lines open."""


async def _opened(server: Server) -> tuple[Client, asyncio.Event]:
    """Open a line in a task of its own, which is the one that has to close it, too."""
    ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()
    task = asyncio.create_task(_held(server, ready, over))
    _holding.add(task)
    task.add_done_callback(_holding.discard)
    try:
        return await ready, over
    except asyncio.CancelledError:
        task.cancel()
        raise


async def _held(server: Server, ready: asyncio.Future[Client], over: asyncio.Event) -> None:
    from mcp import Client  # noqa: PLC0415 - takes seconds, and only who mounts a server pays

    try:
        async with _transport(server) as transport, Client(transport) as client:
            ready.set_result(client)
            await over.wait()
    except Exception as error:  # noqa: BLE001 - whoever waits for the line is told, in their own thread
        if ready.done():
            log.info("the line to %s broke: %s", server.origin, _kind(error))
        else:
            ready.set_exception(error)


@asynccontextmanager
async def _transport(server: Server) -> AsyncIterator[Any]:
    """Yield the way to a server, not yet open. What a program writes to its standard error is not kept or shown."""
    if server.url:
        from httpx2 import AsyncClient, Timeout  # noqa: PLC0415 - comes with mcp
        from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415 - same

        token = variables([server.token]).get(server.token, "") if server.token else ""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with AsyncClient(headers=headers, timeout=Timeout(server.seconds, read=300)) as client:
            yield streamable_http_client(server.url, http_client=client)
    else:
        from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: PLC0415 - same

        program, *arguments = server.command
        started = StdioServerParameters(command=program, args=arguments, env=variables(server.environment))
        with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230 - the null device does not block
            yield stdio_client(started, errlog=nowhere)


async def _listed(client: Client) -> list[Definition]:
    found: list[Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        found += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return [Definition(one.name, one.description or one.title or "", one.input_schema) for one in found]


async def _called(client: Client, tool: str, args: JsonObject) -> Said:
    answer = await client.call_tool(tool, args)
    return Said(_text(answer), bool(answer.is_error))


def _text(answer: CallToolResult) -> str:
    """Return an answer's text; pictures and the like are named, not shown."""
    parts = [getattr(one, "text", "") or f"[{one.type}, not shown]" for one in answer.content]
    text = "\n".join(parts) or str(answer.structured_content or "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n[{len(text) - LONGEST:,} more characters are left out]"


def _kind(error: BaseException) -> str:
    """Return what went wrong in a few words, of the innermost error of a group."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    if isinstance(error, Late | TimeoutError):
        return "it took too long"
    return f"{type(error).__name__}: {error}".rstrip(".: ")

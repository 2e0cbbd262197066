"""A Bedrock Runtime on localhost: ConverseStream in binary event-stream frames, and the faults it may have."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from aiohttp import web

Event = tuple[str, dict[str, Any]]


@dataclass
class Bedrock:
    """Answers with one reply after another; a reply is a list of events, an HTTP status, or None to hang."""

    replies: list[Sequence[Event] | int | None]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def converse_stream(self, request: web.Request) -> web.StreamResponse:
        """Serve POST /model/{model}/converse-stream."""
        self.requests.append(await request.json())
        match self.replies.pop(0):
            case None:
                await asyncio.Event().wait()
                raise AssertionError
            case int() as status:
                fault = {"x-amzn-ErrorType": "ThrottlingException" if status == 429 else "ValidationException"}
                return web.json_response({"message": "no"}, status=status, headers=fault)
            case events:
                return await _stream(request, events)


async def _stream(request: web.Request, events: Sequence[Event]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/vnd.amazon.eventstream"})
    await response.prepare(request)
    for name, payload in events:
        if name == "cut":
            if request.transport:
                request.transport.abort()
            break
        await response.write(frame(name, payload))
    return response


@asynccontextmanager
async def serving(*replies: Sequence[Event] | int | None) -> AsyncIterator[Bedrock]:
    """Serve these replies for the length of the block."""
    bedrock = Bedrock(list(replies))
    app = web.Application()
    app.router.add_post("/model/{model}/converse-stream", bedrock.converse_stream)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bedrock.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bedrock
    finally:
        await runner.cleanup()


def frame(event: str, payload: dict[str, Any]) -> bytes:
    """Encode one message: lengths, their CRC, headers, payload, CRC of it all.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html describes the encoding.
    """
    body = json.dumps(payload).encode()
    named = {":event-type": event, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(_header(name, value) for name, value in named.items())
    lengths = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = lengths + struct.pack(">I", crc32(lengths)) + headers + body
    return message + struct.pack(">I", crc32(message))


def _header(name: str, value: str) -> bytes:
    string = 7
    return bytes([len(name)]) + name.encode() + struct.pack(">BH", string, len(value)) + value.encode()


def saying(text: str) -> list[Event]:
    """Return the events of an answer in words."""
    deltas = [
        ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": f"{word} "}}) for word in text.split(" ")
    ]
    return [*_opening(), *deltas, ("contentBlockStop", {"contentBlockIndex": 0}), *_closing("end_turn")]


def using(*calls: tuple[str, dict[str, Any]]) -> list[Event]:
    """Return the events of an answer that uses tools; arguments come in pieces, as they do."""
    blocks = [event for at, (name, args) in enumerate(calls) for event in _tool_use(at, name, args)]
    return [*_opening(), *blocks, *_closing("tool_use")]


def _tool_use(at: int, name: str, args: dict[str, Any]) -> Iterator[Event]:
    text = json.dumps(args)
    yield "contentBlockStart", {"contentBlockIndex": at, "start": {"toolUse": {"toolUseId": f"use-{at}", "name": name}}}
    for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
        yield "contentBlockDelta", {"contentBlockIndex": at, "delta": {"toolUse": {"input": piece}}}
    yield "contentBlockStop", {"contentBlockIndex": at}


def _opening() -> list[Event]:
    return [("messageStart", {"role": "assistant"})]


def _closing(reason: str) -> list[Event]:
    usage = {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}
    return [("messageStop", {"stopReason": reason}), ("metadata", {"usage": usage, "metrics": {"latencyMs": 5}})]

"""One message a run is written into: a Slack stream, or, where there is none, a message that is posted and updated."""

import logging
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Protocol

from agents.contract import ThreadRef
from bot.slack.calls import Calls, DeclinedError, LostError
from bot.slack.content import Content
from bot.slack.posting import Identity, Poster, replies
from tools.contract import JsonObject

log = logging.getLogger(__name__)
PART = "infra_part"

_DEAD = {"message_not_in_streaming_state", "message_not_found", "msg_too_long", "streaming_state_conflict"}
_STOPPED = "stopped_by_user"


class UnavailableError(Exception):
    """This way of writing does not work here; take the other one."""

    def __init__(self, error: str) -> None:
        super().__init__(f"Streaming is not available here: {error}.")
        self.error = error


class Sent(Enum):
    """What became of chunks."""

    GOING = auto()  # they are in, and the message takes more
    ENDED = auto()  # they are in, and the message takes no more
    NOT_SENT = auto()  # they are not in, and the message takes no more


class Surface(Protocol):
    """One message being written by one writer."""

    gap: float
    content: Content

    async def more(self, chunks: list[JsonObject]) -> Sent:
        """Add chunks; the first ones open the message."""
        ...

    async def end(self, chunks: list[JsonObject], blocks: list[JsonObject], metadata: JsonObject) -> None:
        """Add the last chunks and close it."""
        ...


class StreamMessage:
    """A Slack stream."""

    gap = 0.8

    def __init__(
        self, calls: Calls, identity: Identity, ref: ThreadRef, reader: str, on_stop: Callable[[], Awaitable[None]]
    ) -> None:
        self.content = Content()
        self._calls = calls
        self._identity = identity
        self._ref = ref
        self._reader = reader
        self._on_stop = on_stop
        self._ts = ""
        self._stopped = False

    async def more(self, chunks: list[JsonObject]) -> Sent:
        """Add chunks; the first ones open the stream.

        Raises:
            UnavailableError: Slack does not stream here.
        """
        if not self._ts:
            return await self._open(chunks)
        try:
            if not self._stopped:
                await self._stream("chat.appendStream", chunks=chunks)
        except LostError:
            self.content = self.content.plus(chunks)
            await self._settle({})
            return Sent.ENDED
        except DeclinedError as declined:
            return await self._declined(declined, chunks)
        self.content = self.content.plus(chunks)
        return Sent.GOING

    async def end(self, chunks: list[JsonObject], blocks: list[JsonObject], metadata: JsonObject) -> None:
        """Close the stream; if that is in doubt, bring the message to what it should say."""
        if not self._ts:
            await self._open(chunks)
            chunks = []
        self.content = self.content.plus(chunks)
        last: JsonObject = {"chunks": chunks} if chunks else {}
        extra: JsonObject = {"metadata": metadata} | ({"blocks": blocks} if blocks else {})
        if self._stopped or not await self._closed(last | extra):
            await self._settle(extra)

    async def _open(self, chunks: list[JsonObject]) -> Sent:
        lost = False

        async def attempt() -> str:
            nonlocal lost
            found = await self._adopt() if lost else ""
            try:
                return found or await self._start(chunks)
            except LostError:
                lost = True
                raise

        try:
            self._ts = await self._calls.insist(attempt)
        except DeclinedError as declined:
            raise UnavailableError(declined.error) from declined
        self.content = self.content.plus(chunks)
        return Sent.GOING

    async def _start(self, chunks: list[JsonObject]) -> str:
        body: JsonObject = {
            "channel": self._ref.channel,
            "thread_ts": self._ref.ts,
            "chunks": chunks,
            "task_display_mode": "plan",
            "recipient_user_id": self._reader,
            "recipient_team_id": self._ref.team,
        }
        return str((await self._calls.call("chat.startStream", body, self._ref.channel))["ts"])

    async def _adopt(self) -> str:
        """Return the stream that was opened although we did not hear so: our newest message without any mark."""
        for message in reversed(await replies(self._calls, self._ref)):
            if await self._identity.wrote(message):
                return "" if message.get("metadata") else str(message["ts"])
        return ""

    async def _closed(self, body: JsonObject) -> bool:
        try:
            await self._stream("chat.stopStream", **body)
        except (LostError, DeclinedError) as problem:
            log.info("A stream is closed by an update: %s", problem)
            return False
        return True

    async def _declined(self, declined: DeclinedError, chunks: list[JsonObject]) -> Sent:
        if declined.error == _STOPPED:
            self._stopped = True
            self.content = self.content.plus(chunks)
            await self._on_stop()
            return Sent.GOING
        if declined.error not in _DEAD:
            log.warning("A stream goes on in a new message: %s", declined)
        await self._settle({})
        return Sent.NOT_SENT

    async def _settle(self, extra: JsonObject) -> None:
        """Make the message say exactly its content; every step is safe to repeat."""
        try:
            await self._calls.insist(lambda: self._stream("chat.stopStream"))
        except DeclinedError:
            log.debug("The stream was closed already.")
        extra_blocks = extra.get("blocks")
        blocks = [*self.content.blocks(), *(extra_blocks if isinstance(extra_blocks, list) else [])]
        body = self._address() | {"text": self.content.summary()} | extra | {"blocks": blocks}
        await self._calls.insist(lambda: self._calls.call("chat.update", body, self._ref.channel))

    async def _stream(self, method: str, **body: object) -> None:
        await self._calls.call(method, self._address() | body, self._ref.channel)

    def _address(self) -> JsonObject:
        return {"channel": self._ref.channel, "ts": self._ts}


class PostedMessage:
    """A message that is posted once and then updated."""

    gap = 1.2

    def __init__(self, poster: Poster, ref: ThreadRef, key: str) -> None:
        self.content = Content()
        self._poster = poster
        self._ref = ref
        self._key = key
        self._ts = ""

    async def more(self, chunks: list[JsonObject]) -> Sent:
        """Add chunks and show all there is."""
        await self._show(chunks, [], self._mark())
        return Sent.GOING

    async def end(self, chunks: list[JsonObject], blocks: list[JsonObject], metadata: JsonObject) -> None:
        """Show all there is, for good."""
        await self._show(chunks, blocks, metadata)

    async def _show(self, chunks: list[JsonObject], blocks: list[JsonObject], metadata: JsonObject) -> None:
        self.content = self.content.plus(chunks)
        message: JsonObject = {
            "text": self.content.summary(),
            "blocks": [*self.content.blocks(), *blocks],
            "metadata": metadata,
        }
        if not self._ts:
            first = message | {"metadata": self._mark()}
            self._ts = await self._poster.post(self._ref, first, PART, part=self._key)
            if metadata == self._mark():
                return
        await self._poster.update(self._ref.channel, self._ts, message)

    def _mark(self) -> JsonObject:
        return {"event_type": PART, "event_payload": {"part": self._key}}

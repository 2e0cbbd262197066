"""Alerts from an SQS queue: a message is deleted only once its alerts are kept, and what fails thrice is put aside."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Protocol

from redis.exceptions import RedisError

from bot.intake.reading import parsed, read
from bot.intake.sources import SOURCES
from bot.intake.taking import Intake
from tools.aws.alert_queue import Queued
from tools.contract import ToolError

log = logging.getLogger(__name__)

TRIES = 3
PAUSE = 5.0
"""Seconds until the queue is asked again after it could not be."""


class Inbox(Protocol):
    """A queue of messages; synchronous, called in a thread."""

    def receive(self) -> list[Queued]:
        """Wait for messages a while and return what came."""
        ...

    def delete(self, message: Queued) -> None:
        """Delete a message."""
        ...

    def release(self, message: Queued) -> None:
        """Let a message come again."""
        ...


class Polling:
    """Polls one queue; any number of processes may."""

    def __init__(self, inbox: Inbox, intake: Intake) -> None:
        self._inbox = inbox
        self._intake = intake
        self._shapes = SOURCES | intake.rules.source
        self._going: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to poll."""
        self._going = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        """Stop; what was received and not deleted comes again."""
        if self._going:
            self._going.cancel()
            await asyncio.wait({self._going}, timeout=1)

    async def once(self) -> int:
        """Take in what the queue has; return how many messages that was.

        Raises:
            ToolError: The queue cannot be asked.
        """
        messages = await asyncio.to_thread(self._inbox.receive)
        for message in messages:
            await self._take(message)
        return len(messages)

    async def _poll(self) -> None:
        while True:
            try:
                await self.once()
            except (ToolError, RedisError, OSError) as error:
                log.warning("the queue of alerts could not be worked: %s", error)
                await asyncio.sleep(PAUSE)

    async def _take(self, message: Queued) -> None:
        try:
            received = read("sqs", parsed(message.body), self._shapes)
            numbered = [one if one.delivery else replace(one, delivery=message.id) for one in received]
            await self._intake.take(numbered)
        except (RedisError, OSError):
            raise  # nothing is wrong with the message; it comes again
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one message must not stop the others
            await self._failed(message, error)
        else:
            await asyncio.to_thread(self._inbox.delete, message)

    async def _failed(self, message: Queued, error: Exception) -> None:
        """Let it come again, and put it aside the third time."""
        log.warning("message %s of the queue of alerts: %s", message.id, error)
        if message.receives < TRIES:
            await asyncio.to_thread(self._inbox.release, message)
            return
        log.error("message %s of the queue of alerts is put aside after %d tries", message.id, message.receives)
        await self._intake.park("sqs", message.body, str(error))
        await asyncio.to_thread(self._inbox.delete, message)

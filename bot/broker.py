"""Dramatiq as this product uses it: signed JSON messages, slots for each lane, and no message that stalls it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import redis
from dramatiq import Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.encoder import Encoder, MessageData
from dramatiq.errors import DecodeError
from dramatiq.middleware import Retries

from bot.store.sealed import Sealed, Tampered

HEARTBEAT_MILLISECONDS = 30_000
MAINTENANCE_PER_MILLION = 50_000  # every 20th command, so that a dead worker's messages move on within seconds
MAX_CONNECTIONS = 2_000
RETRY_SECONDS = 0.1


class SignedJson(Encoder):
    """Messages as JSON under our signature: writing to Redis is not enough to have a worker do something."""

    def __init__(self, key: bytes) -> None:
        self._sealed = Sealed(str, key)

    def encode(self, data: MessageData) -> bytes:
        """Return the signed message."""
        return self._sealed.dump("message", json.dumps(data, separators=(",", ":"))).encode()

    def decode(self, data: bytes) -> MessageData:
        """Return what was signed.

        Raises:
            DecodeError: We did not sign it.
        """
        try:
            message: MessageData = json.loads(self._sealed.load("message", data.decode()))
        except (Tampered, ValueError) as error:
            raise DecodeError("not signed by us", data, error) from error  # type: ignore[no-untyped-call]  # no types there
        return message


class LaneBroker(RedisBroker):
    """A Redis broker with as many messages in hand per lane as the lane has slots.

    Args:
        url: Database of the queue.
        slots: Messages at once, by lane.
        patience: Seconds to keep trying while Redis is away; a message in hand would be lost otherwise.
        heartbeat: Milliseconds without a sign of life after which a worker's messages go to another.
    """

    def __init__(self, url: str, slots: Mapping[str, int], patience: float, heartbeat: int) -> None:
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=MAX_CONNECTIONS, socket_timeout=5)
        super().__init__(  # type: ignore[no-untyped-call]  # no types there
            client=redis.Redis.from_pool(pool),
            middleware=[Retries(max_retries=3, min_backoff=1000)],
            maintenance_chance=MAINTENANCE_PER_MILLION,
            heartbeat_timeout=heartbeat,
        )
        self._slots = slots
        self._patience = patience
        for lane in slots:
            self.declare_queue(lane)

    @property
    def consumer_class(self) -> type[_RedisConsumer]:
        """Return the consumer that survives what it cannot read."""
        return SteadyConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> _RedisConsumer:
        """Return a lane's consumer; a lane's delayed messages are only held, so they take no slots."""
        return self.consumer_class(self, queue_name, self._slots.get(queue_name, prefetch), timeout)

    def _dispatch(self, command: str) -> Callable[..., Any]:
        """Return a command that is tried again while Redis is away, each time as of now (its timestamp is fresh)."""
        once: Callable[..., Any] = super()._dispatch(command)  # type: ignore[no-untyped-call]  # no types there
        if command == "fetch":  # the consumer starts over by itself
            return once

        def do(*args: Any) -> Any:
            deadline = time.monotonic() + self._patience
            while True:
                try:
                    return once(*args)
                except (redis.ConnectionError, redis.TimeoutError):
                    if time.monotonic() >= deadline:
                        raise
                    time.sleep(RETRY_SECONDS)

        return do


class SteadyConsumer(_RedisConsumer):
    """Moves what it cannot read to the dead letters; dramatiq's own would stop at it for good."""

    def __next__(self) -> MessageProxy | None:
        """Return the next message, if there is one."""
        try:
            message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]  # no types there
        except DecodeError as error:
            self._bury(error.data)
            return None
        return message

    def _bury(self, data: bytes) -> None:
        client, broker = self.broker.client, self.broker
        acks = f"{broker.namespace}:__acks__.{broker.broker_id}.{self.queue_name}"
        for name in client.smembers(acks):
            if client.hget(f"{broker.namespace}:{self.queue_name}.msgs", name) == data:
                self.logger.error("Moved a message to the dead letters of %r: not signed by us.", self.queue_name)
                broker.do_nack(self.queue_name, name)


def message(lane: str, actor: str, *args: str) -> Message[None]:
    """Return a message for an actor."""
    return Message(queue_name=lane, actor_name=actor, args=args, kwargs={}, options={})

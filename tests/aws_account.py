"""An AWS account to test against: documents in, an endpoint out."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config

from config.settings import settings
from sandbox.aws.server import Cloud, make_app
from sandbox.clock import Clock
from sandbox.world import World

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
"""The moment the test worlds describe."""


class Conditions:
    """A cluster of which only one thing is known: since when it is well."""

    def __init__(self) -> None:
        self.well_since: datetime | None = None

    def holds(self, condition: Mapping[str, Any]) -> datetime | None:  # noqa: ARG002 - one answer for all conditions
        """Return since when all is well."""
        return self.well_since


@dataclass(frozen=True)
class Account:
    """A served account."""

    cloud: Cloud
    clock: Clock
    cluster: Conditions
    url: str

    def client(self, service: str, **config: Any) -> Any:
        """Return a production boto3 client that talks to the account."""
        make: Any = boto3.client  # the service comes as text, which the typed overloads do not take
        return make(
            service,
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            config=Config(retries={"max_attempts": 1}, **config),
        )


def world_of(documents: Mapping[str, object], settings: Mapping[str, object] | None = None) -> World:
    """Return a world whose AWS files are these, by path such as cloudwatch/alarms.json."""
    folders: dict[str, dict[str, object]] = {}
    for path, document in documents.items():
        folder, _, name = path.partition("/")
        folders.setdefault(folder, {})[name] = document
    return World(
        path=Path("test"),
        name="test",
        now=NOW,
        region="us-east-1",
        account="123456789012",
        settings=dict(settings or {}),
        aws=folders,
    )


def at(minutes: float) -> str:
    """Return the world's time so many minutes from its now, as AWS writes it."""
    return (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def series(name: str, values: Sequence[float], **named: object) -> dict[str, object]:
    """Return a MetricDataResults entry: one value a minute, the last one now."""
    times = [at(1 + number - len(values)) for number in range(len(values))]
    return {"Id": "m1", "Label": name, "MetricName": name, "Timestamps": times, "Values": values, **named}


@contextmanager
def serving(world: World) -> Iterator[Account]:
    """Serve the AWS account of a world for the length of the block."""
    clock, cluster = Clock(), Conditions()
    cloud = Cloud(world, clock, cluster)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = web.AppRunner(make_app(cloud), access_log=None, shutdown_timeout=1)
    try:
        url = asyncio.run_coroutine_threadsafe(_start(runner), loop).result(10)
        yield Account(cloud, clock, cluster, url)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(runner, loop), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@contextmanager
def looked_at(documents: Mapping[str, object] | World) -> Iterator[Account]:
    """Serve an account and point the tools at it, for the length of the block."""
    world = documents if isinstance(documents, World) else world_of(documents)
    with serving(world) as account, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", account.url)
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "sandbox")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox")
        settings.cache_clear()
        yield account
    settings.cache_clear()


async def _start(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _stop(runner: web.AppRunner, loop: asyncio.AbstractEventLoop) -> None:
    await runner.cleanup()
    await loop.shutdown_default_executor()

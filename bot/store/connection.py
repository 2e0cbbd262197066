"""Connections to Redis or Valkey, and whether the server is safe enough to change anything by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from bot.store import embedded
from config.settings import Settings

MAX_CONNECTIONS = 64
POOL_WAIT_SECONDS = 5.0
SOCKET_SECONDS = 5.0
RETRIES = 8  # with these waits a restart of Redis of some five seconds is not noticed
RETRY_BASE_SECONDS = 0.05
RETRY_CAP_SECONDS = 1.0


@dataclass(frozen=True)
class Connection:
    """Where state is kept. `sync` is for tools' threads, `client` for everything else."""

    url: str
    client: redis.asyncio.Redis
    sync: redis.Redis
    server: embedded.Embedded | None = None

    @property
    def jobs_url(self) -> str:
        """URL of the database of the queue, next to ours."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))

    async def now(self) -> datetime:
        """Return the store's time (UTC): what approvals expire by, whatever a worker's own clock says."""
        seconds, micros = await self.client.time()
        return datetime.fromtimestamp(seconds + micros / 1_000_000, UTC)

    def now_sync(self) -> datetime:
        """Return the store's time (UTC), for the executor's thread."""
        seconds, micros = self.sync.time()
        return datetime.fromtimestamp(seconds + micros / 1_000_000, UTC)

    async def changes_refused_because(self) -> str:
        """Return why no change may be made on this server, one sentence; empty if it is durable."""
        return why_unsafe(await self.client.info())

    async def close(self) -> None:
        """Close the connections, and the embedded server if it is ours."""
        await self.client.aclose()
        self.sync.close()
        if self.server:
            self.server.close()


def connect(settings: Settings) -> Connection:
    """Connect to REDIS_URL, or to an embedded Valkey in the data folder."""
    if settings.redis_url:
        return connected(settings.redis_url)
    server = embedded.start(settings.infra_data)
    return connected(server.url, server)


def connected(url: str, server: embedded.Embedded | None = None) -> Connection:
    """Return connections to a URL; the pools wait for a free connection rather than fail."""
    patience = ExponentialBackoff(cap=RETRY_CAP_SECONDS, base=RETRY_BASE_SECONDS)
    limits = {
        "max_connections": MAX_CONNECTIONS,
        "timeout": POOL_WAIT_SECONDS,
        "socket_timeout": SOCKET_SECONDS,
        "decode_responses": True,
    }
    pool = redis.asyncio.BlockingConnectionPool.from_url(url, **limits, retry=AsyncRetry(patience, RETRIES))
    sync = redis.BlockingConnectionPool.from_url(url, **limits, retry=Retry(patience, RETRIES))
    return Connection(url, redis.asyncio.Redis.from_pool(pool), redis.Redis.from_pool(sync), server)


def why_unsafe(info: dict[str, object]) -> str:
    """Return why a server with this INFO could forget an approval or a claim; empty if it could not."""
    match info:
        case {"aof_enabled": enabled} if enabled != 1:
            return "Redis keeps nothing across a restart (set appendonly yes), so every change is refused."
        case {"aof_last_write_status": status} if status != "ok":
            return "Redis cannot write its append-only file (is the disk full?), so every change is refused."
        case {"maxmemory_policy": policy} if policy != "noeviction":
            return f"Redis may evict approvals (set maxmemory-policy noeviction, not {policy}); changes are refused."
        case {"aof_enabled": _, "maxmemory_policy": _}:
            return ""
        case _:
            return "Redis does not say whether it is durable (INFO persistence and memory), so every change is refused."

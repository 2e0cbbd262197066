"""Leases: one holder at a time, for as long as it gives signs of life."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store import keys

RENEW = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('pexpire', KEYS[1], ARGV[2])
"""
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a holder holds; `token` is the fence: whoever writes under the lease has the store compare it first."""

    name: str
    token: str

    @property
    def key(self) -> str:
        """Where the store keeps the token."""
        return keys.LEASE.format(self.name)


class Leases:
    """Takes, renews and releases leases of `seconds`."""

    def __init__(self, client: Redis, seconds: float = 20.0) -> None:
        self._client = client
        self._milliseconds = int(seconds * 1000)
        self._renew = client.register_script(RENEW)
        self._release = client.register_script(RELEASE)
        self.seconds = seconds

    async def take(self, name: str) -> Lease | None:
        """Return the lease, or None while somebody else holds it."""
        lease = Lease(name, secrets.token_hex(16))
        taken = await self._client.set(lease.key, lease.token, nx=True, px=self._milliseconds)
        return lease if taken else None

    async def renew(self, lease: Lease) -> bool:
        """Prolong the lease; False if it is no longer ours."""
        return bool(await self._renew(keys=[lease.key], args=[lease.token, self._milliseconds]))

    async def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        await self._release(keys=[lease.key], args=[lease.token])

    @contextlib.asynccontextmanager
    async def held(self, lease: Lease) -> AsyncIterator[None]:
        """Keep the lease through the block and release it after; the block is canceled if the lease is lost."""
        holder = asyncio.current_task()
        keeper = asyncio.create_task(self._keep(lease, holder))
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(RedisError):  # if it cannot be given back it runs out
                await self.release(lease)

    async def _keep(self, lease: Lease, holder: asyncio.Task[object] | None) -> None:
        loop = asyncio.get_running_loop()
        good_until = loop.time() + self.seconds
        while loop.time() < good_until:
            await asyncio.sleep(self.seconds / 4)
            with contextlib.suppress(RedisError):  # while Redis is away nobody else can take it either
                if not await self.renew(lease):
                    break
                good_until = loop.time() + self.seconds
        if holder:
            holder.cancel("the lease was lost")

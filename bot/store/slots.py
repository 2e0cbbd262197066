"""Schedule slots: each fires once, however many clocks there are."""

from datetime import datetime

from redis.asyncio import Redis

from bot.store import keys


class Slots:
    """Remembers which slots have fired."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def claim(self, schedule: str, slot: datetime) -> bool:
        """Claim a schedule's slot; False if it has fired."""
        name = keys.SLOT.format(f"{schedule}:{slot.isoformat()}")
        return bool(await self._client.set(name, 1, nx=True, ex=keys.SLOT_SECONDS))

"""Schedule slots: each is answered once, however many clocks there are and whichever of them dies."""

from datetime import datetime

from redis.asyncio import Redis

from bot.store import keys
from bot.store.replies import Told, text

TAKE = """
-- KEYS: slots of a schedule   ARGV: slot, now, seconds to hold it, what the schedule says, seconds to keep
local fired, said = redis.call('hget', KEYS[1], 'fired'), redis.call('hget', KEYS[1], 'said')
if not fired or said ~= ARGV[4] then
  redis.call('hset', KEYS[1], 'fired', ARGV[2], 'said', ARGV[4], 'until', 0)
  redis.call('expire', KEYS[1], ARGV[5])
  return 0
end
if tonumber(ARGV[1]) <= tonumber(fired) then return 0 end
if tonumber(ARGV[2]) < tonumber(redis.call('hget', KEYS[1], 'until')) then return 0 end
redis.call('hset', KEYS[1], 'until', ARGV[2] + ARGV[3])
return 1
"""
PLACE = """
-- KEYS: slots of a schedule   ARGV: slot, where
local slot, where = redis.call('hget', KEYS[1], 'slot'), redis.call('hget', KEYS[1], 'where')
if slot and tonumber(slot) > tonumber(ARGV[1]) then return '' end
if slot and tonumber(slot) == tonumber(ARGV[1]) then return where end
redis.call('hset', KEYS[1], 'slot', ARGV[1], 'where', ARGV[2])
return ARGV[2]
"""
FIRE = """
-- KEYS: slots of a schedule   ARGV: slot, seconds to keep
local fired = redis.call('hget', KEYS[1], 'fired')
if fired and tonumber(fired) >= tonumber(ARGV[1]) then return 0 end
redis.call('hset', KEYS[1], 'fired', ARGV[1], 'until', 0)
redis.call('expire', KEYS[1], ARGV[2])
return 1
"""


class Slots:
    """Remembers how far each schedule has come. Time only moves forward here: an earlier slot never fires."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._take = client.register_script(TAKE)
        self._place = client.register_script(PLACE)
        self._fire = client.register_script(FIRE)

    async def take(self, schedule: str, said: str, slot: datetime | None, now: datetime, seconds: float) -> bool:
        """Hold a slot for some seconds; False if it has fired, is not after the last, or somebody holds one.

        Args:
            schedule: Whose slot it is.
            said: When the schedule is due, in its own words. A schedule that is new, or says something else than the
                last time, begins now: what would have been due before is not.
            slot: The slot; None if none is due.
            now: The store's time (UTC).
            seconds: For how long; whoever died meanwhile is done for.
        """
        wanted = slot.timestamp() if slot else 0
        told: Told = [wanted, now.timestamp(), seconds, said, keys.SLOT_SECONDS]
        return bool(await self._take(keys=[keys.SLOT.format(schedule)], args=told))

    async def place(self, schedule: str, slot: datetime, where: str) -> str:
        """Say where a slot is answered; return where it is, which another may have said first; empty if it is over."""
        told: Told = [slot.timestamp(), where]
        return text(await self._place(keys=[keys.SLOT.format(schedule)], args=told))

    async def fire(self, schedule: str, slot: datetime) -> bool:
        """Let a slot, and all before it, be over; False if it was."""
        return bool(await self._fire(keys=[keys.SLOT.format(schedule)], args=[slot.timestamp(), keys.SLOT_SECONDS]))

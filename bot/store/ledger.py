"""The ledger of dispatches: what was claimed, intended and recorded, on disk before anything goes on."""

from redis import Redis
from redis.exceptions import ResponseError

from bot.store import keys
from bot.store.replies import Told, text
from bot.store.sealed import Sealed
from bot.store.trail import Trail
from tools.contract import JsonObject, Refused
from tools.proposal import Grant, Outcome

FSYNC_MILLISECONDS = 3000

INTEND = """
-- KEYS: ledger   ARGV: grant, seconds
if redis.call('hexists', KEYS[1], 'outcome') == 1 then return 0 end
redis.call('hset', KEYS[1], 'intent', ARGV[1])
redis.call('expire', KEYS[1], ARGV[2])
return 1
"""


class NotDurableError(Exception):
    """The store could not say in time that it wrote to disk, so nothing may be sent."""


class Ledger:
    """Keeps dispatches; the executor's own book. Synchronous, for it works in the executor's thread."""

    def __init__(self, client: Redis, key: bytes, trail: Trail) -> None:
        self._client = client
        self._trail = trail
        self._grants = Sealed(Grant, key)
        self._outcomes = Sealed(Outcome, key)
        self._intend = client.register_script(INTEND)

    def claim(self, proposal_id: str, digest: str) -> bool:
        """Claim the one dispatch of a proposal; False if it was ever claimed."""
        name = keys.CLAIM.format(proposal_id)
        claimed = self._client.set(name, digest, nx=True, ex=keys.LEDGER_SECONDS)
        if claimed:
            self._on_disk()
        return bool(claimed)

    def intend(self, grant: Grant) -> None:
        """Record, before anything is sent, that it is about to be.

        Raises:
            Refused: The dispatch has an outcome already: this worker was taken for dead.
        """
        proposal_id = grant.proposal.id
        where = [keys.LEDGER.format(proposal_id)]
        told: Told = [self._grants.dump(proposal_id, grant), keys.LEDGER_SECONDS]
        if not self._intend(keys=where, args=told):
            raise Refused("Another worker has given this dispatch up for lost, so nothing was sent; ask again.")
        self._on_disk()

    def record(self, outcome: Outcome) -> None:
        """Record what became of it."""
        self._write(outcome.proposal_id, "outcome", self._outcomes.dump(outcome.proposal_id, outcome))

    def audit(self, kind: str, data: JsonObject) -> None:
        """Append to the audit trail."""
        self._trail.append(kind, data)

    def outcome(self, proposal_id: str) -> Outcome | None:
        """Return what became of a dispatch, None if nobody recorded it.

        Raises:
            Tampered: The row is not what we wrote.
        """
        row = text(self._client.hget(keys.LEDGER.format(proposal_id), "outcome"))
        return self._outcomes.load(proposal_id, row) if row else None

    def _write(self, proposal_id: str, field: str, row: str) -> None:
        name = keys.LEDGER.format(proposal_id)
        self._client.hset(name, field, row)
        self._client.expire(name, keys.LEDGER_SECONDS)
        self._on_disk()

    def _on_disk(self) -> None:
        """Wait for the append-only file (https://valkey.io/commands/waitaof); older servers do not offer it."""
        try:
            local, _ = self._client.waitaof(1, 0, FSYNC_MILLISECONDS)
        except ResponseError as error:
            if "unknown command" in str(error):
                return
            raise
        if local < 1:
            raise NotDurableError("Redis did not write to disk in time, so nothing was sent; try again.")

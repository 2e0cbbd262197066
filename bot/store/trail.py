"""The audit trail in Redis: appended one record at a time, read to be verified."""

from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Lock

from pydantic import ValidationError
from redis import Redis

from bot.audit import RECORDS, Head, Record, Verified, link, walk
from bot.store import keys
from bot.store.replies import Told, text
from bot.store.sealed import Sealed, Tampered
from tools.contract import JsonObject

ATTEMPTS = 50
PAGE = 500

APPEND = """
-- KEYS: trail, head   ARGV: the head as it was read, record, new head
local head = redis.call('get', KEYS[2]) or ''
if head ~= ARGV[1] then return 0 end
redis.call('xadd', KEYS[1], '*', 'record', ARGV[2])
redis.call('set', KEYS[2], ARGV[3])
return 1
"""

__all__ = ["RECORDS", "AuditError", "Trail"]


class AuditError(Exception):
    """The audit trail cannot be continued, so nothing that needs a record may happen."""


class Trail:
    """Appends to the trail and verifies it. Synchronous: the executor's thread waits for the record."""

    def __init__(self, client: Redis, key: bytes, now: Callable[[], datetime]) -> None:
        self._client = client
        self._key = key
        self._now = now
        self._heads = Sealed(Head, key)
        self._append = client.register_script(APPEND)
        self._turn = Lock()  # threads of this process take turns; only other processes can come first

    def append(self, kind: str, data: JsonObject) -> None:
        """Append a record.

        Raises:
            AuditError: Its head was tampered with, or too many others wrote at the same time.
            RedisError: The store is away.
        """
        with self._turn:
            for _ in range(ATTEMPTS):
                if self._appended(kind, data):
                    return
        raise AuditError("The audit trail is too busy to record this, so it was not done; try again.")

    def verify(self) -> Verified:
        """Walk the whole trail."""
        try:
            return walk(self._key, (row for _, row in self.rows()), self._head()[1])
        except (AuditError, ValidationError, KeyError) as error:
            return Verified(0, ok=False, problem=f"The trail or its head cannot be read: {error}")

    def head(self) -> Head:
        """Return where the trail ends.

        Raises:
            AuditError: Its head is gone, or somebody else's.
        """
        return self._head()[1]

    def records(self) -> Iterator[Record]:
        """Return all records, oldest first.

        Raises:
            ValidationError: A row is none.
        """
        return (RECORDS.validate_json(row, strict=True) for _, row in self.rows())

    def since(self, moment: datetime) -> Iterator[Record]:
        """Return the records from a moment on, oldest first.

        Raises:
            ValidationError: A row is none.
        """
        start = f"{int(moment.timestamp() * 1000)}-0"
        return (RECORDS.validate_json(row, strict=True) for _, row in self.rows(start))

    def rows(self, after: str = "") -> Iterator[tuple[str, str]]:
        """Return position and text of the rows after a position, oldest first; from the beginning if it is empty."""
        while page := self._client.xrange(keys.AUDIT, min=f"({after}" if after else "-", count=PAGE):
            for name, fields in page:
                after = text(name)
                yield after, text((fields or {}).get("record"))

    def exported(self, problem: str) -> None:
        """Remember why the trail could not be copied, or that it could."""
        if problem:
            self._client.set(keys.EXPORT_PROBLEM, problem, ex=keys.EXPORT_SECONDS)
        else:
            self._client.delete(keys.EXPORT_PROBLEM)

    def export_problem(self) -> str:
        """Return why the trail could not be copied the last time; empty if it could."""
        return text(self._client.get(keys.EXPORT_PROBLEM))

    def _appended(self, kind: str, data: JsonObject) -> bool:
        row, head = self._head()
        record, following = link(self._key, head, self._now(), kind, data)
        told: Told = [row, RECORDS.dump_json(record).decode(), self._heads.dump(keys.AUDIT_HEAD, following)]
        return bool(self._append(keys=[keys.AUDIT, keys.AUDIT_HEAD], args=told))

    def _head(self) -> tuple[str, Head]:
        row = text(self._client.get(keys.AUDIT_HEAD))
        if not row:
            if self._client.exists(keys.AUDIT):
                raise AuditError("The audit trail's head is gone; restore Redis from its files before any change.")
            return "", Head()
        try:
            return row, self._heads.load(keys.AUDIT_HEAD, row)
        except Tampered as error:
            raise AuditError(f"{error} Restore Redis from its files before any change.") from error

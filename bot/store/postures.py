"""Histories of the security posture: read and written by readings, in their threads, and told from by digests."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress

import redis
from pydantic import TypeAdapter, ValidationError

from bot.store import keys
from bot.store.replies import text
from bot.store.sealed import Sealed, Tampered
from tools.security.books import Look
from tools.security.history import History

_ROWS = TypeAdapter(History)


class Postures:
    """Keeps a history for each account that has a name, and one for those without."""

    def __init__(self, sync: redis.Redis, key: bytes) -> None:
        self._sync = sync
        self._sealed = Sealed(str, key)

    def look(self, account: str, look: Look) -> History:
        """Return an account's history after a look, and keep it; of two that look at once, none is lost."""
        name = keys.POSTURE.format(account)
        with self._sync.pipeline() as both:
            while True:
                with suppress(redis.WatchError):
                    return self._turned(both, name, look)

    def of(self, account: str) -> History:
        """Return an account's history as it is; an empty one where nobody looked, or where it was tampered with."""
        name = keys.POSTURE.format(account)
        return self._opened(name, text(self._sync.get(name)))

    def _turned(self, both: redis.client.Pipeline, name: str, look: Look) -> History:
        both.watch(name)  # type: ignore[no-untyped-call]  # redis-py declares no types for it
        after = look(self._opened(name, text(both.get(name))))
        both.multi()
        both.set(name, self._sealed.dump(name, _packed(after)), ex=keys.POSTURE_SECONDS)
        both.execute()
        return after

    def _opened(self, name: str, row: str) -> History:
        try:
            return _unpacked(self._sealed.load(name, row)) if row else History()
        except (Tampered, ValidationError):
            return History()


def _packed(history: History) -> str:
    """Return a history as text: a large organization's is megabytes of names that are much alike."""
    return base64.b64encode(zlib.compress(_ROWS.dump_json(history), 1)).decode()


def _unpacked(packed: str) -> History:
    return _ROWS.validate_json(zlib.decompress(base64.b64decode(packed)))

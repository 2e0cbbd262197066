"""Rows as strict JSON under a signature that is bound to where the row is kept."""

import hashlib
import hmac
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class Tampered(Exception):
    """A row is not what we wrote there; treat it as if it did not exist, and say so."""


class Sealed(Generic[T]):
    """Writes and reads one kind of row; `name` is the row's own name, so that a row moved elsewhere is not valid."""

    def __init__(self, kind: type[T], key: bytes) -> None:
        self._rows = TypeAdapter(kind)
        self._kind = kind.__name__
        self._key = key

    def dump(self, name: str, value: T) -> str:
        """Return the row to keep under `name`."""
        body = self._rows.dump_json(value).decode()
        return f"{self._mac(name, body)}.{body}"

    def load(self, name: str, row: str) -> T:
        """Return what was kept under `name`.

        Raises:
            Tampered: The row was not written by us, or not under this name.
        """
        mac, _, body = row.partition(".")
        if not hmac.compare_digest(_bytes(mac), _bytes(self._mac(name, body))):
            raise Tampered(f"{self._kind} {name} was changed in the store by somebody else; it is not valid.")
        try:
            return self._rows.validate_json(body, strict=True)
        except ValidationError as error:
            raise Tampered(f"{self._kind} {name} does not fit this version; it is not valid.") from error

    def _mac(self, name: str, body: str) -> str:
        signed = _bytes(f"{self._kind}\0{name}\0{body}")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    """Return any text as bytes: half a surrogate pair, which UTF-8 has no place for, is a change like any other."""
    return text.encode(errors="surrogatepass")

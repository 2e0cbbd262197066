"""One spelling for equal data (RFC 8785), so that a hash binds meaning and not spelling."""

import hashlib
import hmac
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import rfc8785


def canonical(value: object) -> bytes:
    """Return the RFC 8785 (JCS) form of JSON data or of a frozen dataclass made of it.

    Strings are not normalised: another unicode form is another string.

    Raises:
        ValueError: For what JSON cannot hold exactly: NaN, infinities, integers beyond 2**53, lone surrogates.
    """
    try:
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise ValueError(f"This cannot be written as exact JSON: {error}") from error


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical form, hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sign(key: bytes, value: object) -> str:
    """Return the HMAC-SHA-256 of the canonical form, hex."""
    return hmac.new(key, canonical(value), hashlib.sha256).hexdigest()


def signed_by(key: bytes, value: object, signature: str) -> bool:
    """Tell whether `signature` is `sign(key, value)`, in constant time."""
    return hmac.compare_digest(sign(key, value), signature)


def _plain(value: object) -> Any:
    """Return records, dates and enums as JSON data; Any because the library's own value type is private."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        case _:
            return value

"""One spelling for equal data (RFC 8785), so that a hash binds meaning and not spelling."""

import hashlib
import hmac
import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import rfc8785

_SIMPLE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_EXACT = 2**53
"""Integers below are exact in every JSON reader: https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2.3"""
_SURE = frozenset({str, bool, type(None)})
_LEAVES = frozenset({str, int, bool, float, type(None)})


def canonical(value: object) -> bytes:
    """Return the RFC 8785 (JCS) form of JSON data or of a frozen dataclass made of it.

    Strings are not normalised: another unicode form is another string.

    Raises:
        ValueError: For what JSON cannot hold exactly: NaN, infinities, integers beyond 2**53, lone surrogates.
    """
    try:
        if _is_simple(value):
            return _SIMPLE.encode(value).encode()
        plain = _plain(value)
        return _SIMPLE.encode(plain).encode() if _is_simple(plain) else rfc8785.dumps(plain)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise ValueError(f"This cannot be written as exact JSON: {error}") from error


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical form, hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sign(key: bytes, value: object) -> str:
    """Return the HMAC-SHA-256 of the canonical form, hex."""
    return hmac.new(key, canonical(value), hashlib.sha256).hexdigest()


def signed_by(key: bytes, value: object, signature: str) -> bool:
    """Tell whether `signature` is `sign(key, value)`, in constant time; what cannot be written was never signed."""
    try:
        return hmac.compare_digest(sign(key, value).encode(), signature.encode("utf-8", "replace"))
    except ValueError:
        return False


def _is_simple(value: object) -> bool:
    """Tell whether the standard library writes this as RFC 8785 wants it: no numbers with a fraction, plain keys.

    That is much faster, which makes a long audit trail quick to verify. Keys beyond ASCII may sort otherwise.
    """
    if type(value) in _SURE:
        return True
    match value:
        case int():
            return -_EXACT < value < _EXACT
        case dict():
            keys = "".join(value) if set(map(type, value)) <= {str} else "\x80"
            return keys.isascii() and all(map(_is_simple, value.values()))
        case list():
            return all(map(_is_simple, value))
        case _:
            return False


def _plain(value: object) -> Any:
    """Return records, dates and enums as JSON data; Any because the library's own value type is private."""
    return value if type(value) in _LEAVES else _unfolded(value)


def _unfolded(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime(tzinfo=None):
            raise ValueError("This cannot be written as exact JSON: a time without its zone is another one elsewhere.")
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

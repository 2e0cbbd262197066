"""Canonical JSON: equal data has one spelling, other data another."""

import json
from dataclasses import dataclass
from datetime import datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tools.canonical import canonical, digest, sign, signed_by

SAFE = 2**53 - 1
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), JSON))
def test_order_of_keys_means_nothing(value: dict[str, object]) -> None:
    """Reordering keys does not change the digest."""
    assert digest(dict(reversed(value.items()))) == digest(value)


@given(JSON)
def test_canonical_form_is_json_and_stable(value: object) -> None:
    """The form reads back as the same data and is its own form."""
    form = canonical(value)

    assert json.loads(form) == value
    assert canonical(json.loads(form)) == form


@given(JSON, JSON)
def test_other_data_has_another_digest(one: object, other: object) -> None:
    """Two values share a digest only if they are equal, types included."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (digest(one) == digest(other)) is same


@given(JSON | st.floats(allow_nan=False, allow_infinity=False) | st.dictionaries(st.text(max_size=3), st.floats(-9, 9)))
def test_the_quick_way_is_the_standard_way(value: object) -> None:
    """Whatever is written by the standard library is what RFC 8785's own library writes."""
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type] # JSON, as drawn above


def test_a_number_is_not_its_spelling() -> None:
    """3 and "3" are different arguments."""
    assert digest({"replicas": 3}) != digest({"replicas": "3"})


def test_unicode_forms_are_different_strings() -> None:
    """A composed and a decomposed é are not the same name."""
    assert digest("caf\u00e9") != digest("cafe\u0301")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    """Nothing is rounded silently."""
    with pytest.raises(ValueError, match="exact JSON"):
        canonical({"value": value})


def test_a_time_without_its_zone_is_refused() -> None:
    """What a local clock makes of it is not what was signed."""
    with pytest.raises(ValueError, match="zone"):
        canonical(datetime(2026, 1, 1, 12, 0))  # noqa: DTZ001 - what must not be


def test_dataclasses_are_their_fields() -> None:
    """A record and its fields as a dict are the same data."""

    @dataclass(frozen=True)
    class Point:
        x: int
        y: int

    assert digest(Point(1, 2)) == digest({"y": 2, "x": 1})


@given(st.binary(min_size=1, max_size=64), JSON)
def test_a_signature_fits_its_key_alone(key: bytes, value: object) -> None:
    """A signature verifies under its key and no other."""
    signature = sign(key, value)

    assert signed_by(key, value, signature)
    assert not signed_by(key + b"x", value, signature)


@pytest.mark.parametrize("signature", ["é", "\ud800", ""])
def test_a_signature_of_any_letters_is_only_wrong(signature: str) -> None:
    """What somebody wrote in place of a signature is refused, and breaks nothing."""
    assert not signed_by(b"key", {"a": 1}, signature)


def test_what_json_cannot_hold_was_never_signed() -> None:
    """Data that has no exact spelling has no signature that fits."""
    assert not signed_by(b"key", 2**53 + 1, "0" * 64)

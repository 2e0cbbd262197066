"""Read the one message kubectl insists on sending as protobuf: a SelfSubjectAccessReview."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.kube.kinds import Object

MAGIC = b"k8s\x00"
"""Begins every Kubernetes object in protobuf (k8s.io/apimachinery/pkg/runtime/serializer/protobuf)."""

_ATTRIBUTES = {1: "namespace", 2: "verb", 3: "group", 4: "version", 5: "resource", 6: "subresource", 7: "name"}
"""Field numbers of ResourceAttributes in k8s.io/api/authorization/v1/generated.proto."""

_SEVEN_BITS = 0x7F
_MORE = 0x80
_LENGTH_DELIMITED = 2


def read_review(body: bytes) -> Object:
    """Return the review in a protobuf envelope, as far as it is about resources."""
    envelope = dict(_fields(body.removeprefix(MAGIC)))
    about = {number: value.decode() for number, value in _fields(envelope.get(1, b""))}
    spec = dict(_fields(dict(_fields(envelope.get(2, b""))).get(2, b"")))
    asked = {
        _ATTRIBUTES[number]: value.decode() for number, value in _fields(spec.get(1, b"")) if number in _ATTRIBUTES
    }
    kind = {"apiVersion": about.get(1, ""), "kind": about.get(2, "")}
    return {**kind, "metadata": {}, "spec": {"resourceAttributes": asked}}


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the length-delimited fields of a message; others are skipped."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        length, at = _number(data, at)
        if key % 8 == _LENGTH_DELIMITED:
            yield key // 8, data[at : at + length]
            at += length


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the variable-length number at a place, and the place after it."""
    number = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        number |= (byte & _SEVEN_BITS) << shift
        shift += 7
        if not byte & _MORE:
            break
    return number, at

"""The table that build.py makes, opened once; a shape is parsed when it is first asked for."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("aws.jsonl.gz")


@dataclass(frozen=True)
class Nested:
    """A block inside another: how many at least and at most (0: any number), and the number of its shape."""

    least: int
    most: int
    number: int

    @property
    def shape(self) -> "Shape | None":
        """What stands in the block, where that is known."""
        return _shape(self.number) if self.number >= 0 else None


@dataclass(frozen=True)
class Shape:
    """What a resource, a data source or a block takes.

    Attributes:
        arguments: Name to type in letters: s string, n number, b bool, * any, [x] list or set, {x} map, o object.
        required: Names of arguments that must be given.
        blocks: Blocks by name.
        computed: What can be read and never set.
    """

    arguments: Mapping[str, str]
    required: frozenset[str] = frozenset()
    blocks: Mapping[str, Nested] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()

    @property
    def attributes(self) -> frozenset[str]:
        """Everything that may be read of it."""
        return self.computed | self.arguments.keys() | self.blocks.keys() | {"id"}


def provider_version() -> str:
    """Return the version of hashicorp/aws that the table describes."""
    return str(_head()["provider"])


def resource(kind: str) -> Shape | None:
    """Return what a resource type takes, None if the provider has none of that name."""
    return _of("resource", kind)


def data_source(kind: str) -> Shape | None:
    """Return what a data source takes, None if the provider has none of that name."""
    return _of("data", kind)


def resources() -> tuple[str, ...]:
    """Return the names of all resource types."""
    return tuple(_head()["resource"])


def data_sources() -> tuple[str, ...]:
    """Return the names of all data sources."""
    return tuple(_head()["data"])


def _of(kind: str, name: str) -> Shape | None:
    number = _head()[kind].get(name)
    return None if number is None else _shape(number)


@cache
def _lines() -> list[bytes]:
    return gzip.decompress(_FILE.read_bytes()).split(b"\n")


@cache
def _head() -> dict[str, Any]:
    head: dict[str, Any] = json.loads(_lines()[0])
    return head


@cache
def _shape(number: int) -> Shape:
    told = json.loads(_lines()[number + 1])
    arguments = told.get("a", {})
    return Shape(
        {name: letters.removeprefix("!") for name, letters in arguments.items()},
        frozenset(name for name, letters in arguments.items() if letters.startswith("!")),
        {name: Nested(*three) for name, three in told.get("b", {}).items()},
        frozenset(told.get("c", ())),
    )

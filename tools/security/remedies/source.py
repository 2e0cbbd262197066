"""Terraform as its author wrote it: where each block and argument stands, so that an edit touches nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Files: TypeAlias = Mapping[str, str]
"""Path → text."""

DEPTH = 40
"""Deeper nesting than anybody writes is not looked into."""


@dataclass(frozen=True, slots=True)
class Argument:
    """`name = value`, as written; places are byte offsets in the file."""

    name: str
    value: str
    start: int
    value_start: int
    end: int

    @property
    def literal(self) -> str | None:
        """The string, if it is one without anything to interpolate."""
        quoted = len(self.value) > 1 and self.value[0] == self.value[-1] == '"' and "${" not in self.value
        return self.value[1:-1] if quoted else None


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" … { … }`; `close` is the place of its last brace, places are byte offsets in the file."""

    file: str
    kind: str
    labels: tuple[str, ...]
    arguments: tuple[Argument, ...]
    blocks: tuple[Block, ...]
    start: int
    close: int
    end: int
    depth: int = 0

    @property
    def address(self) -> str:
        """How Terraform calls a resource, such as `aws_s3_bucket.receipts`."""
        return ".".join(self.labels if self.kind == "resource" else (self.kind, *self.labels))

    def argument(self, name: str) -> Argument | None:
        """Return an argument, None if it is not given."""
        return next((one for one in self.arguments if one.name == name), None)

    def inner(self, kind: str) -> tuple[Block, ...]:
        """Return the blocks of a kind directly inside."""
        return tuple(one for one in self.blocks if one.kind == kind)


def blocks(files: Files) -> tuple[Block, ...]:
    """Return the top-level blocks of all `.tf` files, in the order of their paths."""
    return tuple(one for path in sorted(files) if path.endswith(".tf") for one in read(path, files[path]))


def resources(files: Files, *types: str) -> tuple[Block, ...]:
    """Return the resources of some types."""
    return tuple(one for one in blocks(files) if one.kind == "resource" and one.labels[:1] and one.labels[0] in types)


@lru_cache(maxsize=256)
def read(path: str, text: str) -> tuple[Block, ...]:
    """Return the top-level blocks of a file; what does not parse is left out."""
    root = _parser().parse(text.encode()).root_node
    return tuple(_blocks(path, next((one for one in root.children if one.type == "body"), root), 0))


def _blocks(path: str, body: Node, depth: int) -> Iterator[Block]:
    for one in body.children if depth < DEPTH else ():
        if one.type == "block":
            yield _block(path, one, depth)


def _block(path: str, node: Node, depth: int) -> Block:
    named = [_text(one).strip('"') for one in node.children if one.type in {"identifier", "string_lit"}]
    body = next((one for one in node.children if one.type == "body"), None)
    closing = next((one for one in node.children if one.type == "block_end"), node.children[-1])
    return Block(
        file=path,
        kind=named[0] if named else "",
        labels=tuple(named[1:]),
        arguments=tuple(_arguments(body)) if body else (),
        blocks=tuple(_blocks(path, body, depth + 1)) if body else (),
        start=node.start_byte,
        close=closing.start_byte,
        end=node.end_byte,
        depth=depth,
    )


def _arguments(body: Node) -> Iterator[Argument]:
    for one in body.children:
        if one.type == "attribute":
            value = one.children[-1]
            yield Argument(_text(one.children[0]), _text(value), one.start_byte, value.start_byte, one.end_byte)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


@cache
def _parser() -> Parser:
    import tree_sitter_hcl  # noqa: PLC0415 - a native library that only this needs
    from tree_sitter import Language, Parser  # noqa: PLC0415 - same

    language: Any = tree_sitter_hcl.language()
    return Parser(Language(language))

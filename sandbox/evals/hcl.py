"""Terraform as nested data, read apart from the product: what a control's check looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_hcl.language()))


@dataclass
class Part:
    """A block: what it is, its arguments as they are written, the blocks inside."""

    kind: str
    labels: tuple[str, ...]
    arguments: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def says(self, argument: str, *values: str) -> bool:
        """Tell whether an argument is one of these, written out."""
        return self.arguments.get(argument, "").strip('"') in values

    def all(self, kind: str) -> list[Part]:
        """Return the blocks of a kind directly inside."""
        return [one for one in self.parts if one.kind == kind]


def parts(text: str) -> list[Part]:
    """Return the blocks of a text.

    Raises:
        ValueError: It is not HCL.
    """
    root = PARSER.parse(text.encode()).root_node
    if root.has_error:
        raise ValueError("This is not HCL.")
    return list(_parts(root))


def resources(module: list[Part], type_: str) -> list[Part]:
    """Return the resources of a type."""
    return [one for one in module if one.kind == "resource" and one.labels[:1] == (type_,)]


def _parts(node: Node) -> Iterator[Part]:
    for one in node.children:
        if one.type == "body":
            yield from _parts(one)
        elif one.type == "block":
            yield _part(one)


def _part(node: Node) -> Part:
    named = [_text(one).strip('"') for one in node.children if one.type in {"identifier", "string_lit"}]
    part = Part(named[0], tuple(named[1:]), {}, list(_parts(node)))
    for body in (one for one in node.children if one.type == "body"):
        for one in (each for each in body.children if each.type == "attribute"):
            part.arguments[_text(one.children[0])] = _text(one.children[-1])
    return part


def _text(node: Node) -> str:
    return (node.text or b"").decode()

"""Terraform's JSON syntax as the same blocks; a nested object is told as a block and as a map, whichever it is."""

import json
from collections.abc import Iterator
from typing import Any

import tree_sitter_hcl
from tree_sitter import Language, Parser

from tools.terraform.blocks import Attribute, Block, Expression, Items, Literal, Pairs
from tools.terraform.expressions import expression_of

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
_NESTED = {"provisioner": 1, "dynamic": 1, "backend": 1, "provider_meta": 1}
_PARSER = Parser(Language(tree_sitter_hcl.language()))


def json_blocks(file: str, text: str) -> tuple[Block, ...]:
    """Read a .tf.json file.

    Raises:
        ValueError: It is not JSON, is not an object, or names a key twice, which readers resolve differently.
    """
    top = json.loads(text, object_pairs_hook=_once)
    if not isinstance(top, dict):
        raise ValueError("the top level must be an object")  # noqa: TRY004 - the caller tells one kind of error
    return tuple(block for kind, value in top.items() if kind != "//" for block in _blocks(file, kind, value, _LABELS))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _blocks(file: str, kind: str, value: Any, labeled: dict[str, int]) -> Iterator[Block]:
    for labels, body in _unlabeled(value, labeled.get(kind, 0)):
        if isinstance(body, dict):
            kept = {name: inner for name, inner in body.items() if name != "//"}
            attributes = tuple(Attribute(name, _value(inner), 1) for name, inner in kept.items())
            blocks = (each for name, inner in kept.items() for each in _blocks(file, name, inner, _NESTED))
            yield Block(kind, labels, attributes, tuple(blocks), file, 1, loose=True)


def _unlabeled(value: Any, count: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield bodies with the labels above them; lists may stand at any level."""
    if isinstance(value, list):
        for each in value:
            yield from _unlabeled(each, count)
    elif count and isinstance(value, dict):
        for label, inner in value.items():
            for labels, body in _unlabeled(inner, count - 1):
                yield (label, *labels), body
    else:
        yield (), value


def _value(value: Any) -> Expression:
    match value:
        case str():
            return template(value)
        case list():
            return Items(tuple(map(_value, value)))
        case dict():
            return Pairs(tuple((template(key), _value(inner)) for key, inner in value.items()))
    return Literal(value)


def template(text: str) -> Expression:
    """Return a string as JSON syntax reads it: everything is a template."""
    if "${" not in text and "%{" not in text:
        return Literal(text)
    marker = "END"
    while marker in text:
        marker += "X"
    tree = _PARSER.parse(f"x = <<{marker}\n{text}\n{marker}\n".encode("utf-8", "replace"))
    attribute = tree.root_node.children[0].children[0]
    found = [each for each in attribute.children if each.type == "expression"]
    return expression_of(found[0]) if found else Literal(text)

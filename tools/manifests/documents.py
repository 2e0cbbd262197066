"""Read the YAML of manifests as Kubernetes does: into JSON, with no dates, no repeated names, and within bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import yaml

from tools.contract import ToolError

MOST_NODES = 100_000
"""Values in a file, those that aliases repeat counted each time: https://en.wikipedia.org/wiki/Billion_laughs_attack."""
_DATES = "tag:yaml.org,2002:timestamp"


class Unreadable(ToolError):
    """The text is no YAML, or no manifest could be like that."""


class _Loader(yaml.CSafeLoader):
    """Reads scalars as Kubernetes does, which has no dates."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in several if one[0] != _DATES]
    for first, several in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_multi_constructor("!", lambda *_: None)  # CloudFormation's, and others'


def documents(text: str) -> list[Any]:
    """Return the documents of a file as JSON values; what is null is left out of objects.

    Raises:
        Unreadable: Says where it is not well-formed, or what is too much.
    """
    try:
        loader = _Loader(text)
        try:
            return [_built(loader, node) for node in _nodes(loader)]
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as wrong:
        at = wrong.problem_mark or wrong.context_mark
        line = f"line {at.line + 1}: " if at else ""
        raise Unreadable(f"{line}it is no YAML: {wrong.problem or wrong.context}.") from wrong
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise Unreadable(f"it is no YAML: {str(wrong).splitlines()[0]}.") from wrong


def _nodes(loader: _Loader) -> Iterator[yaml.Node]:
    while loader.check_node():
        node = loader.get_node()
        if node is not None:
            yield node


def _built(loader: _Loader, node: yaml.Node) -> Any:
    _sized(node, {}, set())
    return _json(loader.construct_document(node))


def _sized(node: yaml.Node, known: dict[int, int], inside: set[int]) -> int:
    """Return how many values a node stands for.

    Raises:
        Unreadable: Too many, a name twice, a tag that only programs of others know, or a node inside itself.
    """
    if id(node) in inside:
        raise Unreadable(f"line {node.start_mark.line + 1}: it contains itself.")
    if id(node) not in known:
        inside.add(id(node))
        known[id(node)] = 1 + sum(_sized(each, known, inside) for each in _children(node))
        inside.remove(id(node))
    if known[id(node)] > MOST_NODES:
        raise Unreadable(f"it has more than {MOST_NODES:,} values, aliases counted each time.")
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    for name, _ in node.value:
        said = str(name.value)
        if said in seen and said != "<<":
            raise Unreadable(f"line {name.start_mark.line + 1}: {said} is there twice.")
        seen.add(said)
    return [each for pair in node.value for each in pair]


def _json(value: Any) -> Any:
    match value:
        case dict():
            return {_name(name): _json(each) for name, each in value.items() if each is not None}
        case list():
            return [_json(each) for each in value]
        case float() if not math.isfinite(value):
            raise Unreadable("a number in it is not finite.")
        case str() | bool() | int() | float() | None:
            return value
    raise Unreadable(f"{type(value).__name__} is nothing that a manifest can hold.")


def _name(name: object) -> str:
    return name if isinstance(name, str) else json.dumps(name)

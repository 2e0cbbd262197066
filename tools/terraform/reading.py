"""Read a module's files into blocks: bounded in bytes, depth and number, whatever the text."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import accumulate

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from tools.terraform.blocks import Block, Module, Problem
from tools.terraform.expressions import TooDeep, body_of
from tools.terraform.json_syntax import json_blocks

MOST_BYTES = 1_000_000
MOST_DEPTH = 64  # of brackets, wherever they stand: a module that people wrote nests a dozen
MOST_BLOCKS = 5_000

_OPENING, _CLOSING = frozenset("{[("), frozenset("}])")


def read(files: Mapping[str, str]) -> Module:
    """Read the .tf and .tf.json files of one module; what cannot be read is told as problems, never raised."""
    if sum(map(len, files.values())) > MOST_BYTES:
        return Module((), frozenset(files), (Problem("all files", 1, f"is over {MOST_BYTES:,} bytes; not read."),))
    blocks: list[Block] = []
    problems: list[Problem] = []
    for name, text in files.items():
        if name.endswith((".tf", ".tf.json", ".tfvars")):
            found, wrong = _read_one(name, text)
            blocks += found
            problems += wrong
    if len(blocks) > MOST_BLOCKS:
        problems.append(Problem("all files", 1, f"has over {MOST_BLOCKS:,} blocks; split it."))
    return Module(tuple(blocks), frozenset(files), tuple(problems), dict(files))


def _read_one(name: str, text: str) -> tuple[tuple[Block, ...], list[Problem]]:
    if depth(text) > MOST_DEPTH:
        return (), [Problem(name, 1, f"nests deeper than {MOST_DEPTH} brackets; not read.")]
    try:
        if name.endswith(".json"):
            return json_blocks(name, text), []
        return _native(name, text)
    except (TooDeep, RecursionError):  # brackets in strings can hide how deep others nest
        return (), [Problem(name, 1, "has expressions nested too deep to read.")]
    except ValueError as wrong:
        return (), [Problem(name, 1, f"is not valid JSON: {wrong}.")]


def depth(text: str) -> int:
    """Return how deep brackets nest, strings and comments not told apart, found in one pass."""
    steps = (1 if each in _OPENING else -1 for each in text if each in _OPENING or each in _CLOSING)
    return max(accumulate(steps, lambda now, step: max(0, now + step), initial=0))


def _native(name: str, text: str) -> tuple[tuple[Block, ...], list[Problem]]:
    tree = _parser().parse(text.encode("utf-8", "replace"))
    problems = [Problem(name, line, "is not valid HCL syntax.") for line in _errors(tree.root_node)]
    bodies = [child for child in tree.root_node.children if child.type == "body"]
    if not bodies:
        return (), problems
    attributes, blocks = body_of(bodies[0], name)
    if name.endswith(".tfvars"):
        return (Block("tfvars", (), attributes, blocks, name, 1),), problems
    problems += [Problem(name, each.line, f"`{each.name} =` stands outside of any block.") for each in attributes]
    return blocks, problems


def _errors(root: Node) -> Iterator[int]:
    """Yield the lines of what the parser could not make sense of, at most a few."""
    if not root.has_error:
        return
    waiting, told = [root], 0
    while waiting and told < 3:  # noqa: PLR2004 - the rest follows from the first ones
        node = waiting.pop()
        if node.is_error or node.is_missing:
            told += 1
            yield node.start_point[0] + 1
        elif node.has_error:
            waiting.extend(reversed(node.children))


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))

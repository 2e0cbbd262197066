"""Terraform as data: blocks, arguments and expressions with the line each stands in, whichever syntax they came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out, escapes resolved; a string without anything to interpolate."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Template:
    """A string with something to interpolate: its literal parts and the expressions between."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name and what is taken of it: `aws_vpc.main[0].id` is root `aws_vpc`, path `main`, `[]`, `id`."""

    root: str
    path: tuple[str, ...] = ()
    inside: tuple[Expression, ...] = ()  # what stands in its brackets

    @property
    def names(self) -> tuple[str, ...]:
        """Its path without indexes and splats."""
        return tuple(step for step in self.path if step not in ("[]", "[*]"))

    def __str__(self) -> str:
        return ".".join((self.root, *self.path)).replace(".[", "[")


@dataclass(frozen=True, slots=True)
class Function:
    """A call; `spread` says that the last argument is a list of more."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A map or object written out."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """Anything computed from parts: operators, conditionals, `for`; `binds` are names that a `for` brings."""

    parts: tuple[Expression, ...]
    binds: frozenset[str] = frozenset()


Expression: TypeAlias = Literal | Template | Reference | Function | Items | Pairs | Compound


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = value`."""

    name: str
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" … { … }`.

    Attributes:
        kind: Such as `resource`, or the name of a nested block.
        labels: What stands behind it.
        attributes: In the order written, duplicates included.
        blocks: The blocks inside.
        file: Path in the module.
        line: Counted from 1.
        loose: From JSON, where a nested object may be a block or a map: it is then told as both.
    """

    kind: str
    labels: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]
    file: str
    line: int
    loose: bool = False

    def value(self, name: str) -> Expression | None:
        """Return what an argument was given, None if nothing."""
        return next((each.value for each in self.attributes if each.name == name), None)

    def inner(self, kind: str) -> tuple[Block, ...]:
        """Return the blocks of one kind directly inside, those that a `dynamic` makes included."""
        made = (
            block for each in self.blocks if each.kind == "dynamic" and each.labels == (kind,) for block in each.blocks
        )
        return (*(each for each in self.blocks if each.kind == kind), *made)

    @property
    def address(self) -> str:
        """Return how Terraform calls it, such as `aws_vpc.main` or `data.aws_ami.ubuntu`."""
        prefix = () if self.kind == "resource" else (self.kind,)
        return ".".join((*prefix, *self.labels))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, in a sentence, and where."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Module:
    """The Terraform of a change: its blocks, its other files, and what could not be read."""

    blocks: tuple[Block, ...]
    names: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)

    def of(self, *kinds: str) -> Iterator[Block]:
        """Yield the top-level blocks of some kinds."""
        return (block for block in self.blocks if block.kind in kinds)


def walk(block: Block) -> Iterator[Block]:
    """Yield a block and all within."""
    waiting = [block]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.blocks)


def expressions(block: Block) -> Iterator[tuple[Expression, int]]:
    """Yield every expression in a block and in all blocks within, parts included, with its line."""
    for each in walk(block):
        for attribute in each.attributes:
            for part in parts(attribute.value):
                yield part, attribute.line


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and everything that it is made of."""
    waiting = [expression]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(_inside(each))


def _inside(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Template(several) | Items(several) | Compound(several):
            return several
        case Function(_, arguments):
            return arguments
        case Reference():
            return expression.inside
        case Pairs(pairs):
            return tuple(side for pair in pairs for side in pair)
    return ()


def text_of(expression: Expression | None) -> str | None:
    """Return a literal string's text, None for anything that is not known before a plan."""
    match expression:
        case Literal(str(value)):
            return value
        case Literal(bool(value)):
            return "true" if value else "false"
        case Literal(int() | float() as value):
            return f"{value:g}"
    return None

"""Parse the subset of Logs Insights' query language that the sandbox serves.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.aws.errors import AwsError

TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<regex>/(?:[^/\\]|\\.)+/[a-z]*)|(?P<quoted>`[^`]+`)"""
    r"""|(?P<span>\d+(?:ms|s|m|h|d|w)\b)|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<name>[@A-Za-z_$][\w.@$-]*)"""
    r"""|(?P<sign>=~|!=|<=|>=|[=<>(),|*\[\]])|(?P<comment>\#[^\n]*)|(?P<blank>\s+)"""
)


@dataclass(frozen=True)
class Token:
    """A token: its kind as named in TOKEN, and its text without quotes."""

    kind: str
    text: str


@dataclass(frozen=True)
class Field:
    """A field by name."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A number, a text, or (kind regex) a pattern."""

    value: str | float
    kind: str = "text"


@dataclass(frozen=True)
class Func:
    """A function of expressions, such as count(*) or bin(5m); `*` is an empty list of arguments."""

    name: str
    args: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Test:
    """A comparison: `=`, `!=`, `<`, `<=`, `>`, `>=`, `like`, `in`; `and`, `or` and `not` combine."""

    operator: str
    sides: tuple[Expression, ...]


Expression: TypeAlias = Field | Literal | Func | Test


@dataclass(frozen=True)
class Named:
    """An expression and the name it goes by in the result."""

    expression: Expression
    name: str


@dataclass(frozen=True)
class Command:
    """One step of a query: fields, display, filter, parse, stats, sort, limit or dedup, with what it takes."""

    verb: str
    values: tuple[Named, ...] = ()
    keys: tuple[Named, ...] = ()
    test: Expression | None = None
    descending: tuple[bool, ...] = ()
    count: int = 0


def malformed(told: str) -> AwsError:
    """Return the service's error for a query it cannot read."""
    return AwsError("MalformedQueryException", told)


def tokens(query: str) -> list[Token]:
    """Return a query's tokens.

    Raises:
        AwsError: Names what is not part of the language.
    """
    found, at = [], 0
    while at < len(query):
        match = TOKEN.match(query, at)
        if match is None:
            raise malformed(f"unexpected symbol found {query[at]} at position {at + 1}")
        kind = match.lastgroup or ""
        if kind not in {"blank", "comment"}:
            found.append(Token("name" if kind == "quoted" else kind, _bare(kind, match[0])))
        at = match.end()
    return found


def _bare(kind: str, text: str) -> str:
    match kind:
        case "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        case "quoted":
            return text[1:-1]
        case "regex":
            body, _, flags = text[1:].rpartition("/")
            body = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", body.replace(r"\/", "/"))
            return f"(?{flags}){body}" if flags in {"i", "s", "m", "is", "si"} else body
        case _:
            return text

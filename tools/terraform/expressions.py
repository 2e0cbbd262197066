"""From the parser's tree to blocks and expressions, escapes resolved, with a bound on how deep it goes."""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from tools.terraform.blocks import (
    Attribute,
    Block,
    Compound,
    Expression,
    Function,
    Items,
    Literal,
    Pairs,
    Reference,
    Template,
)

MOST_LEVELS = 60
_ESCAPE = re.compile(r'\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([nrt"\\])|\$\$\{|%%\{')
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_STEPS = {"get_attr", "index", "splat"}


class TooDeep(Exception):
    """An expression or block nests deeper than anybody writes."""


def body_of(body: Node, file: str, level: int = 0) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
    """Return what stands directly in a body, in order."""
    _bounded(level)
    attributes = tuple(_attribute(each, level) for each in body.children if each.type == "attribute")
    return attributes, tuple(_block(each, file, level) for each in body.children if each.type == "block")


def _bounded(level: int) -> None:
    if level > MOST_LEVELS:
        raise TooDeep


def _attribute(node: Node, level: int) -> Attribute:
    value = next((each for each in node.children if each.type == "expression"), None)
    read = expression_of(value, level + 1) if value else Literal(None)
    return Attribute(_text(node.children[0]), read, node.start_point[0] + 1)


def _block(node: Node, file: str, level: int) -> Block:
    kind, *rest = node.children
    labels = tuple(_label(each) for each in rest if each.type in {"identifier", "string_lit"})
    bodies = [each for each in rest if each.type == "body"]
    attributes, blocks = body_of(bodies[0], file, level + 1) if bodies else ((), ())
    return Block(_text(kind), labels, attributes, blocks, file, node.start_point[0] + 1)


def _label(node: Node) -> str:
    return _text(node) if node.type == "identifier" else _unescaped(_between_quotes(node))


def expression_of(node: Node, level: int = 0) -> Expression:
    """Return what an expression's node says."""
    _bounded(level)
    inside = [each for each in node.children if each.is_named and each.type not in {"comment", "ERROR"}]
    if len(inside) > 1 and any(each.type in _STEPS for each in inside[1:]):
        return _taken(inside, level)
    if len(inside) == 1:
        reader = _READERS.get(inside[0].type, expression_of if inside[0].child_count else _literal)
        return reader(inside[0], level + 1)
    return Compound(_several(inside, level)) if inside else _literal(node, level)


def _several(nodes: list[Node], level: int) -> tuple[Expression, ...]:
    return tuple(_READERS.get(each.type, expression_of)(each, level + 1) for each in nodes)


def _taken(inside: list[Node], level: int) -> Expression:
    """Return a reference with all steps taken of it, or the value that something is taken of."""
    base = _several(inside[:1], level)[0]
    steps: list[str] = []
    brackets: list[Expression] = []
    for each in inside[1:]:
        _step(each, steps, brackets, level)
    if isinstance(base, Reference):
        return Reference(base.root, (*base.path, *steps), (*base.inside, *brackets))
    return Compound((base, *brackets))


def _step(node: Node, steps: list[str], brackets: list[Expression], level: int) -> None:
    match node.type:
        case "get_attr":
            steps.append(_text(node.children[-1]))
        case "splat":
            steps.append("[*]")
            for each in node.children[0].children:
                _step(each, steps, brackets, level) if each.type in _STEPS else None
        case "index":
            found = [each for each in node.children[0].children if each.type == "expression"]
            at = expression_of(found[0], level + 1) if found else Literal(None)
            named = isinstance(at, Literal) and isinstance(at.value, str)
            steps.append(str(at.value) if named and str(at.value).isidentifier() and steps else "[]")  # type: ignore[union-attr] # named says it
            brackets.append(at)


def _variable(node: Node, _level: int) -> Expression:
    return Reference(_text(node))


def _unary(node: Node, level: int) -> Expression:
    value = expression_of(node, level + 1)
    if node.children[0].type == "-" and isinstance(value, Literal) and isinstance(value.value, int | float):
        return Literal(-value.value)
    return Compound((value,))


def _call(node: Node, level: int) -> Expression:
    name = "::".join(_text(each) for each in node.children if each.type == "identifier")
    given = [each for each in node.children if each.type == "function_arguments"]
    inside = given[0].children if given else []
    arguments = tuple(expression_of(each, level + 1) for each in inside if each.type == "expression")
    return Function(name, arguments, any(each.type == "ellipsis" for each in inside))


def _collection(node: Node, level: int) -> Expression:
    inner = node.children[0]
    if inner.type == "tuple":
        return Items(tuple(expression_of(each, level + 1) for each in inner.children if each.type == "expression"))
    return Pairs(tuple(_pair(each, level) for each in inner.children if each.type == "object_elem"))


def _pair(node: Node, level: int) -> tuple[Expression, Expression]:
    sides = [each for each in node.children if each.type == "expression"]
    key = expression_of(sides[0], level + 1) if sides else Literal(None)
    if isinstance(key, Reference) and not key.path and "(" not in _text(sides[0])[:1]:
        key = Literal(key.root)  # a bare word before `=` is a string
    return key, expression_of(sides[1], level + 1) if len(sides) > 1 else Literal(None)


def _for(node: Node, level: int) -> Expression:
    names: set[str] = set()
    found: list[Expression] = []
    for each in _flat(node, {"for_intro", "for_cond", "for_tuple_expr", "for_object_expr"}):
        if each.type == "identifier":
            names.add(_text(each))
        elif each.type == "expression":
            found.append(expression_of(each, level + 1))
    return Compound(tuple(found), frozenset(names))


def _flat(node: Node, through: set[str]) -> Iterator[Node]:
    for each in node.children:
        yield from _flat(each, through) if each.type in through else (each,)


def _template(node: Node, level: int) -> Expression:
    inner = node.children[0]
    heredoc = inner.type == "heredoc_template"
    found = [each for each in inner.children if each.type.startswith("template_")]
    if heredoc and all(each.type == "template_literal" for each in found):
        return Literal(_heredoc(inner))
    parts = tuple(part for each in found for part in _part(each, level, raw=heredoc))
    return parts[0] if len(parts) == 1 and not heredoc else Template(parts)  # "${x}" is x itself


def _part(node: Node, level: int, *, raw: bool) -> Iterator[Expression]:
    _bounded(level)
    if node.type == "template_literal":
        yield Literal(_text(node) if raw else _unescaped(_text(node)))
    elif node.type == "expression":
        yield expression_of(node, level + 1)
    else:
        names = frozenset(_text(each) for each in node.children if each.type == "identifier")
        within = tuple(part for each in node.children if each.is_named for part in _part(each, level + 1, raw=raw))
        yield from [Compound(within, names)] if names or len(within) > 1 else within


def _heredoc(node: Node) -> str:
    """Return the text between the markers; the parser's own parts leave spaces out."""
    lines = _text(node).split("\n")[1:-1]
    if _text(node).startswith("<<-"):
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lines = [line[margin:] for line in lines]
    return "".join(f"{line}\n" for line in lines).replace("$${", "${").replace("%%{", "%{")


def _literal(node: Node, _level: int) -> Expression:
    word = _text(node)
    match node.type:
        case "string_lit":
            return Literal(_unescaped(_between_quotes(node)))
        case "bool_lit":
            return Literal(word == "true")
        case "numeric_lit":
            return Literal(_number(word))
    return Literal(None)


def _number(word: str) -> int | float:
    whole = word.isdigit() and len(word) < 40  # noqa: PLR2004 - longer than any number that means something
    return int(word) if whole else float(word)


def _between_quotes(node: Node) -> str:
    return _text(node).removeprefix('"').removesuffix('"')


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"  # noqa: PLR2004 - the end of Unicode
    return _SIMPLE[match[3]] if match[3] else match[0][1:]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


_READERS: dict[str, Callable[[Node, int], Expression]] = {
    "variable_expr": _variable,
    "function_call": _call,
    "collection_value": _collection,
    "for_expr": _for,
    "unary_operation": _unary,
    "template_expr": _template,
    "string_lit": _literal,
    "bool_lit": _literal,
    "numeric_lit": _literal,
    "null_lit": _literal,
}

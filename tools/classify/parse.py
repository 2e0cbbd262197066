"""Shell text as the simple commands it would run, by tree-sitter's grammar of bash; nothing is expanded or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

ECHOES = frozenset({"echo", "printf"})


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    Attributes:
        words: Program and arguments, quotes removed; expansions stand as they were written.
        stdin: Text it is fed, where that can be read from the script: a here-document, or what an `echo` pipes into it.
        piped: Whether another command's output is piped into it.
    """

    words: tuple[str, ...]
    stdin: str = ""
    piped: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """What a text runs: its commands, substitutions included, the files it redirects to, and whether it is whole."""

    commands: tuple[Command, ...]
    writes: tuple[str, ...]
    whole: bool


def parse(text: str) -> Script:
    """Parse shell text; what cannot be parsed is left out and said so."""
    root = _parser().parse(text.encode("utf-8", "replace")).root_node
    nodes = tuple(_walk(root))
    return Script(
        commands=tuple(_command(node) for node in nodes if node.type == "command"),
        writes=tuple(path for node in nodes if node.type == "file_redirect" for path in _written(node)),
        whole=not root.has_error,
    )


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def _command(node: Node) -> Command:
    before = _fed_by(node)
    words = tuple(_words(node))
    stdin = _here(node)
    if before is not None and before.type == "command":
        told = tuple(_words(before))
        stdin = " ".join(told[1:]) if told and told[0] in ECHOES else stdin or _here(before)
    return Command(words, stdin, before is not None)


def _words(node: Node) -> Iterator[str]:
    named = node.child_by_field_name("name")
    if named is not None:
        yield _text(named.children[0] if named.children else named)
    for argument in node.children_by_field_name("argument"):
        yield _text(argument)


def _text(node: Node) -> str:
    raw = (node.text or b"").decode("utf-8", "replace")
    match node.type:
        case "raw_string":
            return raw[1:-1]
        case "ansi_c_string":
            return raw[2:-1].encode("latin-1", "replace").decode("unicode_escape", "replace")
        case "string":
            return re.sub(r'\\([$`"\\])', r"\1", raw[1:-1])
        case "concatenation":
            return "".join(map(_text, node.children))
        case "word":
            return re.sub(r"\\(.)", r"\1", raw)
        case _:
            return raw


def _fed_by(node: Node) -> Node | None:
    """Return the command whose output this one reads, if any."""
    here = node if node.parent is None or node.parent.type != "redirected_statement" else node.parent
    while here.parent is not None and here.parent.type not in {"pipeline", "heredoc_redirect"}:
        if here.parent.type in {"program", "command_substitution", "process_substitution"}:
            return None
        here = here.parent
    line = here.parent
    if line is None:
        return None
    if line.type == "heredoc_redirect":
        return _body(line.parent)
    earlier = [one for one in line.named_children if one.end_byte <= here.start_byte]
    if earlier:
        return _body(earlier[-1])
    return _body(line.parent.parent) if line.parent is not None and line.parent.type == "heredoc_redirect" else None


def _body(node: Node | None) -> Node | None:
    """Return the command inside its redirections."""
    while node is not None and node.type == "redirected_statement":
        node = node.child_by_field_name("body")
    return node


def _here(node: Node) -> str:
    """Return the here-document or here-string of a command."""
    near = [*node.children]
    if node.parent is not None and node.parent.type == "redirected_statement":
        near += node.parent.children
    for one in near:
        if one.type == "herestring_redirect":
            return " ".join(_text(child) for child in one.named_children)
        if one.type == "heredoc_redirect":
            bodies = [child for child in one.children if child.type == "heredoc_body"]
            return "\n".join((body.text or b"").decode("utf-8", "replace") for body in bodies)
    return ""


def _written(node: Node) -> Iterator[str]:
    sign = next((child.type for child in node.children if not child.is_named), "")
    where = node.child_by_field_name("destination")
    if where is not None and ">" in sign and where.type != "number":
        yield _text(where)

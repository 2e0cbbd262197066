"""The house stays readable: small modules, small functions, no exceptions."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "agents", "tools", "config", "sandbox", "docs")
MODULE_LINES = 250
FUNCTION_LINES = 20


def test_modules_are_short() -> None:
    """No module has more lines than a reader holds in mind."""
    long = {name: lines for name, lines in _modules() if lines > MODULE_LINES}

    assert not long, f"split by topic: {long}"


def test_functions_are_short() -> None:
    """No function is longer than a screenful's quarter, its docstring and signature not counted."""
    long = {name: lines for name, lines in _functions() if lines > FUNCTION_LINES}

    assert not long, f"name the steps: {long}"


def test_no_room_for_leftovers() -> None:
    """No module is named for what nobody could say."""
    names = {path.stem for path in _sources()}

    assert not names & {"utils", "util", "helpers", "helper", "manager", "service", "common", "misc"}


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def _modules() -> Iterator[tuple[str, int]]:
    for path in _sources():
        yield str(path.relative_to(ROOT)), len(path.read_text("utf-8").splitlines())


def _functions() -> Iterator[tuple[str, int]]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", _body_lines(node)


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or node.lineno) - first.lineno + 1

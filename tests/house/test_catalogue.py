"""What holds for every tool, those to come included."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import tools
from tools import CATALOGUE
from tools.contract import Change, Reading, Risk, Tool
from tools.declare import arguments_of, describe, function_of

TOOLS = sorted(CATALOGUE.values(), key=lambda tool: tool.name)
CHANGES = [tool for tool in TOOLS if isinstance(tool, Change)]
named = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)


@named
def test_a_tool_is_listed_under_its_own_name(tool: Tool) -> None:
    """The catalogue's key is the function's name."""
    assert CATALOGUE[tool.name] is tool
    assert function_of(tool).__name__ == tool.name


@named
def test_a_tool_says_what_it_is_for(tool: Tool) -> None:
    """The docstring is what people and models choose by."""
    assert len(describe(tool)) > 20


@named
def test_a_tool_has_typed_arguments(tool: Tool) -> None:
    """The schema is strict: unknown arguments are refused."""
    schema = arguments_of(function_of(tool)).model_json_schema()

    assert schema["additionalProperties"] is False


@named
def test_a_tool_is_synchronous(tool: Tool) -> None:
    """Tools are plain functions; the toolbelt gives them threads."""
    assert not inspect.iscoroutinefunction(function_of(tool))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_carries_its_guardrail(change: Change) -> None:
    """Risk, permissions, a preview and a read-back over the very same arguments."""
    arguments = list(inspect.signature(change.apply).parameters)

    assert change.risk in Risk
    assert change.needs
    assert list(inspect.signature(change.preview).parameters) == arguments
    assert list(inspect.signature(change.settle).parameters) == arguments


def test_no_tool_is_left_out() -> None:
    """What is declared in tools/ is in the catalogue, and nothing else is."""
    declared = {tool.name for tool in _declared()}

    assert declared == set(CATALOGUE)


def test_every_finding_is_documented() -> None:
    """A finding code that a reading can emit has its meaning in a FINDINGS table."""
    documented: set[str] = set()
    emitted: set[str] = set()
    for module in pkgutil.walk_packages(tools.__path__, "tools."):
        loaded = importlib.import_module(module.name)
        documented |= set(getattr(loaded, "FINDINGS", {}))
        emitted |= set(_codes(ast.parse(inspect.getsource(loaded))))

    assert emitted <= documented
    assert documented


def _declared() -> Iterator[Tool]:
    for module in pkgutil.walk_packages(tools.__path__, "tools."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Reading | Change):
                yield value


def _codes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            given = [word.value for word in node.keywords if word.arg == "code"] or list(node.args[:1])
            yield from (code.value for code in given if isinstance(code, ast.Constant) and isinstance(code.value, str))

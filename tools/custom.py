"""Tools of one's own: each file in config/tools/ declares them with the same decorators, and the same rules hold."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from tools.contract import Change, Reading, Tool
from tools.declare import arguments_of, describe, function_of
from tools.needs import read_need

CUSTOM = "config.tools"
"""What the modules are called; no package of that name is installed."""

LEAST_WORDS = 20
"""Characters of a docstring that people and models can choose by."""


def custom_tools(folder: Path, known: Mapping[str, Tool]) -> dict[str, Tool]:
    """Return the tools that the files of a folder declare, by name; none if there is no such folder.

    Raises:
        ValueError: A file cannot be loaded, declares nothing, or declares a tool that breaks a rule; it says which.
    """
    found: dict[str, Tool] = {}
    for file in sorted(folder.glob("[!_]*.py")):
        declared = _declared(_loaded(file))
        if not declared:
            raise ValueError(
                f"{file} declares no tool: decorate a function with @reads or @changes, or remove the file."
            )
        for tool in declared:
            _check(file, tool, known.keys() | found.keys())
            found[tool.name] = tool
    return found


def is_guest(tool: Tool) -> bool:
    """Tell whether a tool is not the product's own: one of config/tools/, or of an MCP server."""
    return tool.foreign is not None or function_of(tool).__module__.startswith(CUSTOM)


def _loaded(file: Path) -> ModuleType:
    name = f"{CUSTOM}.{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ValueError(f"{file} is no Python module.")
    module = module_from_spec(spec)
    sys.modules[name] = module  # where type hints of the functions in it are looked up
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{file} cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def _declared(module: ModuleType) -> list[Tool]:
    """Return the tools of the module itself, not those it imports."""
    tools = [value for value in vars(module).values() if isinstance(value, Reading | Change)]
    return [tool for tool in tools if function_of(tool).__module__ == module.__name__]


def _check(file: Path, tool: Tool, taken: set[str]) -> None:
    """Hold a tool to what holds for ours.

    Raises:
        ValueError: Names the file, the tool and the rule.
    """
    if tool.name in taken:
        raise ValueError(f"{file}: there is a tool {tool.name} already; give this one another name.")
    if len(describe(tool)) < LEAST_WORDS:
        raise ValueError(f"{file}: {tool.name} needs a docstring that says what it is for; models choose by it.")
    if isinstance(tool, Change) and not tool.needs:
        raise ValueError(f"{file}: {tool.name} changes something, so it has to say what permissions it needs.")
    try:
        arguments_of(function_of(tool)).model_json_schema()
        for need in tool.needs:
            read_need(need)
    except Exception as error:
        raise ValueError(f"{file}: {tool.name}: {error}") from error

"""Arguments of MCP tools that are commands: classification refuses the destructive ones, and allows nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from tools.classify.effect import Effect
from tools.classify.judge import judge
from tools.classify.sql import looks_like_sql
from tools.contract import JsonObject, ToolError

SHELL = frozenset({"command", "commands", "cmd", "cmds", "cmdline", "shell", "script", "bash", "sh", "exec", "run"})
MAYBE = frozenset({"sql", "query", "statement", "code", "input", "expression", "text"})
"""Names of arguments that hold commands in some tools, and words or query languages in others."""
REST = ("args", "arguments", "argv", "params")


def refuse_commands(args: JsonObject, *, only_looks: bool) -> None:
    """Refuse arguments that are commands which destroy; for a reading, also those that change something.

    Raises:
        ToolError: Says which command, and what it would do.
    """
    for command, sure in _commands(args):
        judged = judge(command)
        bound = Effect.CHANGE if only_looks and (sure or looks_like_sql(command)) else Effect.DESTRUCTIVE
        if judged.effect >= bound:
            raise ToolError(
                f"`{command[:120]}` is {judged.effect.word} ({judged.why}); Infra does not pass such commands on. "
                "A person has to run it by hand."
            )


def _commands(value: object) -> Iterator[tuple[str, bool]]:
    """Yield what may be a command, however deep, and whether its name says so."""
    match value:
        case Mapping():
            for name, inner in value.items():
                key = str(name).lower().replace("-", "_").rpartition("_")[2]
                if key in SHELL | MAYBE and (text := _line(inner, value)):
                    yield text, key in SHELL
                yield from _commands(inner)
        case list() | tuple():
            for inner in value:
                yield from _commands(inner)


def _line(value: object, beside: Mapping[str, object]) -> str:
    """Return a command line as one text, with the arguments that stand beside it."""
    words = [value] if isinstance(value, str) else _words(value)
    rest = [word for name in REST for word in _words(beside.get(name))]
    if isinstance(value, str) and not rest:
        return value
    return " ".join([*(words if isinstance(value, str) else map(shlex.quote, words)), *map(shlex.quote, rest)])


def _words(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []

"""Whether a text is commands at all: what people put into code marks is often a name, a setting or a sentence."""

import re

from tools.classify.effect import Effect
from tools.classify.http import is_request
from tools.classify.judge import is_known, judge_command
from tools.classify.parse import Command, parse

_PROGRAM = re.compile(r"[a-z0-9_./~-]+")
_SHORT = 6
"""Words of a command such as `borg delete repo::old`; a sentence that speaks of deleting has more, or a capital."""
_FLAG = re.compile(r"--?[A-Za-z]")
_STATEMENT = re.compile(r"\A\s*(?:[A-Z]{4,}\s|(?:delete|drop|truncate|update|alter)\s|[a-z]+\s.*;\s*\Z)", re.DOTALL)
"""SQL as people write it: its verb in capitals, or a semicolon at its end."""


def is_script(text: str) -> bool:
    """Tell whether anything in a text looks like a command: a known program, flags, or a verb that destroys."""
    return bool(_STATEMENT.match(text)) or any(map(_is_command, parse(text).commands))


def _is_command(command: Command) -> bool:
    if not command.words:
        return False
    named = _PROGRAM.fullmatch(command.words[0]) is not None
    flagged = named and any(map(_FLAG.match, command.words[1:]))
    grave = named and len(command.words) <= _SHORT and judge_command(command).effect is Effect.DESTRUCTIVE
    return flagged or grave or is_request(command.words) or is_known(command)

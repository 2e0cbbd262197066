"""Commands that somebody pasted into an ask: what each would do, as advice; nothing of them is ever run."""

import re
from collections.abc import Iterator

from agents.contract import Ask, AskKind
from tools.classify.effect import Effect
from tools.classify.judge import judge
from tools.classify.looks import is_script

_FENCED = re.compile(r"```(?:\w+\n)?(.+?)```", re.DOTALL)
_QUOTED = re.compile(r"`([^`\n]+)`")
_PROMPT = re.compile(r"^[ \t]*(?:\$|[\w.-]{1,40}@[^\s#$]{1,60}[#$])[ \t]+(?P<command>[a-zA-Z./~_].*)$", re.MULTILINE)
"""A line as a shell shows it: `$ kubectl …`, `root@host:~# rm …`."""
_PEOPLE = frozenset({AskKind.MENTION, AskKind.SLASH, AskKind.MESSAGE})
_MOST, _WIDTH = 5, 120


def advice(ask: Ask) -> str:
    """Return a line for each pasted command that is no reading, in Markdown; empty if there is none."""
    commands = list(dict.fromkeys(_pasted(ask.text)))[:_MOST] if ask.kind in _PEOPLE else []
    lines = [line for command in commands if (line := _line(command))]
    return "\n".join(["**About what you pasted** (I never run pasted commands):", *lines]) if lines else ""


def _pasted(text: str) -> Iterator[str]:
    """Yield what stands behind a prompt, and what stands in code marks and looks like a command of several words."""
    fenced, bare = _FENCED.findall(text), _FENCED.sub(" ", text)
    marked = [code for code in (*map(_unprompted, fenced), *_QUOTED.findall(bare)) if is_script(code)]
    for code in (*marked, *_PROMPT.findall(_QUOTED.sub(" ", bare))):
        if len(code.split()) > 1:
            yield code.strip()


def _unprompted(code: str) -> str:
    """Return a script without the prompts that were copied with it."""
    return _PROMPT.sub(lambda found: found["command"], code)


def _line(command: str) -> str:
    judged = judge(command)
    shown = " ".join(command.split()).replace("`", "'")
    shown = shown if len(shown) <= _WIDTH else f"{shown[:_WIDTH]}…"
    match judged.effect:
        case Effect.DESTRUCTIVE:
            return f"- ⛔ `{shown}` is destructive: {judged.why}. Do not run it before you know the way back."
        case Effect.CHANGE:
            return f"- ⚠️ `{shown}` changes something, or may: {judged.why}."
        case Effect.READING:
            return ""

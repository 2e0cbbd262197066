"""Commands in a runbook's words: what destroys is no step, so it is left out when the runbook is read, and told."""

import re
from dataclasses import dataclass

from tools.classify.effect import Effect
from tools.classify.judge import judge
from tools.classify.looks import is_script

_CODE = re.compile(r"```[^\n]*\n(?P<fenced>.*?)```|`(?P<quoted>[^`\n]+)`", re.DOTALL)
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that is no step, and what it would do."""

    command: str
    why: str

    def __str__(self) -> str:
        """The command in a sentence."""
        shown = " ".join(self.command.split())[:_WIDTH]
        return f"`{shown}` is destructive: {self.why}"


def without_destruction(text: str) -> tuple[str, tuple[Refused, ...]]:
    """Return a runbook's words without the commands that destroy something, and those commands."""
    refused: list[Refused] = []

    def kept(found: re.Match[str]) -> str:
        command = (found["fenced"] or found["quoted"]).strip()
        judged = judge(command)
        if judged.effect is not Effect.DESTRUCTIVE or not is_script(command):
            return found[0]
        refused.append(Refused(command, judged.why))
        return f"[a destructive command is left out: {judged.why}]"

    return _CODE.sub(kept, text), tuple(refused)

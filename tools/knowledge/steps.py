"""Runbooks as passages that can be found alone, with what each command in them would do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from tools.classify.effect import Effect
from tools.classify.judge import judge
from tools.knowledge.ranking import Document

_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n", re.DOTALL)
_WHEN = re.compile(r"^when: \[(?P<words>[^\]]*)\]", re.MULTILINE)
_ITEM = re.compile(r"^(?:\d+\.|[-*]) ")
_CODE = re.compile(r"`(?P<command>[^`\n]+)`")
_FENCED = re.compile(r"^(?P<fence>```+|~~~+)[^\n]*\n(?P<script>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
_NAMES = """
kubectl helm aws terraform psql mysql redis-cli curl wget ssh docker git gh systemctl eksctl rm kill pkill sudo bash sh
"""
_PROGRAMS = frozenset(_NAMES.split())
_HELD_BACK = "(a destructive command stands here: read the runbook itself, and have a second person look)"


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or list item of a runbook."""

    id: str
    runbook: str
    title: str
    text: str
    when: str = ""

    @property
    def document(self) -> Document:
        """The passage as it is searched: by the words that its runbook is picked by, too."""
        return Document(self.id, f"{self.title} {self.when}".strip(), self.text)

    @property
    def shown(self) -> str:
        """The passage as it is repeated: commands by what they do, destructive ones left out."""
        return f"Runbook {self.runbook}, {self.title}: {marked(self.text)}"


def passages(folder: Path) -> tuple[Passage, ...]:
    """Return the passages of every runbook in a folder."""
    files = sorted(folder.glob("*.md"))
    return tuple(one for file in files for one in _read(file, file.stat().st_mtime_ns))


def marked(text: str) -> str:
    """Return the text with each command told by what it would do; a destructive one is not repeated."""
    apart = _FENCED.sub(lambda found: _told(found["script"].strip(), found[0]), text)
    return _CODE.sub(
        lambda found: _told(found["command"], found[0]) if _is_command(found["command"]) else found[0], apart
    )


def _told(command: str, whole: str) -> str:
    match judge(command).effect:
        case Effect.READING:
            return f"{whole} (only looks)"
        case Effect.CHANGE:
            return f"{whole} (a change: to be proposed, not typed)"
        case _:
            return _HELD_BACK


def _is_command(words: str) -> bool:
    first, _, rest = words.strip().removeprefix("$ ").partition(" ")
    return bool(rest) and first in _PROGRAMS


@lru_cache(maxsize=256)
def _read(file: Path, _changed: int) -> tuple[Passage, ...]:
    whole = file.read_text("utf-8")
    front = _FRONT.match(whole)
    said = _WHEN.search(front["front"]) if front else None
    text = whole[front.end() :] if front else whole
    return tuple(
        replace(one, when=said["words"].replace(",", "") if said else "") for one in _passages(file.stem, text)
    )


def _passages(runbook: str, text: str) -> Iterator[Passage]:
    title, number = runbook, 0
    for block in _blocks(text):
        if block.startswith("#"):
            title = block.lstrip("# ").strip()
        else:
            number += 1
            yield Passage(f"{runbook}#{number}", runbook, title, block)


def _blocks(text: str) -> Iterator[str]:
    """Yield headings, paragraphs and top-level list items, fenced code with what it belongs to."""
    block: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = line.lstrip().startswith(("```", "~~~"))
        begins = not fenced and (not line.strip() or line.startswith("#") or _ITEM.match(line))
        if begins and block:
            yield "\n".join(block)
            block = []
        fenced ^= fence
        block += [line] if line.strip() or fenced else []
        if line.startswith("#") and not fenced:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)

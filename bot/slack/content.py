"""What a streamed message holds so far: its size by Slack's counting, where it may break, its look as blocks; pure."""

import re
from dataclasses import dataclass

from bot.slack.blocks import context, markdown
from bot.slack.escape import cut
from bot.slack.limits import MARKDOWN, TEXT
from tools.contract import JsonObject

_FENCE = re.compile(r"^ {0,3}(?P<ticks>`{3,}|~{3,})(?P<rest>[^\n]*)$", re.MULTILINE)
_STATES = {"pending": "▫️", "in_progress": "⏳", "complete": "✅", "error": "❌"}
_FENCE_LINE = 40  # characters kept of a fence's first line when it is opened again
_CLOSING = 16  # bytes kept free for closing a fence


@dataclass(frozen=True, slots=True)
class Limits:
    """When to go on in a new message: bytes of UTF-8 as Slack counts them, and task cards."""

    size: int
    cards: int


@dataclass(frozen=True, slots=True)
class Content:
    """The chunks of one message, neighboring words joined and each task at its latest state."""

    items: tuple[JsonObject, ...] = ()
    title: str = ""

    def plus(self, chunks: list[JsonObject]) -> "Content":
        """Return the content with the chunks added."""
        grown = self
        for chunk in chunks:
            grown = grown._with(chunk)
        return grown

    @property
    def size(self) -> int:
        """Bytes of UTF-8; details and output of a task count double, as was seen on live workspaces."""
        return len(self.title.encode()) + sum(map(_size, self.items))

    @property
    def cards(self) -> int:
        """Number of task cards."""
        return sum(item["type"] == "task_update" for item in self.items)

    @property
    def words(self) -> str:
        """All Markdown, in order."""
        return "".join(str(item["text"]) for item in self.items if item["type"] == "markdown_text")

    @property
    def unfinished(self) -> tuple[JsonObject, ...]:
        """Tasks still shown as going."""
        return tuple(item for item in self.items if item.get("status") in {"pending", "in_progress"})

    def fits(self, chunk: JsonObject, limits: Limits) -> bool:
        """Tell whether the message may still take the chunk; an empty message takes any card."""
        grown = self.plus([chunk])
        if not self.items and chunk["type"] != "markdown_text":
            return True
        return grown.size <= limits.size - _CLOSING and grown.cards <= limits.cards

    def blocks(self) -> list[JsonObject]:
        """Return the same content for a message that is not a stream."""
        lines = [_line(item) for item in self.items if item["type"] == "task_update"]
        body = "\n".join(lines) + ("\n\n" if lines else "") + self.words
        made = [context(cut(self.title, 200))] if self.title else []
        return [*made, markdown(cut(body, MARKDOWN - 500))] if body.strip() else made or [context("…")]

    def summary(self) -> str:
        """Return the text for notifications."""
        return cut(self.words.strip() or self.title or "…", TEXT - 100)

    def _with(self, chunk: JsonObject) -> "Content":
        match chunk["type"]:
            case "plan_update":
                return Content(self.items, str(chunk["title"]))
            case "markdown_text" if self.items and self.items[-1]["type"] == "markdown_text":
                joined = chunk | {"text": f"{self.items[-1]['text']}{chunk['text']}"}
                return Content((*self.items[:-1], joined), self.title)
            case "task_update" if any(item.get("id") == chunk["id"] for item in self.items):
                return Content(tuple(_merged(item, chunk) for item in self.items), self.title)
            case _:
                return Content((*self.items, chunk), self.title)


def fit(content: Content, pending: list[JsonObject], limits: Limits) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return what still goes into the message, and what goes into the next; a code fence is never left open."""
    for index, chunk in enumerate(pending):
        if content.fits(chunk, limits):
            content = content.plus([chunk])
            continue
        before, rest = pending[:index], pending[index + 1 :]
        words = str(chunk["text"]) if chunk["type"] == "markdown_text" else ""
        head, tail = split(content.words, words, limits.size - _CLOSING - content.size)
        return [*before, *_words(head)], [*_words(tail), *([] if words else [chunk]), *rest]
    return pending, []


def split(before: str, text: str, room: int) -> tuple[str, str]:
    """Break text that follows `before` at `room` bytes: at a line outside code, else close the fence and reopen it."""
    least = 0 if before else 1
    head = text.encode()[: max(0, room)].decode("utf-8", "ignore") or text[:least]
    ends = [found.end() for found in re.finditer(r"\n", head)]
    for end in reversed(ends):
        if not open_fence(before + head[:end]):
            return head[:end], text[end:]
    end = _in_code(before, head, ends)
    fence = open_fence(before + head[:end])
    if not fence:
        return head[:end], text[end:]
    newline = "" if (before + head[:end]).endswith("\n") else "\n"
    return f"{head[:end]}{newline}{_ticks(fence)}\n", f"{fence}\n{text[end:]}"


def _in_code(before: str, head: str, ends: list[int]) -> int:
    """Return where to break a head that has no line end outside code: after a line, a word, or anywhere.

    A fence's first line alone does not count as a line: the fence is opened again, so nothing would have been said.
    """
    line, word = (ends or [0])[-1], head.rfind(" ") + 1
    bare = not before and head[:line].strip() == open_fence(head[:line])
    return line if line and not bare else word if word > line else len(head)


def open_fence(text: str) -> str:
    """Return the line that opened the fence the text ends in, or nothing."""
    opened = ""
    for found in _FENCE.finditer(text):
        ticks = found["ticks"]
        if not opened:
            opened = found.group().strip()[:_FENCE_LINE]
        elif ticks.startswith(_ticks(opened)) and not found["rest"].strip():
            opened = ""
    return opened


def _words(text: str) -> list[JsonObject]:
    return [{"type": "markdown_text", "text": text}] if text else []


def _ticks(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]


def _size(item: JsonObject) -> int:
    once = sum(len(str(item.get(name, "")).encode()) for name in ("text", "title", "id"))
    twice = sum(len(str(item.get(name, "")).encode()) for name in ("details", "output"))
    return once + 2 * twice


def _merged(item: JsonObject, chunk: JsonObject) -> JsonObject:
    return item | chunk if item.get("id") == chunk["id"] else item


def _line(item: JsonObject) -> str:
    said = item.get("output") or item.get("details")
    return f"{_STATES[str(item['status'])]} {item['title']}" + (f" · {said}" if said else "") + "  "

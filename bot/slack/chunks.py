"""What a run says, as the chunks of a Slack stream; pure.

Chunk types: https://docs.slack.dev/reference/methods/chat.appendStream
"""

import re

from agents.contract import Ending
from agents.events import Began, Charted, Ended, Proposed, RunEvent, Said, Step, Usage, Woken
from bot.slack.escape import cut, markdown, plain
from tools.contract import JsonObject

TITLE = 80
OUTPUT = 110
_WORD = re.compile(r"[ \n](?=[^ \n]*$)")  # no other white space: some of it does not survive, and words would join
_ENDINGS = {
    Ending.ANSWERED: "Looked into it",
    Ending.INCONCLUSIVE: "Looked into it: inconclusive",
    Ending.STOPPED: "Stopped",
    Ending.LIMIT: "Ran out of budget",
    Ending.FAILED: "Could not finish",
}


class Telling:
    """Turns the events of one run into chunks, holding back half words so that nothing is escaped in two halves."""

    def __init__(self) -> None:
        self._held = ""
        self._looks: list[JsonObject] = []
        self.said = False

    def chunks(self, event: RunEvent) -> list[JsonObject]:
        """Return what to add to the thread for this event."""
        match event:
            case Began(note=note):
                return [plan("Looking into it …"), *([text(f"_{markdown(plain(note))}_\n\n")] if note else [])]
            case Step():
                held = self.rest()  # a card may not part a word from its end; the break keeps them from joining
                return [*held, *([text("\n\n")] if held else []), task(event)]
            case Said(text=words):
                return self._words(words)
            case Proposed() | Charted():
                return []  # a card and a picture are messages of their own
            case Woken(due=due):
                self._looks = [text(f"\n\n⏰ I look again at {due:%H:%M:%S} UTC.\n")]  # said last, after the answer
                return []
            case Ended(ending=ending, report=report, usage=usage):
                late = [] if self.said else [text(markdown(report.answer))] if report.answer else []
                return [*self.rest(), *late, *self._looks, plan(closing(ending, usage))]

    def rest(self) -> list[JsonObject]:
        """Return what was held back."""
        held, self._held = self._held, ""
        return [text(markdown(held))] if held else []

    def _words(self, words: str) -> list[JsonObject]:
        self.said = self.said or bool(words.strip())
        self._held += words
        half = _WORD.search(self._held)
        if not half:
            return []
        ready, self._held = self._held[: half.end()], self._held[half.end() :]
        return [text(markdown(ready))]


def closing(ending: Ending, usage: Usage) -> str:
    """Return the plan's last title."""
    things = "1 reading" if usage.readings == 1 else f"{usage.readings} readings"
    return f"{_ENDINGS[ending]} · {things} in {usage.seconds:.1f} s"


def text(words: str) -> JsonObject:
    """Return a chunk of Markdown."""
    return {"type": "markdown_text", "text": words}


def plan(title: str) -> JsonObject:
    """Return a chunk that titles the plan."""
    return {"type": "plan_update", "title": title}


def task(step: Step) -> JsonObject:
    """Return a task card's news: its title, and what it showed; the arguments are in the report's evidence.

    Details and output count double toward a message's size, so a run of thirty readings only fits with one short line.
    """
    made: JsonObject = {
        "type": "task_update",
        "id": step.id,
        "title": line(step.title, TITLE) or "A step",
        "status": step.state.value,
    }
    return made | ({"output": line(step.output, OUTPUT)} if step.output.strip() else {})


def line(words: str, limit: int) -> str:
    """Return one safe line of Markdown."""
    return cut(markdown(plain(words)), limit, "…")

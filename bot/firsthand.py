"""Answers from our own books: where no agent has to think, the answer takes the way a run's takes, and none is made."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.contract import Ask, AskKind, Ending, Report, Turn
from agents.events import Began, Charted, Ended, RunEvent, Runner, Said, Usage
from tools.contract import Chart

BOOKS = "our own books"
TELLERS = frozenset({"scoreboard", "handover"})
"""Who speaks then; these are no agents."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, Markdown, and what to draw of it."""

    text: str
    chart: Chart | None = None


Tell = Callable[[Ask, str], Awaitable[Told]]
"""Answers an ask; the words are those after the first, such as `week`."""


def from_books(ask: Ask) -> bool:
    """Tell whether an ask is answered without an agent."""
    return ask.agent in TELLERS or (not ask.agent and _first(ask) in TELLERS)


class Firsthand:
    """A runner that tells what it can tell by itself, and has another run everything else."""

    def __init__(self, tells: Mapping[str, Tell], other: Runner) -> None:
        self._tells = tells
        self._other = other

    def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Tell, or run."""
        name, words = self._meant(ask)
        tell = self._tells.get(name)
        return self._told(run_id, name, tell(ask, words)) if tell else self._other(run_id, ask, transcript)

    def _meant(self, ask: Ask) -> tuple[str, str]:
        """Return what is asked for and how; outcomes and looks to come are about changes, whatever their words."""
        if ask.kind in {AskKind.OUTCOME, AskKind.WAKE, AskKind.ALERT}:
            return "", ""
        first, rest = _first(ask), ask.text.strip().partition(" ")[2]
        if first in self._tells and ask.agent in {"", first}:
            return first, rest
        return ask.agent, ask.text

    async def _told(self, run_id: str, name: str, telling: Awaitable[Told]) -> AsyncIterator[RunEvent]:
        yield Began(run_id, name, BOOKS)
        told = await telling
        yield Said(told.text)
        if told.chart:
            yield Charted(told.chart, "")
        yield Ended(Ending.ANSWERED, Report(told.text), Usage(BOOKS))


def _first(ask: Ask) -> str:
    return ask.text.strip().partition(" ")[0].lower().strip("`*_.?!:")

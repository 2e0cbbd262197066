"""What a run says as it goes: Began, (Step | Said | Charted | Proposed | Woken)*, Ended; it survives JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from agents.contract import Ask, Ending, Report, Turn
from tools.contract import Call, Chart
from tools.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run cost."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    readings: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Began:
    """The run started; `note` says what the reader should know (a fallback model, for instance)."""

    run_id: str
    agent: str
    model: str
    note: str = ""


class StepState(StrEnum):
    """State of a step, in Slack's words for task cards."""

    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Step:
    """A reading (or a consultation) began or ended; the same `id` twice."""

    id: str
    title: str
    state: StepState
    details: str = ""  # what is being looked at
    output: str = ""  # one line of what it showed
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """More words of the answer, Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """The run proposes a change."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Woken:
    """The run asks to be woken at `due` (UTC) to go on with `text`."""

    due: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Charted:
    """A picture says it better; `evidence` is the reading it draws."""

    chart: Chart
    evidence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over; always the last event."""

    ending: Ending
    report: Report
    usage: Usage


RunEvent: TypeAlias = Began | Step | Said | Charted | Proposed | Woken | Ended


class Runner(Protocol):
    """Turns an ask into a run's events. Cancelling the iteration stops the run; it must still be safe to repeat."""

    def __call__(self, run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
        """Run the ask."""
        ...

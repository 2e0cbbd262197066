"""Whose words a proposal rests on: everything a run was told by others before it proposed, named for people."""

from collections.abc import Sequence

from agents.contract import Ask, Speaker, Turn
from agents.titles import title_of
from tools.contract import Call

WIDTH = 120
"""Characters of one source's name."""


def told_by(ask: Ask, transcript: Sequence[Turn]) -> tuple[str, ...]:
    """Return the sources of a run's conversation that are not the asker's own words, each once."""
    alert = (f"alert {ask.alert.name} from {ask.alert.source}",) if ask.alert else ()
    outcome = (f"outcome of {ask.outcome.tool}",) if ask.outcome else ()
    turns = (_speaker(turn, ask.asker) for turn in transcript)
    return tuple(name[:WIDTH] for name in dict.fromkeys((*alert, *outcome, *turns)) if name)


def read_from(step: str, call: Call) -> str:
    """Return the name of a reading as a source."""
    return f"{step} {title_of(call)}"[:WIDTH]


def _speaker(turn: Turn, asker: str) -> str:
    match turn.speaker:
        case Speaker.PERSON if turn.author == asker and asker:
            return ""
        case Speaker.PERSON:
            return f"words of {turn.author or 'somebody'}"
        case Speaker.AGENT:
            return "earlier answers in this thread"
        case Speaker.SYSTEM:
            return f"{turn.author or 'system'} in this thread"

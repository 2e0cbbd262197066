"""A move of the embedded engine: what to say and which tools to call."""

from dataclasses import dataclass

from tools.contract import Call


@dataclass(frozen=True, slots=True)
class Move:
    """One message of the engine; a move without calls ends the run."""

    text: str = ""
    calls: tuple[Call, ...] = ()

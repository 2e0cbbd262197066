"""One thing that a page says and that is not so."""

from __future__ import annotations

from dataclasses import dataclass

from tools.documentation.lines import Line


@dataclass(frozen=True, slots=True)
class Stale:
    """It.

    Attributes:
        start: Where it begins in the page.
        end: Where it ends.
        line: Number of its line.
        says: What stands there.
        now: What belongs there; empty if only a person can tell.
        why: What was read, half a sentence.
    """

    start: int
    end: int
    line: int
    says: str
    now: str
    why: str

    @classmethod
    def at(cls, line: Line, span: tuple[int, int], now: str, why: str) -> Stale:
        """Return what stands at a span of a line."""
        start, end = span
        return cls(line.start + start, line.start + end, line.number, line.text[start:end], now, why)

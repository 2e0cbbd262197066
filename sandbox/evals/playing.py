"""Play many worlds, two at a time: one company and one process of the product for each."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sandbox.play import Played, play
from sandbox.product import ProductDownError

AT_ONCE = 2
"""As many as the machines that this is run on have cores."""


@dataclass(frozen=True)
class Case:
    """A world to play, and what is asked; its alarm pages if nothing is."""

    name: str
    world: Path
    ask: str = ""


def all_played(cases: Sequence[Case]) -> Iterator[tuple[Case, Played]]:
    """Yield the cases in order, each with what came of it."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="eval") as pool:
        yield from zip(cases, pool.map(_played, cases), strict=True)


def _played(case: Case) -> Played:
    try:
        return play(case.world, case.ask)
    except (ValueError, TimeoutError, ProductDownError) as error:
        return Played(f"No answer: {error}", "unknown", "", 0.0, [], [], [], [], [], 0.0)

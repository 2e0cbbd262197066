"""What a good answer to a world says, as its truth.toml holds it, and how an answer is judged by it."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sandbox.play import Played
from sandbox.slack.wire import Body

FINE = frozenset({"healthy", "recovered"})


class Verdict(StrEnum):
    """How an answer compares with the truth."""

    RIGHT = "right"
    INCONCLUSIVE = "inconclusive"  # claims no cause where there is one
    WRONG = "wrong"  # claims another cause, misses the remedy, or calls trouble healthy
    FALSE_ALARM = "false alarm"  # claims trouble where there is none


@dataclass(frozen=True)
class Truth:
    """What is true of a world.

    Attributes:
        health: healthy (nothing is wrong now), unhealthy, or unknown (it cannot be told from what is there).
        words: For each fact that must be named, the words any of which names it.
        remedies: Changes any of which would be right to propose; none means that nothing may be proposed.
        ask: What a person asks; the world's alarm pages if empty.
    """

    health: str
    words: tuple[tuple[str, ...], ...] = ()
    remedies: tuple[Body, ...] = ()
    ask: str = ""


def truth_of(world: Path) -> Truth:
    """Read the truth beside a world."""
    told: dict[str, Any] = tomllib.loads((world / "truth.toml").read_text("utf-8"))
    health = "healthy" if told.get("healthy") else "unknown" if told.get("inconclusive") else "unhealthy"
    words = tuple(tuple(map(str, group)) for group in told.get("cause_words", ()))
    return Truth(health, words, tuple(told.get("remedies", ())), str(told.get("ask", "")))


def judge(truth: Truth, played: Played) -> Verdict:
    """Compare an answer with the truth."""
    match truth.health:
        case "healthy":
            quiet = played.health in FINE and not played.cause and not played.proposals
            return Verdict.RIGHT if quiet else Verdict.INCONCLUSIVE if _open(played) else Verdict.FALSE_ALARM
        case "unknown":
            unsure = _open(played) and played.health not in FINE
            return Verdict.RIGHT if unsure else Verdict.WRONG
        case _ if _open(played):
            return Verdict.WRONG if played.health in FINE else Verdict.INCONCLUSIVE
        case _:
            return Verdict.RIGHT if _named(truth, played) and _remedied(truth, played) else Verdict.WRONG


def wrong_remedies(truth: Truth, played: Played) -> list[Body]:
    """Return the proposals that are none of the right ones."""
    return [one for one in played.proposals if not any(_fits(one, right) for right in truth.remedies)]


def _open(played: Played) -> bool:
    return not played.cause and not played.proposals


def _named(truth: Truth, played: Played) -> bool:
    """Tell whether the cause, or the answer's first paragraph, names every fact."""
    said = f"{played.cause} {played.answer.partition(chr(10) * 2)[0]}".lower()
    return all(any(word.lower() in said for word in group) for group in truth.words)


def _remedied(truth: Truth, played: Played) -> bool:
    return not wrong_remedies(truth, played) and bool(played.proposals) == bool(truth.remedies)


def _fits(proposed: Body, right: Body) -> bool:
    return bool(proposed["tool"] == right["tool"] and proposed["args"].items() >= right.get("args", {}).items())

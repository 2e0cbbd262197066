"""How much a command touches: the three effects, and a judgment with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Effect(IntEnum):
    """What a command does to the world, mildest first; what is not known counts as a change."""

    READING = 0  # looks, and leaves everything as it was
    CHANGE = 1  # changes something, hands out credentials, or is not known
    DESTRUCTIVE = 2  # loses data, access, history or a running service

    @property
    def word(self) -> str:
        """The effect as people read it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Judgment:
    """An effect, and a few words on why."""

    effect: Effect
    why: str


def worst(judgments: Iterable[Judgment], otherwise: str) -> Judgment:
    """Return the gravest judgment; a change where there is none at all."""
    return max(judgments, key=lambda one: one.effect, default=change(otherwise))


def reading(why: str) -> Judgment:
    """Judge as a reading."""
    return Judgment(Effect.READING, why)


def change(why: str) -> Judgment:
    """Judge as a change."""
    return Judgment(Effect.CHANGE, why)


def destructive(why: str) -> Judgment:
    """Judge as destructive."""
    return Judgment(Effect.DESTRUCTIVE, why)

"""A pod's life: its phases, and how fast they follow each other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from sandbox.kube.behaviors import Behavior


@dataclass(frozen=True)
class Pace:
    """How fast pods are, in seconds: [pace] in world.toml.

    Attributes:
        start: From scheduled to running, the pull included.
        ready: From running to ready.
        crash: How long a crashing container runs.
        stop: From asked to stop to gone.
        backoff: First pause before a restart; doubles up to `longest` (the kubelet's 10 s and 5 minutes).
        longest: Longest pause.
    """

    start: float = 1.2
    ready: float = 1.0
    crash: float = 1.0
    stop: float = 1.2
    backoff: float = 10.0
    longest: float = 300.0

    def pause(self, restarts: int) -> float:
        """Return how long a container waits after so many restarts."""
        return min(self.backoff * 2.0 ** min(restarts, 10), self.longest)

    @classmethod
    def read(cls, table: Any) -> Pace:
        """Return the [pace] of a world.

        Raises:
            ValueError: Says which key is wrong.
        """
        known = {one.name for one in fields(cls)}
        for key, value in (table or {}).items():
            if key not in known or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"world.toml: [pace] {key} must be one of {', '.join(sorted(known))}, in seconds.")
        return cls(**{key: float(value) for key, value in (table or {}).items()})


class Phase(StrEnum):
    """Where a pod is in its life."""

    CREATING = "creating"
    RUNNING = "running"
    CRASHED = "crashed"
    PULLING = "pulling"
    WAITING = "waiting"
    STOPPING = "stopping"


@dataclass
class Life:
    """A pod's life so far, and when it goes on (seconds since the epoch)."""

    behavior: Behavior
    phase: Phase
    next_at: float
    restarts: int = 0
    started: float = 0.0
    ended: float = 0.0

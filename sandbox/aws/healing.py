"""When the trouble behind an alarm or a finding ends: a condition has held for a while."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sandbox.clock import Clock
from sandbox.world import World

AFTER_SECONDS = 6.0
"""How long metrics take to follow the cluster where a world does not say."""


class Conditions(Protocol):
    """What healing needs to know of the cluster."""

    def holds(self, condition: Mapping[str, Any]) -> datetime | None:
        """Return since when a condition holds; None if it does not. The empty condition: what was broken works."""
        ...


class Healing:
    """Answers when an alarm's trouble ended."""

    def __init__(self, world: World, clock: Clock, cluster: Conditions) -> None:
        written = world.settings.get("heals")
        self._heals: list[Mapping[str, Any]] = written if isinstance(written, list) and written else [{}]
        self._clock = clock
        self._cluster = cluster

    def moment(self, alarm: str) -> float:
        """Return when (seconds since the epoch) an alarm's metrics are well again; infinity while they are not."""
        heals = (heal for heal in self._heals if alarm in heal.get("alarms", [] if "findings" in heal else [alarm]))
        return min(map(self._since, heals), default=math.inf)

    def closed(self, finding: str) -> float:
        """Return when (seconds since the epoch) what a security finding is about was put right; infinity if never."""
        heals = (heal for heal in self._heals if any(part in finding for part in heal.get("findings", [])))
        return min(map(self._since, heals), default=math.inf)

    def everything(self) -> float:
        """Return when all that heals has healed."""
        return max((self._since(heal) for heal in self._heals), default=math.inf)

    def _since(self, heal: Mapping[str, Any]) -> float:
        since = self._cluster.holds(heal.get("when", {}))
        if since is None:
            return math.inf
        healed = since.timestamp() + float(heal.get("after", AFTER_SECONDS))
        return healed if healed <= self._clock.time() else math.inf

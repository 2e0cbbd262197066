"""What a world may wait for to heal: a state of the cluster, or a merge that changed a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sandbox.github.state import Hub


class Conditions(Protocol):
    """Who knows since when a condition holds."""

    def holds(self, condition: Mapping[str, Any]) -> datetime | None:
        """Return since when; None if it does not."""
        ...


class Happened:
    """Asks GitHub about conditions that name a merge, and the cluster about all others."""

    def __init__(self, cluster: Conditions, hub: Hub) -> None:
        self._cluster = cluster
        self._hub = hub

    def holds(self, condition: Mapping[str, Any]) -> datetime | None:
        """Return since when a condition holds; None if it does not."""
        return self._hub.merged_since(condition) if "merged" in condition else self._cluster.holds(condition)

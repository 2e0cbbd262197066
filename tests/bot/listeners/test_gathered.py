"""An alert bot's message that belongs to a known incident starts no run of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from agents.contract import ThreadRef
from bot.intake.grouping import Arrived, opened
from bot.intake.parking import Parked, Released
from bot.intake.record import Received
from bot.intake.taking import Taken
from bot.store.incidents import Incident
from tests.bot.edge import ANA, INCIDENTS, open_edge
from tests.bot.listeners.office import on_socket

NOW = datetime(2026, 5, 4, 14, 5, tzinfo=UTC)


@dataclass
class FakeAlerts:
    """Says of every alert what it was told to."""

    new: bool
    looks: bool
    received: list[Received] = field(default_factory=list)

    async def take(self, received: Sequence[Received], thread: ThreadRef | None = None) -> list[Taken]:
        """Remember the alerts."""
        self.received += received
        incident = opened(Arrived(received[0], "checkout", self.looks, INCIDENTS, "d"), NOW)
        return [Taken(replace(incident, thread=thread), self.new)]

    async def snooze(self, what: str, until: datetime, by: str) -> Incident | None:
        """Do nothing."""
        del what, until, by
        return None

    async def unsnooze(self, what: str, by: str) -> bool:
        """Have nothing left alone."""
        del what, by
        return False

    async def parked(self) -> tuple[Parked, ...]:
        """Have nothing put aside."""
        return ()

    async def release(self, by: str) -> Released:
        """Have nothing to try again."""
        del by
        return Released(0, ())


@pytest.mark.parametrize(("new", "looks", "runs"), [(True, True, 1), (False, True, 0), (True, False, 0)])
async def test_only_what_is_new_and_to_be_looked_into_starts_a_run(new: bool, looks: bool, runs: int) -> None:  # noqa: FBT001 - a table's columns
    """What belongs to a known incident is kept with it, and what a rule keeps quiet is quiet."""
    async with open_edge() as edge, on_socket(edge) as office:
        alerts = office.desk.alerts = FakeAlerts(new, looks)
        await office.person(ANA, lambda ana: ana.alert(INCIDENTS, "ALARM: checkout-5xx"))
        await office.quiet()

    assert len(office.flow.asks) == runs
    assert [one.alert.name for one in alerts.received] == ["checkout-5xx"]
    assert alerts.received[0].delivery.startswith("message:")

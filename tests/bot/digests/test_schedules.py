"""Schedules: one ask a slot with any number of clocks, the latest of what was missed, and clear words for mistakes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.contract import Ask, AskKind, ThreadRef
from bot.digests.asking import Asking
from bot.digests.schedules import Schedule, Schedules, read_schedules
from bot.store.store import Store


def daily(when: str = "30 2 * * *", zone: str = "Europe/Berlin") -> Schedule:
    """Return a schedule."""
    return Schedule(name="posture", what="posture", agent="security", when=when, zone=zone, channel="C0PLATFOR")


class Clocks:
    """Clocks on one store, at a time that tests set."""

    def __init__(self, store: Store, number: int = 3) -> None:
        self.at = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
        self.heard: list[Ask] = []
        said = Schedules(schedule=(daily("0 * * * *", "UTC"),))
        self.clocks = [Asking(lambda: said, store.slots, self._now, self._announce, self._hear) for _ in range(number)]

    async def tick(self) -> None:
        """Let all clocks tick at once."""
        await asyncio.gather(*(clock.chore() for clock in self.clocks))

    async def _now(self) -> datetime:
        return self.at

    async def _announce(self, schedule: Schedule) -> ThreadRef:
        return ThreadRef("T0ACME001", schedule.channel, "1.0")

    async def _hear(self, ask: Ask) -> bool:
        self.heard.append(ask)
        return True


async def test_three_clocks_ask_once_a_slot(store: Store) -> None:
    """Clocks that all believe they act still post one digest for each of twenty-four slots."""
    clocks = Clocks(store)

    for _ in range(24 * 4):
        clocks.at += timedelta(minutes=15)
        await clocks.tick()

    assert len(clocks.heard) == len({ask.id for ask in clocks.heard}) == 25  # the slot at the start, and 24 more
    assert {(ask.kind, ask.agent) for ask in clocks.heard} == {(AskKind.SCHEDULE, "security")}


async def test_only_the_latest_missed_slot_is_made_up_for(store: Store) -> None:
    """After six hours without a clock there is one post, not six."""
    clocks = Clocks(store)
    await clocks.tick()

    clocks.at += timedelta(hours=6, minutes=5)
    await clocks.tick()

    assert [ask.id[-19:] for ask in clocks.heard[1:]] == ["2026-06-01T06:00:00"]


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_a_day_whose_clocks_are_changed_has_one_slot(day: datetime) -> None:
    """02:30 is one slot on the day that has none of it, and on the day that has two."""
    hours = [day + timedelta(minutes=10 * step) for step in range(6 * 20)]

    found = {slot for now in hours if (slot := daily().latest(now)) and slot.date() == day.date()}

    assert len(found) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('when = "0 9 * *"', "has 4 fields"),
        ('when = "0 9 * * 1"', "name the weekdays"),
        ('when = "0 9 * * mon"\nzone = "Mars"', "no time zone 'Mars'"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(tmp_path: Path, line: str, words: str) -> None:
    """The sentence names the file and what is wrong."""
    file = tmp_path / "schedules.toml"
    file.write_text(f'[[schedule]]\nname = "a"\nwhat = "posture"\nchannel = "C0PLATFOR"\n{line}\n')

    with pytest.raises(ValueError, match=words) as told:
        read_schedules(file)

    assert str(file) in str(told.value)

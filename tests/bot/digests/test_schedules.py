"""Schedules: one ask a slot with any number of clocks, the latest of what was missed, and clear words for mistakes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.contract import AskKind
from bot.digests.schedules import read_schedules
from bot.store.store import Store
from tests.bot.digests.clocks import STEPS, Clocks, hourly

HOURLY = hourly()


async def test_three_clocks_ask_once_a_slot(store: Store) -> None:
    """Clocks that all believe they act still post one digest for each of twenty-four slots."""
    clocks = Clocks(store, HOURLY)
    await clocks.tick()

    for _ in range(24 * 4):
        clocks.at += timedelta(minutes=15)
        await clocks.tick()

    assert len(clocks.wall.posted) == len({ask.id for ask in clocks.heard}) == 24
    assert {(ask.kind, ask.agent) for ask in clocks.heard} == {(AskKind.SCHEDULE, "security")}


async def test_only_the_latest_missed_slot_is_made_up_for(store: Store) -> None:
    """After six hours without a clock there is one post, not six."""
    clocks = Clocks(store, HOURLY)
    await clocks.tick()

    clocks.at += timedelta(hours=6, minutes=5)
    await clocks.tick()

    assert clocks.slots() == ["2026-06-01T06:00:00+00:00"]


async def test_what_was_due_before_a_schedule_was_there_is_not_posted(store: Store) -> None:
    """A first start, and an edit of the hour, wait for the next slot."""
    clocks = Clocks(store, HOURLY)
    clocks.at += timedelta(minutes=5)
    await clocks.tick()
    clocks.schedule = HOURLY.model_copy(update={"when": "2 * * * *"})

    await clocks.tick()

    assert clocks.slots() == []


@pytest.mark.parametrize("step", STEPS)
async def test_a_clock_that_dies_anywhere_loses_and_doubles_nothing(store: Store, step: str) -> None:
    """Whatever the last thing was that a clock did, another has the slot answered once, after a minute."""
    clocks = Clocks(store, HOURLY)
    await clocks.tick()
    clocks.at += timedelta(hours=1)

    await clocks.dies(step)
    await clocks.tick()
    clocks.at += timedelta(minutes=2)
    await clocks.tick()

    assert (len(clocks.wall.posted), clocks.slots()) == (1, ["2026-06-01T01:00:00+00:00"])
    assert clocks.heard[-1].thread.ts == clocks.wall.posted[0].ts


async def test_a_clock_that_was_held_up_takes_its_message_back(store: Store) -> None:
    """Who stood still for two minutes before posting finds that another posted, and deletes its own."""
    clocks = Clocks(store, HOURLY)
    await clocks.tick()
    clocks.at += timedelta(hours=1)

    async with clocks.held_up():
        clocks.at += timedelta(minutes=2)
        await clocks.tick()

    assert (len(clocks.wall.posted), len(clocks.wall.withdrawn), len(clocks.heard)) == (1, 1, 1)


async def test_nothing_of_a_pause_is_made_up_for(store: Store) -> None:
    """What was due while a schedule was paused stays unasked when it goes on."""
    clocks = Clocks(store, HOURLY)
    await clocks.tick()
    await clocks.planning.pause("posture", "U0BEN0001")
    clocks.at += timedelta(hours=2)
    await clocks.tick()

    await clocks.planning.resume("posture", "U0BEN0001")
    clocks.at += timedelta(minutes=1)
    await clocks.tick()

    assert clocks.slots() == []


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_a_day_whose_clocks_are_changed_has_one_slot(day: datetime) -> None:
    """02:30 is one slot on the day that has none of it, and on the day that has two."""
    hours = [day + timedelta(minutes=10 * step) for step in range(6 * 20)]

    found = {slot for now in hours if (slot := hourly("30 2 * * *", "Europe/Berlin").latest(now)) and slot >= day}

    assert len(found) == 1


def test_what_is_due_hourly_is_due_in_both_of_the_hours_that_clocks_show_twice() -> None:
    """The night of twenty-five hours has twenty-five slots, the one of twenty-three has that many."""
    both = hourly("0 * * * *", "Europe/Berlin")

    days = [(datetime(2026, 10, 24, 22, tzinfo=UTC), 25), (datetime(2026, 3, 28, 23, tzinfo=UTC), 23)]

    for start, hours in days:
        found = {both.latest(start + timedelta(minutes=20 * step)) for step in range(hours * 3)}
        assert len(found) == hours


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

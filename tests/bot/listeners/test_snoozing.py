"""Snooze: what the words mean, and what the person who says them is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contract import ThreadRef
from bot.intake.parking import Parked, Released
from bot.intake.record import Received
from bot.intake.taking import Taken
from bot.listeners import words
from bot.listeners.snoozing import USAGE, VAGUE, snooze
from bot.store.incidents import Incident
from tests.bot.edge import BEN, open_edge
from tests.bot.listeners.office import make_office


@dataclass
class FakeAlerts:
    """Remembers what is to be left alone."""

    quiet: list[tuple[str, datetime, str]] = field(default_factory=list)

    async def take(self, received: Sequence[Received], thread: ThreadRef | None = None) -> list[Taken]:
        """Take nothing in."""
        del received, thread
        return []

    async def snooze(self, what: str, until: datetime, by: str) -> Incident | None:
        """Remember it."""
        self.quiet.append((what, until, by))
        return None

    async def parked(self) -> tuple[Parked, ...]:
        """Have nothing put aside."""
        return ()

    async def release(self, by: str) -> Released:
        """Have nothing to try again."""
        del by
        return Released(0, ())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("snooze i-4f2a1c 2h", words.Snooze("i-4f2a1c", 120)),
        ("Snooze `checkout-*` for 30 minutes", words.Snooze("checkout-*", 30)),
        ("silence checkout-5xx 1d", words.Snooze("checkout-5xx", 24 * 60)),
        ("snooze checkout-5xx", words.Snooze("checkout-5xx", 0)),
        ("snooze", words.Snooze("", 0)),
        ("snooze checkout 9999d", words.Snooze("checkout", words.LONGEST_SNOOZE)),
    ],
)
def test_words_say_what_and_how_long(said: str, meant: words.Snooze) -> None:
    """A week at most."""
    assert words.command(said) == meant


@given(st.text(max_size=60))
def test_no_words_break_the_command(said: str) -> None:
    """Whatever follows, it is understood or it is not."""
    assert words.command(f"snooze {said}")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (words.Snooze("", 0), USAGE),
        (words.Snooze("checkout", 0), USAGE),
        (words.Snooze("*", 60), VAGUE),
        (words.Snooze("checkout-*", 60), "Alerts whose name, service, source or resource is `checkout-*`"),
    ],
)
async def test_who_snoozes_is_told_what_it_does(asked: words.Snooze, told: str) -> None:
    """Nobody silences everything by a star."""
    async with open_edge() as edge:
        desk, alerts = make_office(edge).desk, FakeAlerts()
        desk.alerts = alerts

        said = await snooze(desk, asked, BEN)

    assert said.startswith(told)
    assert len(alerts.quiet) == (told not in {USAGE, VAGUE})
    assert all(until - datetime.now(UTC) > timedelta(minutes=59) and by == BEN for _, until, by in alerts.quiet)

"""Snooze: what the words mean, and what the person who says them is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contract import ThreadRef
from bot.flow import Status
from bot.intake.parking import Parked, Released
from bot.intake.record import Received
from bot.intake.taking import Taken
from bot.listeners import words
from bot.listeners.snoozing import NOTHING, USAGE, VAGUE, snooze, unsnooze
from bot.store.incidents import Incident
from bot.store.silences import Silence
from tests.bot.edge import BEN, PLATFORM, open_edge
from tests.bot.listeners.office import make_office


@dataclass
class FakeAlerts:
    """Remembers what is to be left alone."""

    quiet: list[tuple[str, datetime, str]] = field(default_factory=list)
    loud: list[str] = field(default_factory=list)

    async def take(self, received: Sequence[Received], thread: ThreadRef | None = None) -> list[Taken]:
        """Take nothing in."""
        del received, thread
        return []

    async def snooze(self, what: str, until: datetime, by: str) -> Incident | None:
        """Remember it."""
        self.quiet.append((what, until, by))
        return None

    async def unsnooze(self, what: str, by: str) -> bool:
        """Remember it, if it was left alone."""
        del by
        self.loud.append(what)
        return what in {name for name, _, _ in self.quiet}

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


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("unsnooze i-4f2a1c", "i-4f2a1c"),
        ("Unsilence `checkout-*`", "checkout-*"),
        ("end the snooze of checkout-5xx", "checkout-5xx"),
        ("cancel silence checkout-5xx", "checkout-5xx"),
        ("snooze checkout-5xx off", "checkout-5xx"),
        ("unsnooze", ""),
    ],
)
def test_words_end_a_snooze_early(said: str, what: str) -> None:
    """However somebody says it."""
    assert words.command(said) == words.Unsnooze(what)


@given(st.text(max_size=60))
def test_no_words_break_the_command(said: str) -> None:
    """Whatever follows, it is understood or it is not."""
    assert words.command(f"snooze {said}")
    assert words.command(f"unsnooze {said}")


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


async def test_who_ends_a_snooze_is_told_what_follows() -> None:
    """What is left alone no more is named; of what never was, so is that, with what there is."""
    async with open_edge() as edge:
        desk, alerts = make_office(edge).desk, FakeAlerts()
        desk.alerts = alerts
        await snooze(desk, words.Snooze("checkout-*", 60), BEN)

        ended = await unsnooze(desk, "checkout-*", PLATFORM, BEN)
        unknown = await unsnooze(desk, "search-*", PLATFORM, BEN)

    assert ended.startswith("`checkout-*` is looked at again")
    assert unknown == f"`search-*` is not left alone. {NOTHING}"


async def test_what_is_left_alone_is_listed_with_how_to_end_it() -> None:
    """A silence says until when and whose it is."""
    async with open_edge() as edge:
        office = make_office(edge)
        silence = Silence("checkout-*", datetime(2126, 5, 4, 9, 0, tzinfo=UTC), BEN)
        office.flow.now = Status((), (), (), silences=(silence,))

        listed = await unsnooze(office.desk, "", PLATFORM, BEN)

    assert all(part in listed for part in ("09:00 UTC", f"<@{BEN}>", "`/infra unsnooze checkout-*`"))

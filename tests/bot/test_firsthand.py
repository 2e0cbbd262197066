"""What we tell from our own books: by its word, as a run would, and never in the place of a run."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.contract import Alert, Ask, AskKind, Turn
from agents.events import Began, Charted, Ended, RunEvent
from bot.firsthand import Firsthand, Told
from bot.handover import USAGE, Handover
from bot.intake.record import Received
from bot.intake.rules import read_rules
from bot.intake.taking import Intake
from bot.ports import everywhere
from bot.store.silences import Silence
from config.settings import HERE
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import ANA, BEN, THREAD, answers, make_ask, make_proposal, make_vote, proposes
from tools.contract import Chart
from tools.scope import Scope, Scopes


async def other(run_id: str, ask: Ask, transcript: Sequence[Turn]) -> AsyncIterator[RunEvent]:
    """Run an agent."""
    del ask, transcript
    yield Began(run_id, "incident", "fake")


async def tell(_ask: Ask, words: str) -> Told:
    """Tell the words."""
    return Told(f"told {words}".strip(), Chart("Runs", "runs", ()))


async def events(ask: Ask) -> list[RunEvent]:
    """Return what is said to an ask."""
    return [event async for event in Firsthand({"scoreboard": tell}, other)("run-1", ask, ())]


@pytest.mark.parametrize(
    ("words", "agent", "answer"),
    [
        ("scoreboard week", "scoreboard", "told week"),
        ("Scoreboard", "", "told"),
        ("scoreboard 90d", "", "told 90d"),
        ("week", "scoreboard", "told week"),
    ],
)
async def test_its_word_is_answered_from_the_books(words: str, agent: str, answer: str) -> None:
    """As a command, as a schedule's question and as a message in a thread; with its picture."""
    said = await events(replace(make_ask(text=words), agent=agent))

    assert isinstance(said[-1], Ended)
    assert said[-1].report.answer == answer
    assert any(isinstance(event, Charted) for event in said)


@pytest.mark.parametrize(
    ("words", "agent", "kind"),
    [
        ("why is checkout slow?", "", AskKind.MENTION),
        ("scoreboard is down", "", AskKind.ALERT),
        ("scoreboard", "incident", AskKind.SCHEDULE),
    ],
)
async def test_everything_else_is_for_an_agent(words: str, agent: str, kind: AskKind) -> None:
    """Alerts are about the world, whatever they are called."""
    said = await events(replace(make_ask(text=words, kind=kind), agent=agent))

    assert [event.agent for event in said if isinstance(event, Began)] == ["incident"]


async def test_a_shift_is_handed_over_with_what_it_saw_and_left(stage: Stage) -> None:
    """Incidents, what waits, what is silenced, and what was changed by whom."""
    await _shift(stage)

    told = await Handover(stage.store, everywhere, lambda: stage.flow, stage.directory).told("8h", THREAD.channel, ANA)

    assert "Incidents, 1 open" in told
    assert "P2 Slow: **open** for" in told
    assert "**Waiting for a yes**\n- Restart search" in told
    assert "**Left alone**\n- alerts `batch-*` until " in told
    assert f"Scale checkout from 1 to 3: done, approved by {stage.directory.people[BEN].name}" in told


async def test_a_shift_without_anything_is_said_in_a_line(stage: Stage) -> None:
    """Nothing is listed for what there is nothing of."""
    told = await Handover(stage.store, everywhere, lambda: stage.flow, stage.directory).told("", THREAD.channel, ANA)

    assert "the last 12 h" in told
    assert "Nothing: incidents, waiting for a yes, running, to be looked at again, left alone, changes." in told


async def test_who_sees_a_part_is_handed_over_that_part(stage: Stage) -> None:
    """Within scopes, neither what is told elsewhere nor changes outside of them are in it."""
    await _shift(stage)

    async def narrow(_channel: str, _asker: str) -> Scopes:
        return (Scope("this channel", namespaces=("billing",)),)

    told = await Handover(stage.store, narrow, lambda: stage.flow, stage.directory).told("", "C0GENERAL", ANA)

    assert "Slow" not in told
    assert "Scale checkout" not in told


@pytest.mark.parametrize("words", ["tomorrow", "0h", "99h"])
async def test_a_shift_that_is_none_is_refused_with_what_to_say(words: str, stage: Stage) -> None:
    """The sentence has an example."""
    assert (
        await Handover(stage.store, everywhere, lambda: stage.flow, stage.directory).told(words, THREAD.channel, ANA)
        == USAGE
    )


async def _shift(stage: Stage) -> None:
    """Have an open incident, a change that was made, one that waits, and a silence."""
    intake = Intake(stage.store, read_rules(HERE / "alerts.toml"))
    alert = Alert("grafana", "Slow", "firing", severity="P2", service="search")
    await intake.take([Received(alert, "slow", "slow")], THREAD)
    now = await stage.now()
    await stage.store.silences.begin(Silence("batch-*", now + timedelta(hours=1), BEN), now)
    waits = make_proposal("p-2")
    waits = replace(waits, args={"deployment": "search"}, preview=replace(waits.preview, summary="Restart search"))
    stage.runner.script = lambda ask: answers() if ask.outcome else proposes(make_proposal(), waits)
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)
    await stage.flow.rule(make_vote())
    await stage.flow.dispatch("p-1")

"""Runs in the story: asks are heard once and answered in order, stopped at once, and survive their workers."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisAway

from agents.contract import AskKind, Ending, Report, Speaker, ThreadRef
from agents.events import Ended, Usage
from bot.store.runs import Stage as RunStage
from bot.store.runs import run_id
from tests.bot.conftest import SHORT_LIVED, Stage, until
from tests.bot.flow_fakes import (
    ANA,
    BEN,
    TEAM,
    THREAD,
    answers,
    make_ask,
    wakes,
)

OTHER = ThreadRef(TEAM, "C0GENERAL", "1700000000.000200")


async def test_an_ask_is_answered_in_its_thread(stage: Stage) -> None:
    """What is heard is run and shown where it was asked."""
    await stage.flow.hear(make_ask(), ("Ev1",))

    await stage.flow.work(THREAD.key)

    assert stage.thread.answers() == ["All is well."]


@pytest.mark.parametrize(("down", "zone"), [(False, "Europe/Berlin"), (True, "")])
async def test_a_run_knows_the_time_zone_of_who_asks(stage: Stage, down: bool, zone: str) -> None:  # noqa: FBT001 - a parameter of the test
    """What is not known is left open, and the run goes on."""
    stage.directory.people[ANA] = replace(stage.directory.people[ANA], zone="Europe/Berlin")
    stage.directory.down = down

    await stage.flow.hear(make_ask())
    await stage.flow.work(THREAD.key)

    assert [one.zone for one in stage.runner.begun] == [zone]


async def test_a_redelivery_is_heard_once(stage: Stage) -> None:
    """The same delivery under either of its names is not heard again."""
    first = await stage.flow.hear(make_ask("a"), ("Ev1", "T:C:1"))

    again = [await stage.flow.hear(make_ask("b"), ("Ev2", "T:C:1")), await stage.flow.hear(make_ask("a"), ("Ev3",))]

    assert first
    assert again == [False, False]
    assert len(stage.queue.runs) == 1


async def test_redeliveries_at_once_make_one_run(stage: Stage) -> None:
    """Of many deliveries at the same time exactly one is heard."""
    heard = await asyncio.gather(*(stage.flow.hear(make_ask(f"a{n}"), ("T:C:1", f"Ev{n}")) for n in range(32)))

    await stage.flow.work(THREAD.key)

    assert sum(heard) == 1
    assert len(stage.runner.begun) == 1


async def test_people_do_not_queue_behind_alerts(stage: Stage) -> None:
    """Alerts and people's questions go to different lanes."""
    await stage.flow.hear(make_ask("a", kind=AskKind.ALERT), ())
    await stage.flow.hear(make_ask("b", kind=AskKind.SLASH), ())

    assert [lane for _, lane in stage.queue.runs] == ["background", "people"]


async def test_an_ask_that_cannot_be_sent_is_kept_and_swept(stage: Stage) -> None:
    """What was acknowledged is not lost when the queue is away: the sweeper sends it later."""
    stage.queue.error = RedisAway("away")
    assert await stage.flow.hear(make_ask(), ())
    stage.queue.error = None
    stage.now.forward(timedelta(minutes=1))

    await stage.chores.sweep()

    assert stage.queue.runs == [(THREAD.key, "people")]


async def test_one_run_a_thread_at_a_time_in_order(stage: Stage) -> None:
    """Asks of a thread are answered one after the other though several workers try."""
    for number in range(5):
        await stage.flow.hear(make_ask(f"a{number}"), ())

    await asyncio.gather(*(stage.flow.work(THREAD.key) for _ in range(4)))

    assert [ask.id for ask in stage.runner.finished] == ["a0", "a1", "a2", "a3", "a4"]
    assert stage.runner.most_at_once == 1


async def test_threads_do_not_wait_for_each_other(stage: Stage) -> None:
    """Runs of different threads go on at the same time."""
    stage.runner.gate = asyncio.Event()
    await stage.flow.hear(make_ask("a"), ())
    await stage.flow.hear(make_ask("b", OTHER), ())

    both = asyncio.gather(stage.flow.work(THREAD.key), stage.flow.work(OTHER.key))
    await until(lambda: stage.runner.at_once == 2)
    stage.runner.gate.set()
    await both

    assert len(stage.runner.finished) == 2


async def test_the_next_run_knows_what_was_said(stage: Stage) -> None:
    """A later run is given the thread's transcript: question and answer."""
    for name in ("a", "b"):
        await stage.flow.hear(make_ask(name, text=f"question {name}"), ())

    await stage.flow.work(THREAD.key)

    told = stage.runner.transcripts[1]
    assert [(turn.speaker, turn.text) for turn in told] == [
        (Speaker.PERSON, "question a"),
        (Speaker.AGENT, "All is well."),
    ]


async def test_a_run_that_breaks_is_recorded_and_told(stage: Stage) -> None:
    """A failure is said in the thread without its innards, recorded, and does not hold up the next ask."""
    stage.runner.error = KeyError("secret")
    await stage.flow.hear(make_ask(), ())

    await stage.flow.work(THREAD.key)

    run = await stage.store.runs.get(run_id(make_ask()))
    assert run is not None
    assert run.stage is RunStage.FAILED
    assert len(stage.thread.said) == 1
    assert "secret" not in stage.thread.said[0]
    assert [(one.ending, one.report.unknowns) for one in stage.reports] == [(Ending.FAILED, (stage.thread.said[0],))]
    assert await stage.store.runs.next(THREAD.key) is None


async def test_a_run_that_says_it_failed_is_recorded_as_failed(stage: Stage) -> None:
    """A run's own word that it failed is what the record says."""
    stage.runner.script = lambda _: [Ended(Ending.FAILED, Report("No."), Usage("fake"))]
    await stage.flow.hear(make_ask(), ())

    await stage.flow.work(THREAD.key)

    run = await stage.store.runs.get(run_id(make_ask()))
    assert run is not None
    assert run.stage is RunStage.FAILED


async def test_a_run_without_an_end_is_a_failure(stage: Stage) -> None:
    """A run that stops talking is not taken for an answer."""
    stage.runner.script = lambda _: []
    await stage.flow.hear(make_ask(), ())

    await stage.flow.work(THREAD.key)

    assert "broke off" in stage.thread.said[0]


async def test_a_run_that_takes_too_long_is_ended(stage: Stage) -> None:
    """A run has a time limit, and the thread is told."""
    stage.runner.gate = asyncio.Event()
    await stage.flow.hear(make_ask(), ())

    await stage.limited_to(0.05).work(THREAD.key)

    assert "out of time" in stage.thread.said[0]


async def test_stop_ends_what_runs_and_what_is_queued(stage: Stage) -> None:
    """Stop cuts the running run off and takes the queued ones away."""
    stage.runner.gate = asyncio.Event()
    for name in ("a", "b", "c"):
        await stage.flow.hear(make_ask(name), ())
    working = asyncio.create_task(stage.flow.work(THREAD.key))
    await until(lambda: stage.runner.at_once == 1)

    stopped = await stage.flow.stop(THREAD, BEN)
    await working

    assert stopped == 3
    assert stage.thread.cut_off == 1
    assert stage.runner.finished == []
    assert len(stage.queue.stops[0]) == 3
    assert stage.thread.said == [f"🛑 <@{BEN}> stopped 3 runs."]


async def test_a_thread_goes_on_after_a_stop(stage: Stage) -> None:
    """What is asked after a stop is answered."""
    await stage.flow.hear(make_ask("a"), ())
    await stage.flow.stop(THREAD, BEN)

    await stage.flow.hear(make_ask("b"), ())
    await stage.flow.work(THREAD.key)

    assert [ask.id for ask in stage.runner.finished] == ["b"]


@SHORT_LIVED
async def test_a_stop_reaches_a_run_whose_message_was_lost(stage: Stage) -> None:
    """A run looks at its record now and then, so it stops even if nobody tells it."""
    stage.runner.gate = asyncio.Event()
    await stage.flow.hear(make_ask("a"), ())
    working = asyncio.create_task(stage.flow.work(THREAD.key))
    await until(lambda: stage.runner.at_once == 1)

    await stage.store.runs.stop(THREAD.key, "elsewhere", await stage.now())
    await working

    assert stage.thread.cut_off == 1


async def test_a_wake_comes_when_it_is_due(stage: Stage) -> None:
    """A run that asks to be woken is, once, in its thread, for the same person, at its time."""
    stage.runner.script = lambda ask: answers() if ask.kind is AskKind.WAKE else wakes(timedelta(minutes=1))
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)
    await stage.chores.wake()
    early = len(stage.queue.runs)

    stage.now.forward(timedelta(minutes=2))
    await stage.chores.wake()
    await stage.chores.wake()
    await stage.flow.work(THREAD.key)

    woken = stage.runner.finished[-1]
    assert early == 1
    assert len(stage.runner.finished) == 2
    assert (woken.kind, woken.asker, woken.attempt, woken.text) == (AskKind.WAKE, ANA, 1, "look again")
    assert [bool(run) and woken.id.startswith(run) for run in stage.thread.before] == [False, True]


async def test_stop_takes_back_a_wake(stage: Stage) -> None:
    """A stopped thread is not woken later."""
    stage.runner.script = lambda _: wakes(timedelta(minutes=1))
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)

    stopped = await stage.flow.stop(THREAD, BEN)
    stage.now.forward(timedelta(minutes=2))
    await stage.chores.wake()

    assert stopped == 1
    assert len(stage.queue.runs) == 1
    assert stage.thread.said == [f"🛑 <@{BEN}> stopped this. I will not look again by myself."]


async def test_stopping_nothing_says_nothing(stage: Stage) -> None:
    """A thread in which nothing goes on is not disturbed."""
    stopped = await stage.flow.stop(THREAD, BEN)

    assert stopped == 0
    assert stage.thread.said == []


@SHORT_LIVED
async def test_a_dead_worker_s_run_is_taken_up_by_another(stage: Stage) -> None:
    """A run whose worker died without a word is begun again once the lease has run out."""
    await stage.flow.hear(make_ask(), ())
    lease = await stage.store.leases.take(THREAD.key)
    assert lease is not None
    await stage.store.runs.begin(run_id(make_ask()), lease, await stage.now())
    await stage.flow.work(THREAD.key)
    assert stage.runner.begun == []

    await until(lambda: _free(stage))
    stage.now.forward(timedelta(minutes=1))
    await stage.chores.sweep()
    await stage.flow.work(THREAD.key)

    assert len(stage.queue.runs) == 2
    assert len(stage.runner.finished) == 1


async def _free(stage: Stage) -> bool:
    lease = await stage.store.leases.take(THREAD.key)
    if lease:
        await stage.store.leases.release(lease)
    return lease is not None


async def test_a_run_that_kills_its_workers_is_parked(stage: Stage) -> None:
    """After three attempts a run is given up, and the thread is told."""
    await stage.flow.hear(make_ask(), ())
    lease = await stage.store.leases.take(THREAD.key)
    assert lease is not None
    for _ in range(3):
        await stage.store.runs.begin(run_id(make_ask()), lease, await stage.now())
    await stage.store.leases.release(lease)

    await stage.flow.work(THREAD.key)

    run = await stage.store.runs.get(run_id(make_ask()))
    assert run is not None
    assert run.stage is RunStage.PARKED
    assert stage.runner.begun == []
    assert "gave up" in stage.thread.said[0]


async def test_a_shutdown_puts_the_run_back(stage: Stage) -> None:
    """A run cut off by an orderly shutdown is queued as if it had not begun, and another worker does it."""
    stage.runner.gate = asyncio.Event()
    await stage.flow.hear(make_ask(), ())
    working = asyncio.create_task(stage.flow.work(THREAD.key))
    await until(lambda: stage.runner.at_once == 1)

    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    run = await stage.store.runs.get(run_id(make_ask()))
    stage.runner.gate.set()
    await stage.flow.work(THREAD.key)

    assert run is not None
    assert (run.stage, run.attempt) == (RunStage.QUEUED, 0)
    assert len(stage.runner.finished) == 1


@SHORT_LIVED
async def test_a_zombie_writes_nothing(stage: Stage) -> None:
    """A worker that lost its lease cannot end the run that another has taken up."""
    stage.runner.gate = asyncio.Event()
    await stage.flow.hear(make_ask(), ())
    working = asyncio.create_task(stage.flow.work(THREAD.key))
    await until(lambda: stage.runner.at_once == 1)

    await stage.store.connection.client.set(f"infra:lease:{THREAD.key}", "another's")
    with pytest.raises(asyncio.CancelledError):
        await working

    run = await stage.store.runs.get(run_id(make_ask()))
    assert run is not None
    assert run.stage is RunStage.RUNNING

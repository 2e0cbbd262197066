"""The story in the middle: asks become runs, votes become changes, in order, once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisAway

from agents.contract import Alert, AskKind, Ended, Ending, Report, Speaker, ThreadRef, Usage
from bot.approvals.model import Answer, State
from bot.store.runs import Stage as RunStage
from bot.store.runs import run_id
from tests.bot.conftest import Stage, until
from tests.bot.flow_fakes import (
    ANA,
    BEN,
    CARA,
    TEAM,
    THREAD,
    answers,
    make_ask,
    make_proposal,
    make_vote,
    proposes,
    renamed,
    wakes,
)
from tools.contract import Risk, Verdict

OTHER = ThreadRef(TEAM, "C0GENERAL", "1700000000.000200")


async def test_an_ask_is_answered_in_its_thread(stage: Stage) -> None:
    """What is heard is run and shown where it was asked."""
    await stage.flow.hear(make_ask(), ("Ev1",))

    await stage.flow.work(THREAD.key)

    assert stage.thread.answers() == ["All is well."]


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


async def test_a_thread_goes_on_after_a_stop(stage: Stage) -> None:
    """What is asked after a stop is answered."""
    await stage.flow.hear(make_ask("a"), ())
    await stage.flow.stop(THREAD, BEN)

    await stage.flow.hear(make_ask("b"), ())
    await stage.flow.work(THREAD.key)

    assert [ask.id for ask in stage.runner.finished] == ["b"]


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


async def _proposed(stage: Stage, risk: Risk = Risk.MEDIUM) -> None:
    stage.runner.script = lambda ask: answers() if ask.kind is AskKind.OUTCOME else proposes(make_proposal(risk=risk))
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)


async def test_a_proposal_becomes_a_card(stage: Stage) -> None:
    """What a run proposes is put to the people the policy names."""
    await _proposed(stage)

    card = stage.thread.cards[0]
    assert card.state is State.OPEN
    assert card.decision.groups == ("oncall",)
    assert stage.executor.sent == []


async def test_a_yes_makes_the_change_once_and_has_its_effect_looked_at(stage: Stage) -> None:
    """Approve, dispatch, outcome, and a run that looks at the outcome: the way of every change."""
    await _proposed(stage)

    ruling = await stage.flow.rule(make_vote())
    await stage.flow.dispatch("p-1")
    await stage.flow.dispatch("p-1")
    await stage.flow.work(THREAD.key)

    assert ruling.counted
    assert stage.queue.dispatches == ["p-1"]
    assert [grant.approvers for grant in stage.executor.sent] == [(BEN,)]
    assert stage.thread.states() == [State.OPEN, State.APPROVED, State.DISPATCHED, State.DONE]
    looked = stage.runner.finished[-1]
    assert looked.kind is AskKind.OUTCOME
    assert looked.outcome is not None
    assert looked.outcome.verdict is Verdict.DONE


async def test_workers_at_once_dispatch_once(stage: Stage) -> None:
    """However many workers are sent the same approval, one carries it out."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())

    await asyncio.gather(*(stage.flow.dispatch("p-1") for _ in range(16)))

    assert len(stage.executor.sent) == 1


async def test_a_storm_of_clicks_has_one_winner(stage: Stage) -> None:
    """Of 32 votes at the same time exactly one decides, and the others are told."""
    await _proposed(stage)
    stage.directory.groups["oncall"] = frozenset(f"U{n}" for n in range(32))
    stage.directory.people |= {f"U{n}": replace(stage.directory.people[BEN], id=f"U{n}") for n in range(32)}

    rulings = await asyncio.gather(
        *(
            stage.flow.rule(make_vote(voter=f"U{n}", answer=Answer.APPROVE if n % 2 else Answer.REJECT))
            for n in range(32)
        )
    )

    assert sum(ruling.counted for ruling in rulings) == 1
    assert all(ruling.words for ruling in rulings)
    assert len(stage.queue.dispatches) <= 1


async def test_high_risk_needs_two_people(stage: Stage) -> None:
    """The first yes is counted, the same person's second is not, another's sends it."""
    await _proposed(stage, Risk.HIGH)

    rulings = [await stage.flow.rule(make_vote(voter=voter)) for voter in (BEN, BEN, CARA)]

    assert [ruling.counted for ruling in rulings] == [True, False, True]
    assert stage.queue.dispatches == ["p-1"]


async def test_nobody_is_believed_while_the_directory_is_down(stage: Stage) -> None:
    """Who cannot be looked up cannot approve."""
    await _proposed(stage)
    stage.directory.down = True

    ruling = await stage.flow.rule(make_vote())

    assert not ruling.counted
    assert stage.queue.dispatches == []


async def test_a_rejection_is_final_and_remembered(stage: Stage) -> None:
    """After a no there is no yes, and later runs know of it."""
    await _proposed(stage)

    rulings = [await stage.flow.rule(make_vote(answer=Answer.REJECT)), await stage.flow.rule(make_vote(voter=CARA))]
    await stage.flow.dispatch("p-1")

    turns = await stage.store.transcripts.of(THREAD.key)
    assert [ruling.counted for ruling in rulings] == [True, False]
    assert stage.executor.sent == []
    assert "rejected" in turns[-1].text


async def test_an_approval_that_nobody_decides_expires(stage: Stage) -> None:
    """When its time is over the card says expired, not rejected, and so does the transcript."""
    await _proposed(stage)
    stage.now.forward(timedelta(minutes=16))

    await stage.chores.expire()
    ruling = await stage.flow.rule(make_vote())

    turns = await stage.store.transcripts.of(THREAD.key)
    assert stage.thread.states()[-1] is State.EXPIRED
    assert "expired" in turns[-1].text
    assert not ruling.counted


async def test_what_expired_after_the_yes_is_not_sent(stage: Stage) -> None:
    """A dispatch that comes too late is refused."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.now.forward(timedelta(minutes=16))

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED


async def test_an_approver_who_left_the_group_does_not_count_any_more(stage: Stage) -> None:
    """Who may approve is asked again when the change is about to be sent."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.directory.groups["oncall"] = frozenset({CARA})

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED


async def test_a_denied_proposal_is_told_and_not_put_to_people(stage: Stage) -> None:
    """What the policy denies has no card, and the thread is told why."""
    stage.runner.script = lambda _: proposes(make_proposal(tool="kube_delete"))
    await stage.flow.hear(make_ask(), ())

    await stage.flow.work(THREAD.key)

    assert stage.thread.cards == []
    assert "kube_delete" in stage.thread.said[0]


async def test_a_run_that_is_begun_again_proposes_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run repeated after a crash shows the card it opened before instead of a second one."""
    names = iter(("p-1", "p-2"))
    stage.runner.script = lambda _: proposes(renamed(make_proposal(), next(names)))
    await stage.flow.hear(make_ask(), ())

    async def dies(*_: object) -> bool:
        raise RedisAway("killed")

    with monkeypatch.context() as just_before_the_end:
        just_before_the_end.setattr(stage.store.runs, "end", dies)
        with pytest.raises(RedisAway):
            await stage.flow.work(THREAD.key)
    await stage.flow.work(THREAD.key)

    assert {card.proposal.id for card in stage.thread.cards} == {"p-1"}
    assert len(await stage.store.approvals.waiting()) == 1


async def test_the_asker_is_who_asked_whatever_the_run_says(stage: Stage) -> None:
    """A run cannot make somebody else the asker, so nobody approves what they asked for."""
    stage.runner.script = lambda _: proposes(make_proposal(asker="U0NOBODY1"))
    stage.directory.groups["oncall"] = frozenset({ANA})
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)

    ruling = await stage.flow.rule(make_vote(voter=ANA))

    assert not ruling.counted


async def test_a_tampered_approval_counts_for_nothing(stage: Stage) -> None:
    """Writing to Redis is not enough to have a change made."""
    await _proposed(stage)
    client = stage.store.connection.client
    row = str(await client.hget("infra:approval:p-1", "row"))
    await client.hset("infra:approval:p-1", "row", row.replace('"open"', '"approved"'))

    ruling = await stage.flow.rule(make_vote())
    await stage.flow.dispatch("p-1")

    assert not ruling.counted
    assert stage.executor.sent == []


async def test_a_dispatch_cut_off_before_its_claim_is_over(stage: Stage) -> None:
    """If a worker died before the claim, the claim is taken so that nobody can send it later."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.executor.error = RedisAway("killed")
    with pytest.raises(RedisAway):
        await stage.flow.dispatch("p-1")
    stage.executor.error = None

    await stage.flow.dispatch("p-1")

    assert len(stage.executor.sent) == 1
    assert stage.thread.states()[-1] is State.REFUSED
    assert not stage.store.ledger.claim("p-1", "again")


async def test_a_dispatch_cut_off_after_its_claim_is_read_back(stage: Stage) -> None:
    """If a worker died after the claim nothing is sent again; the target says what became of it."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.store.ledger.claim("p-1", "digest")
    stage.executor.error = RedisAway("killed")
    with pytest.raises(RedisAway):
        await stage.flow.dispatch("p-1")

    stage.now.forward(timedelta(minutes=1))
    await stage.chores.sweep()
    await stage.flow.dispatch("p-1")

    assert stage.queue.dispatches == ["p-1", "p-1"]
    assert len(stage.executor.sent) == 1
    assert len(stage.executor.read_back) == 1
    assert stage.thread.states()[-1] is State.UNKNOWN


async def test_an_outcome_inherits_the_alert(stage: Stage) -> None:
    """The run that looks at an outcome knows the alert and the person that it all began with."""
    stage.runner.script = lambda ask: answers() if ask.kind is AskKind.OUTCOME else proposes(make_proposal())
    alert = Alert("cloudwatch", "checkout-5xx", "firing", severity="P2")
    await stage.flow.hear(replace(make_ask(kind=AskKind.ALERT), asker="", alert=alert), ())
    await stage.flow.work(THREAD.key)
    await stage.flow.rule(make_vote())

    await stage.flow.dispatch("p-1")
    await stage.flow.work(THREAD.key)

    assert stage.runner.finished[-1].alert == alert


async def test_an_unsafe_store_refuses_changes(stage: Stage) -> None:
    """Without a durable store the product still advises, refuses every change and says why."""
    client = stage.store.connection.client
    await client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        await _proposed(stage)
        status = await stage.flow.status()
    finally:
        await client.config_set("maxmemory-policy", "noeviction")

    assert stage.thread.answers() == ["I propose a change."]
    assert stage.thread.cards == []
    assert "noeviction" in stage.thread.said[0]
    assert "noeviction" in status.changes_refused_because


async def test_status_says_what_goes_on(stage: Stage) -> None:
    """Status names the runs under way, those that wait, and the approvals that wait."""
    await _proposed(stage)
    stage.runner.gate = asyncio.Event()
    for name in ("x", "y"):
        await stage.flow.hear(make_ask(name, OTHER), ())
    working = asyncio.create_task(stage.flow.work(OTHER.key))
    await until(lambda: stage.runner.at_once == 1)

    status = await stage.flow.status()
    stage.runner.gate.set()
    await working

    assert [run.ask.id for run in status.running] == ["x"]
    assert [run.ask.id for run in status.queued] == ["y"]
    assert [approval.proposal.id for approval in status.approvals] == ["p-1"]


async def test_the_audit_trail_tells_the_story(stage: Stage) -> None:
    """Proposal, vote and end are on record, and the record holds."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())

    await stage.flow.dispatch("p-1")

    verified = stage.store.trail.verify()
    assert verified.ok
    assert verified.records == 3

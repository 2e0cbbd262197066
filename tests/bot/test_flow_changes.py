"""Changes in the story: a proposal becomes a card, a yes becomes a change, once, and its effect is looked at."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from agents.contract import Alert, AskKind, ThreadRef
from bot.approvals.model import Answer, State
from bot.flow import Flow
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
)
from tools.contract import Risk
from tools.proposal import Verdict
from tools.scope import Scope, Scopes

OTHER = ThreadRef(TEAM, "C0GENERAL", "1700000000.000200")


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
    """A dispatch that comes too late is told as expired, to people and to the agent; nobody said no."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.now.forward(timedelta(minutes=16))

    await stage.flow.dispatch("p-1")
    await stage.flow.work(THREAD.key)

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.EXPIRED
    outcome = stage.runner.finished[-1].outcome
    assert outcome is not None
    assert outcome.verdict is Verdict.EXPIRED


async def test_an_approver_who_left_the_group_does_not_count_any_more(stage: Stage) -> None:
    """Who may approve is asked again when the change is about to be sent."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.directory.groups["oncall"] = frozenset({CARA})

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED


@pytest.mark.parametrize("became", [{"guest": True}, {"deactivated": True}, {"bot": True}, {"team": "T0OTHER01"}])
async def test_an_approver_who_is_not_fit_to_approve_any_more_does_not_count(
    stage: Stage, became: dict[str, Any]
) -> None:
    """Still in the group is not enough: a guest, a leaver, a bot or a stranger approves nothing at dispatch either."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())
    stage.directory.people[BEN] = replace(stage.directory.people[BEN], **became)

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED


async def test_what_has_left_the_scope_since_the_yes_is_not_changed(stage: Stage) -> None:
    """Scopes are asked again when the change is about to be sent."""
    await _proposed(stage)
    await stage.flow.rule(make_vote())

    async def narrowed(_channel: str, _asker: str) -> Scopes:
        return (Scope("this channel", namespaces=("payments",)),)

    await Flow(replace(stage.ports, scoped=narrowed)).dispatch("p-1")

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


async def test_what_waits_already_is_not_proposed_twice(stage: Stage) -> None:
    """A second click is pointed to the card of the first; the same change to what has moved since is another one."""
    moved = replace(make_proposal().preview, observed={"uid": "u-1", "replicas": 2, "share": 0.5})
    other = replace(renamed(make_proposal(), "p-3"), preview=moved)
    proposals = iter((make_proposal(), renamed(make_proposal(), "p-2"), other))
    stage.runner.script = lambda _: proposes(next(proposals))
    for name in ("a", "b", "c"):
        await stage.flow.hear(make_ask(name), ())

    await stage.flow.work(THREAD.key)

    assert [card.proposal.id for card in stage.thread.cards] == ["p-1", "p-3"]
    assert [words for words in stage.thread.said if "proposed already" in words] == stage.thread.said
    assert len(await stage.store.approvals.waiting()) == 2


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


@pytest.mark.parametrize("answer", [Answer.REJECT, Answer.REVOKE])
async def test_an_older_row_that_was_put_back_is_not_carried_out(stage: Stage, answer: Answer) -> None:
    """A row of before the no is validly signed, too; the audit trail knows of the no."""
    await _proposed(stage)
    if answer is Answer.REVOKE:
        await stage.flow.rule(make_vote())
    name = "infra:approval:p-1"
    client = stage.store.connection.client
    row, revision = await client.hmget(name, ["row", "revision"])
    await stage.flow.rule(make_vote(answer=answer))
    await client.hset(name, mapping={"row": str(row), "revision": str(revision)})
    if answer is Answer.REJECT:
        await stage.flow.rule(make_vote(voter=CARA))

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED
    assert "audit trail" in stage.thread.cards[-1].detail


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

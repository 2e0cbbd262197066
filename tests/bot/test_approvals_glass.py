"""Breaking the glass: who may, what it goes over and what not, and that nothing is sent before it was told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approvals.decide import Refusal, approvers, count, moved, not_dispatchable, opened
from bot.approvals.glass import Glass, Present, broken, is_broken
from bot.approvals.model import Answer, Approval, Decision, Effect, State, Vote
from bot.approvals.policy import Policy, PolicyFile
from bot.people import Person
from bot.store.trail import AuditError
from tests.bot.conftest import CHANGES, Stage
from tests.bot.flow_fakes import (
    ANA,
    BEN,
    CARA,
    GUS,
    NOON,
    PEOPLE,
    TEAM,
    THREAD,
    FakeExecutor,
    answers,
    make_ask,
    make_proposal,
    make_vote,
    proposes,
)
from tests.bot.test_approvals_decide import make_approval
from tools.contract import Risk
from tools.proposal import Grant, Outcome, Verdict

GLASS = Glass(group="security", tell=("oncall",), channel="C0INCIDEN")
REASON = "checkout is down and Ben is asleep"
ONCALL = frozenset({BEN, CARA})


def breaks(voter: str = CARA, reason: str = REASON, via: str = "command", name: str = "p-1") -> Vote:
    """Return a wish to break the glass."""
    return Vote(name, voter, TEAM, Answer.BREAK_GLASS, via, NOON, reason)


def judged(
    approval: Approval, vote: Vote, voter: Person | None = None, told: frozenset[str] = ONCALL, minutes: float = 1
) -> Approval | Refusal:
    """Have Cara's group judge a wish a minute after noon."""
    present = Present(voter or PEOPLE[vote.voter], frozenset({CARA}), told)
    return broken(approval, vote, present, GLASS, NOON + timedelta(minutes=minutes))


def test_one_of_the_named_group_is_enough() -> None:
    """The quorum of two is gone over; who broke it answers for it, and it holds for fifteen minutes."""
    ended = judged(make_approval(Risk.HIGH, quorum=2), breaks())

    assert isinstance(ended, Approval)
    assert (ended.state, approvers(ended), ended.detail) == (State.APPROVED, (CARA,), REASON)
    assert ended.expires_at == NOON + timedelta(minutes=16)
    assert "break-glass" in ended.decision.rule


def test_an_earlier_yes_does_not_stand_in_the_way() -> None:
    """Ben's yes is kept on record, but he does not answer for it, and need not be of the named group."""
    voted = count(make_approval(quorum=2), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(voted, Approval)

    ended = judged(voted, breaks())

    assert isinstance(ended, Approval)
    assert approvers(ended) == (CARA,)
    assert not_dispatchable(ended, frozenset({CARA}), "v1", NOON + timedelta(minutes=2)) == ""


@pytest.mark.parametrize(
    ("vote", "about"),
    [
        (breaks(BEN), "@security"),
        (breaks(reason=""), "Say why"),
        (breaks(reason="  asap  "), "Say why"),
        (breaks(via="button"), "command"),
        (breaks(via="emoji"), "command"),
        (replace(breaks(), answer=Answer.APPROVE), "command"),
        (replace(breaks(), team="T0OTHER01"), "workspace"),
        (replace(breaks(), approval_id="p-2"), "does not belong"),
    ],
    ids=[
        "not of the group",
        "no reason",
        "hardly a reason",
        "button",
        "emoji",
        "a yes",
        "another team",
        "another card",
    ],
)
def test_it_is_refused_with_a_sentence(vote: Vote, about: str) -> None:
    """Everybody else, and every other way, is told why not."""
    refused = judged(make_approval(), vote)

    assert isinstance(refused, Refusal)
    assert about in refused.words


@pytest.mark.parametrize("change", [{"bot": True}, {"guest": True}, {"deactivated": True}, {"team": "T0OTHER01"}])
def test_no_bot_and_no_stranger_breaks_it(change: dict[str, Any]) -> None:
    """An agent has no way here, and neither has who is not of the team, whatever group they were put in."""
    assert isinstance(judged(make_approval(), breaks(), replace(PEOPLE[CARA], **change)), Refusal)


def test_nobody_breaks_it_for_what_they_asked_for() -> None:
    """Neither the asker nor who asked for what it was edited from."""
    own, edited = make_approval(asker=CARA), replace(make_approval(), barred=(CARA,))

    for approval in (own, edited):
        refused = judged(approval, breaks())
        assert isinstance(refused, Refusal)
        assert "somebody else" in refused.words


@pytest.mark.parametrize("told", [frozenset(), frozenset({CARA})], ids=["nobody", "only who broke it"])
def test_with_nobody_to_tell_it_stays_whole(told: frozenset[str]) -> None:
    """It is never broken in silence."""
    assert isinstance(judged(make_approval(), breaks(), told=told), Refusal)


@pytest.mark.parametrize("state", [one for one in State if one not in {State.OPEN, State.FROZEN}])
def test_what_has_ended_stays_ended(state: State) -> None:
    """It goes over a quorum, not over a no, an expiry or an outcome."""
    assert isinstance(judged(replace(make_approval(), state=state), breaks()), Refusal)


@pytest.mark.parametrize("state", [State.OPEN, State.FROZEN])
def test_what_expired_stays_expired(state: State) -> None:
    """After its minutes nobody can break the glass for it any more."""
    assert isinstance(judged(replace(make_approval(), state=state), breaks(), minutes=15), Refusal)


def test_a_vote_never_breaks_it() -> None:
    """Whatever is clicked, the rules for votes do not know how."""
    for via in ("button", "emoji", "command"):
        assert isinstance(count(make_approval(), breaks(via=via), PEOPLE[CARA], ONCALL, NOON), Refusal)


@given(
    voter=st.sampled_from([ANA, BEN, CARA, GUS]),
    breakers=st.frozensets(st.sampled_from([ANA, BEN, CARA, GUS])),
    told=st.frozensets(st.sampled_from([ANA, BEN, CARA])),
    reason=st.sampled_from(["", "too short", REASON]),
    via=st.sampled_from(["command", "command", "button"]),
    minutes=st.integers(0, 20),
)
@settings(max_examples=80, deadline=None)
def test_it_breaks_if_and_only_if_it_should(
    *, voter: str, breakers: frozenset[str], told: frozenset[str], reason: str, via: str, minutes: int
) -> None:
    """No wrong yes and no wrong refusal."""
    present, now = Present(PEOPLE[voter], breakers, told), NOON + timedelta(minutes=minutes)

    ended = broken(make_approval(quorum=3), breaks(voter, reason, via), present, GLASS, now)

    may = voter in breakers - {ANA, GUS} and bool(told - {voter}) and reason == REASON
    assert isinstance(ended, Approval) == (may and via == "command" and minutes < 15)


# --- in the story ---


def rules(*rule: dict[str, object], glass: bool = True) -> Policy:
    """Return a policy where nights and days are frozen as the rules say."""
    windows = [{"name": "always", "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "zone": "UTC"}]
    told: dict[str, object] = {"stage": "assist", "rule": list(rule), "window": windows}
    return Policy(PolicyFile.model_validate(told | ({"break_glass": GLASS.model_dump()} if glass else {})), CHANGES)


TWO: dict[str, object] = {"name": "two people", "effect": "ask", "groups": ["oncall"], "quorum": 2}


async def proposed(stage: Stage) -> None:
    """Have a run of Ana's propose a change."""
    stage.directory.groups["security"] = frozenset({CARA})
    stage.runner.script = lambda ask: proposes(make_proposal(risk=Risk.HIGH)) if ask.id == "Ev1" else answers()
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)


async def broke(stage: Stage, vote: Vote | None = None) -> tuple[bool, str]:
    """Let Cara break the glass with a name that is given now."""
    ruling = await stage.flow.break_glass(replace(vote or breaks(), at=datetime.now(UTC)))
    return ruling.counted, ruling.words


async def test_it_is_told_before_anything_is_sent(stage: Stage) -> None:
    """The thread, the channel named for it and each person to be told hear of it; then it is carried out, once."""
    await proposed(stage)
    heard: list[int] = []
    stage.executor.execute = lambda grant: _executed(stage, heard, grant)  # type: ignore[method-assign] # watches the order

    assert await broke(stage) == (True, "Approved; it is being carried out.")
    await asyncio.gather(stage.flow.dispatch("p-1"), stage.flow.dispatch("p-1"))

    assert heard == [3]
    places = [place for place, thread in stage.threads.opened.items() if thread.summoned]
    assert places == [THREAD.key, f"{TEAM}:C0INCIDEN:", f"{TEAM}:{BEN}:"]
    assert all(REASON in words for thread in stage.threads.opened.values() for _, words in thread.summoned)
    assert stage.thread.summoned[0][0] == (BEN,)
    assert [grant.approvers for grant in stage.executor.sent] == [(CARA,)]
    assert stage.thread.states()[-1] is State.DONE


def _executed(stage: Stage, heard: list[int], grant: Grant) -> Outcome:
    heard.append(sum(len(thread.summoned) for thread in stage.threads.opened.values()))
    return FakeExecutor.execute(stage.executor, grant)


async def test_it_is_on_record_and_later_runs_know(stage: Stage) -> None:
    """Who, why and what are in the trail and in the transcript."""
    await proposed(stage)

    await broke(stage)

    records = [str(entry) for entry in (await stage.store.connection.client.xrange("infra:audit") or [])]
    assert any("break_glass" in record and REASON in record and CARA in record for record in records)
    assert "broke the glass" in (await stage.store.transcripts.of(THREAD.key))[-1].text


async def test_without_the_record_it_stays_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be put on record is not done."""
    await proposed(stage)

    def full(*_: object) -> None:
        raise AuditError("the disk is full")

    monkeypatch.setattr(stage.store.trail, "append", full)
    counted, words = await broke(stage)

    assert not counted
    assert "audit trail" in words


async def test_it_does_not_outlive_the_group(stage: Stage) -> None:
    """Who left the group between breaking and sending has nothing sent."""
    await proposed(stage)
    await broke(stage)
    stage.directory.groups["security"] = frozenset()

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED


async def test_it_does_not_outlive_its_minutes(stage: Stage) -> None:
    """Sixteen minutes later it is too late."""
    await proposed(stage)
    await broke(stage)
    stage.now.forward(timedelta(minutes=16))

    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []


async def test_a_target_that_moved_is_not_touched(stage: Stage) -> None:
    """The executor's own word stands: breaking the glass does not make a stale change good."""
    await proposed(stage)
    stage.executor.verdict = Verdict.STALE
    await broke(stage)

    await stage.flow.dispatch("p-1")

    assert stage.thread.states()[-1] is State.STALE


@pytest.mark.parametrize("quorum", [[], [TWO]], ids=["frozen", "frozen before a rule that asks"])
async def test_it_goes_over_a_freeze(stage: Stage, quorum: Sequence[dict[str, object]]) -> None:
    """What a rule about the time denies has a card that nobody can approve, and that the glass can be broken for."""
    freeze: dict[str, object] = {"name": "freeze", "effect": "deny", "during": ["always"], "why": "It is a holiday."}
    frozen = Stage(stage.store, rules(freeze, *quorum))
    await proposed(frozen)

    vote = await frozen.flow.rule(make_vote(voter=BEN))
    counted, _ = await broke(frozen)
    await frozen.flow.dispatch("p-1")

    assert "for the time being" in vote.words
    assert counted
    assert frozen.thread.states() == [State.FROZEN, State.APPROVED, State.DISPATCHED, State.DONE]


async def test_it_does_not_go_over_a_plain_no_of_the_policy(stage: Stage) -> None:
    """What the policy denies at any time has no card, so there is nothing to break the glass for."""
    denied = Stage(stage.store, rules({"name": "never", "effect": "deny", "why": "Not from here."}))
    await proposed(denied)

    counted, words = await broke(denied)

    assert not counted
    assert "no such approval" in words
    assert denied.thread.cards == []


async def test_where_no_group_is_named_nobody_can(stage: Stage) -> None:
    """Without [break_glass] the policy has no such way."""
    whole = Stage(stage.store, rules(TWO, glass=False))
    await proposed(whole)

    counted, words = await broke(whole)

    assert not counted
    assert "not set up" in words


async def test_the_beginning_of_the_id_is_enough_if_it_is_the_only_one(stage: Stage) -> None:
    """People write what the card shows; what fits two approvals, or is too short, fits none."""
    stage.directory.groups["security"] = frozenset({CARA})
    decision = Decision(Effect.ASK, "rule", ("oncall",), 2, 15, stage.policy.version)
    for name in ("aaaaaaaa-1", "aaaaaaaa-2", "bbbbbbbb-1"):
        approval = opened(make_proposal(name), decision, THREAD, datetime.now(UTC))
        assert await stage.store.approvals.open(approval, name)

    told = [await broke(stage, breaks(name=name)) for name in ("aaaaaaaa", "bbbbb", "bbbbbbbb")]

    assert [counted for counted, _ in told] == [False, False, True]
    assert stage.queue.dispatches == ["bbbbbbbb-1"]


async def test_a_yes_and_the_glass_at_once_send_it_once(stage: Stage) -> None:
    """The second of two decides nothing."""
    await proposed(stage)
    await stage.flow.rule(make_vote(voter=BEN))

    rulings = await asyncio.gather(stage.flow.rule(make_vote(voter=CARA)), stage.flow.break_glass(breaks()))
    await stage.flow.dispatch("p-1")

    assert sum(ruling.counted for ruling in rulings) == 1
    assert len(stage.executor.sent) == 1


def test_only_a_broken_glass_is_a_broken_glass() -> None:
    """An ordinary approval is loud to nobody."""
    approved = count(make_approval(), make_vote(), PEOPLE[BEN], ONCALL, NOON)
    assert isinstance(approved, Approval)

    assert not is_broken(moved(approved, State.DISPATCHED))

"""Reminders: grave things that nobody decides are brought before people again, each group once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.contract import Alert, AskKind
from bot.approvals.model import Answer, Approval, Decision, Effect, State
from bot.approvals.nudging import nudged, overdue
from bot.approvals.policy import Context, Policy, PolicyFile
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import ANA, BEN, CARA, NOON, THREAD, answers, make_ask, make_proposal, make_vote, proposes
from tests.bot.test_approvals_decide import make_approval
from tools.contract import Risk


def waiting(escalate: tuple[str, ...] = ("leads",), nudge: int = 2) -> Approval:
    """Return an approval that was opened at noon and escalates."""
    decision = Decision(Effect.ASK, "rule", ("oncall",), 1, 15, "v1", nudge=nudge, escalate=escalate)
    return replace(make_approval(), decision=decision)


def after(approval: Approval, minutes: float) -> tuple[str, ...]:
    """Return who is reminded that long after noon."""
    return overdue(approval, NOON + timedelta(minutes=minutes))


def test_those_who_may_decide_come_first_then_the_next() -> None:
    """After two minutes its own group, after four the next one, and then nobody else."""
    first = waiting()
    second = nudged(first)

    assert [after(first, minutes) for minutes in (1.9, 2)] == [(), ("oncall",)]
    assert [after(second, minutes) for minutes in (3.9, 4)] == [(), ("leads",)]
    assert after(nudged(second), 14) == ()


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
def test_what_is_decided_reminds_nobody(state: State) -> None:
    """Only what waits is brought up again."""
    assert after(replace(waiting(), state=state), 5) == ()


def test_what_expires_reminds_nobody() -> None:
    """Nobody is called to a card that takes no votes any more."""
    assert after(waiting(), 15) == ()


def test_a_reminder_keeps_the_votes() -> None:
    """Being reminded changes nothing about who said what."""
    approval = replace(waiting(), votes=(make_vote(),))

    assert nudged(approval).votes == approval.votes


@pytest.mark.parametrize(("severity", "nudge"), [("P1", 3), ("P2", 3), ("P3", 0), ("P4", 0), ("", 0)])
def test_only_grave_things_remind_people(severity: str, nudge: int) -> None:
    """P1 and P2 do; the rest waits quietly."""
    rule = {"name": "all", "effect": "ask", "groups": ["oncall"], "nudge": 3, "escalate": ["leads"]}
    policy = Policy(PolicyFile.model_validate({"stage": "assist", "rule": [rule]}), ["kube_scale"])

    decision = policy.decide(make_proposal(risk=Risk.LOW), Context("C0INCIDEN", severity, NOON))

    assert decision.nudge == nudge


async def _proposed(stage: Stage) -> None:
    stage.runner.script = lambda _: proposes(make_proposal(risk=Risk.HIGH)) if not stage.thread.cards else answers()
    alert = Alert("cloudwatch", "checkout-5xx", "firing", severity="P1")
    await stage.flow.hear(replace(make_ask(kind=AskKind.ALERT), asker="", alert=alert), ())
    await stage.flow.work(THREAD.key)
    stage.thread.summoned.clear()  # a run that explains nothing calls people too; here it is about the card alone


async def test_people_are_called_once_each_turn_however_many_clocks_tick(stage: Stage) -> None:
    """Two clocks at once call the group on call once, later the next group once, and it is on record."""
    await _proposed(stage)
    stage.directory.groups["security"] = frozenset({ANA})

    for minutes in (1, 1.5, 2):
        stage.now.forward(timedelta(minutes=minutes))
        await asyncio.gather(stage.chores.nudge(), stage.chores.nudge())

    (first, told), (second, _) = stage.thread.summoned
    records = [str(entry) for entry in (await stage.store.connection.client.xrange("infra:audit") or [])]
    assert (first, second) == ((BEN, CARA), (ANA,))
    assert "@oncall" in told
    assert sum("nudged" in record for record in records) == 2


async def test_who_said_yes_is_not_called_again(stage: Stage) -> None:
    """Of two people that are needed, only the one who is missing is called."""
    await _proposed(stage)
    await stage.flow.rule(make_vote(voter=BEN))
    stage.now.forward(timedelta(minutes=3))

    await stage.chores.nudge()

    assert [people for people, _ in stage.thread.summoned] == [(CARA,)]


async def test_a_reminder_does_not_lose_a_vote(stage: Stage) -> None:
    """A vote and a reminder at the same moment both count."""
    await _proposed(stage)
    stage.now.forward(timedelta(minutes=3))

    ruling, _ = await asyncio.gather(stage.flow.rule(make_vote(answer=Answer.REJECT)), stage.chores.nudge())

    assert ruling.counted
    assert stage.thread.states()[-1] is State.REJECTED


async def test_while_nobody_can_be_looked_up_the_turn_is_kept(stage: Stage) -> None:
    """A reminder that could not be addressed is sent by a later tick."""
    await _proposed(stage)
    stage.now.forward(timedelta(minutes=3))
    stage.directory.down = True
    await stage.chores.nudge()
    stage.directory.down = False

    await stage.chores.nudge()

    assert len(stage.thread.summoned) == 1

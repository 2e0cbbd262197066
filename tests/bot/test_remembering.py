"""Incidents that are over are remembered as they were, and only those."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agents.contract import Alert, AskKind, Cited, Ending, Evidence, Health, Report, ThreadRef
from agents.events import Ended, RunEvent, Usage
from bot.store.store import Store
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import BEN, NOON, THREAD, make_ask, make_proposal, make_vote, proposes
from tools.contract import Call, Finding, Role

CAUSE = Finding(
    "crash_loop", "deployment/shop/checkout", "checkout crashes.", "log", 0.9, Role.CAUSE, advice="Mend it."
)
FOUND = Report(
    "It crashes.",
    Health.UNHEALTHY,
    "checkout crashes.",
    0.9,
    (Cited(CAUSE, "E1"),),
    (Evidence("E1", Call("kube_pods", {}), "pods", "2 pods crash"),),
    proposals=("p-1",),
    service="checkout",
)
ALERT = Alert("cloudwatch", "checkout-5xx", "firing", "P2", "checkout", at=NOON)


def ends(report: Report) -> list[RunEvent]:
    """Return the end of a run."""
    return [Ended(Ending.ANSWERED, report, Usage("runbook"))]


async def worked(stage: Stage, health: Health, thread: ThreadRef = THREAD) -> None:
    """Let an alert be understood, its fix be approved and carried out, and a look at it say how it is."""
    after = replace(FOUND, health=health, findings=(), proposals=())
    first = [*proposes(make_proposal())[:-1], *ends(FOUND)]
    stage.runner.script = lambda ask: ends(after) if ask.kind is AskKind.OUTCOME else first
    await stage.flow.hear(replace(make_ask(thread=thread, kind=AskKind.ALERT, text="checkout-5xx"), alert=ALERT))
    await stage.flow.work(thread.key)
    assert (await stage.flow.rule(make_vote())).counted
    await stage.flow.dispatch("p-1")
    await stage.flow.work(thread.key)


async def test_what_ended_an_incident_is_remembered(stage: Stage) -> None:
    """Cause, fix, who said yes, evidence, what is left to do, and the times in their order."""
    await worked(stage, Health.RECOVERED)

    [past] = stage.store.memories.all()

    assert (past.id, past.service, past.severity, past.cause) == (THREAD.key, "checkout", "P2", "checkout crashes.")
    assert past.fixed_by == "kube_scale(namespace=shop, deployment=checkout, replicas=3)"
    assert past.approvers == (BEN,)
    assert past.evidence == ("E1 pods: 2 pods crash",)
    assert past.follow_ups == ("Mend it.",)
    assert past.touches == (("namespaces", "shop"),)
    assert [one.at for one in past.timeline] == sorted(one.at for one in past.timeline)
    assert past.verified
    assert past == await stage.store.memories.of(THREAD.key)


async def test_what_is_not_over_is_not_remembered(stage: Stage) -> None:
    """A change that did not help ends no incident."""
    await worked(stage, Health.UNHEALTHY)

    assert stage.store.memories.all() == ()


async def test_a_direct_message_stays_between_two(stage: Stage) -> None:
    """What was worked on in private is not told to others."""
    await worked(stage, Health.RECOVERED, replace(THREAD, channel="D0ANA0001"))

    assert stage.store.memories.all() == ()


async def test_a_memory_that_was_tampered_with_is_left_out(stage: Stage, store: Store) -> None:
    """Who writes to Redis cannot make up a past."""
    await worked(stage, Health.RECOVERED)

    await store.connection.client.hset("infra:memories", THREAD.key, '0.{"id": "x"}')

    assert store.memories.all() == ()


async def test_only_the_latest_are_kept(store: Store, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest make room."""
    monkeypatch.setattr("bot.store.keys.MEMORIES_MOST", 2)
    await worked(stage, Health.RECOVERED)
    [past] = store.memories.all()

    for day in (1, 2):
        await store.memories.keep(replace(past, id=str(day), opened=past.opened + timedelta(days=day)))

    assert [one.id for one in store.memories.all()] == ["2", "1"]

"""Severity and stages: what is minor may run by itself, what is grave goes to people with what is known."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.contract import Alert, Ask, AskKind, Cited, Ending, Health, Report
from agents.events import Ended, Proposed, RunEvent, Usage
from bot.approvals.model import State
from bot.approvals.policy import read_policy
from bot.store.store import Store
from tests.bot.conftest import CHANGES, Stage
from tests.bot.flow_fakes import BEN, CARA, NOON, THREAD, answers, make_ask, make_proposal
from tools.contract import Finding, Role

HURTS = Finding("alarm_firing", "alarm/checkout-5xx", "checkout-5xx fires since 12:00.", "alarm", 0.9, Role.SYMPTOM)
UNSURE = Report("…", Health.UNHEALTHY, findings=(Cited(HURTS, "E1"),), unknowns=("Logs could not be read.",))
KNOWN = replace(UNSURE, cause="The disk is full.", confidence=0.9)
ALONE = 'stage = "orchestrate"\n[[rule]]\nname = "x"\neffect = "allow"\ngroups = ["oncall"]\n'


def alerted(severity: str, name: str = "Ev1") -> Ask:
    """Return the ask of an alert."""
    alert = Alert("cloudwatch", "checkout-5xx", "firing", severity, "nobody-knows", at=NOON)
    return replace(make_ask(name, kind=AskKind.ALERT), asker="", alert=alert)


def ends(report: Report, ending: Ending = Ending.ANSWERED) -> list[RunEvent]:
    """Return the end of a run, with its proposal if it has one."""
    proposed: list[RunEvent] = [Proposed(make_proposal(asker=""))] if report.proposals else []
    return [*proposed, Ended(ending, report, Usage("runbook"))]


async def looked(stage: Stage, ask: Ask, events: list[RunEvent]) -> None:
    """Let an alert be looked into."""
    stage.runner.script = lambda one: answers() if one.kind is AskKind.OUTCOME else events
    await stage.flow.hear(ask)
    await stage.flow.work(THREAD.key)


@pytest.mark.parametrize("severity", ["P1", "P2"])
async def test_a_grave_alert_that_nobody_explains_is_put_to_whoever_is_on_call(stage: Stage, severity: str) -> None:
    """They are told what hurts and what is not known, and once, however often it is looked into."""
    await looked(stage, alerted(severity), ends(UNSURE, Ending.INCONCLUSIVE))
    await looked(stage, alerted(severity, "Ev2"), ends(UNSURE, Ending.INCONCLUSIVE))

    [(people, words)] = stage.thread.summoned
    assert people == (BEN, CARA)
    assert f"this {severity} needs a person" in words
    assert "checkout-5xx fires since 12:00." in words
    assert "Logs could not be read." in words


async def test_a_cause_that_no_change_ends_is_put_to_people_too(stage: Stage) -> None:
    """Knowing why helps nobody who does not hear of it."""
    await looked(stage, alerted("P1"), ends(KNOWN))

    [(_, words)] = stage.thread.summoned
    assert "no change of mine would end it" in words
    assert "The disk is full." in words


@pytest.mark.parametrize(
    ("severity", "report"),
    [
        ("P3", UNSURE),
        ("", UNSURE),
        ("P1", replace(UNSURE, health=Health.HEALTHY)),
        ("P1", replace(KNOWN, proposals=("p-1",))),
    ],
)
async def test_nobody_is_called_for_what_can_wait(stage: Stage, severity: str, report: Report) -> None:
    """Not for minor alerts, not for false ones, and not where a card waits for them already."""
    await looked(stage, alerted(severity), ends(report))

    assert stage.thread.summoned == []


async def test_it_is_said_aloud_even_if_nobody_can_be_looked_up(stage: Stage) -> None:
    """Slack not answering is no reason to keep silent."""
    stage.directory.down = True

    await looked(stage, alerted("P1"), ends(UNSURE))

    [(people, words)] = stage.thread.summoned
    assert people == ()
    assert "@oncall" in words


@pytest.mark.parametrize(("severity", "sent"), [("P3", 1), ("P4", 1), ("P1", 0), ("P2", 0), ("", 0)])
async def test_when_orchestrating_a_minor_alert_is_fixed_alone_and_a_grave_one_is_asked_about(
    store: Store, tmp_path: Path, severity: str, sent: int
) -> None:
    """From the alert to the executor: with nobody's yes for P3 and P4, with a card that waits for P1 and P2."""
    file = tmp_path / "policy.toml"
    file.write_text(ALONE, "utf-8")
    stage = Stage(store, read_policy(file, CHANGES))

    await looked(stage, alerted(severity), ends(replace(KNOWN, proposals=("p-1",))))
    await stage.flow.dispatch("p-1")

    assert len(stage.executor.sent) == sent
    assert (stage.thread.states()[-1] is State.DONE) is bool(sent)
    assert (State.OPEN in stage.thread.states()) is not bool(sent)

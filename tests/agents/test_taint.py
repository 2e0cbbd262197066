"""Every proposal names whose words it may rest on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from langchain_core.messages import AIMessage

from agents.contract import Alert, AskKind, Speaker, Turn
from agents.events import Proposed, RunEvent
from agents.run import LangChainRunner
from agents.taint import told_by
from tests.agents.company import NOW, asking
from tests.agents.conftest import played
from tests.agents.scripted import Scripted, calling
from tools.proposal import Proposal

Runner = Callable[..., LangChainRunner]
PODS = ("kube_pods", {"namespace": "shop", "workload": "checkout"})
BACK = (
    "kube_rollback",
    {"namespace": "shop", "deployment": "checkout", "revision": 6, "reason": "It crashes.", "evidence": ["E1"]},
)


def proposed(events: list[RunEvent]) -> Proposal:
    """Return the one proposal of a run."""
    (proposal,) = (event.proposal for event in events if isinstance(event, Proposed))
    return proposal


async def test_a_proposal_names_the_readings_before_it(runner: Runner) -> None:
    """What was read before a proposal is named on it, and what was read after is not."""
    model = Scripted(script=[calling(PODS), calling(BACK), calling(("aws_alarms", {})), AIMessage("Done.")])

    events, _ = await played(runner(model), asking())

    assert proposed(events).taint == ("E1 Kubernetes pods · shop · checkout",)


async def test_a_proposal_names_the_alert_behind_it(runner: Runner) -> None:
    """A run that an alert started is marked even if it read nothing."""
    model = Scripted(script=[calling(BACK), AIMessage("Done.")])

    events, _ = await played(
        runner(model), asking(kind=AskKind.ALERT, alert=Alert("CloudWatch", "checkout-5xx", "firing"))
    )

    assert proposed(events).taint == ("alert checkout-5xx from CloudWatch",)


async def test_a_reading_that_failed_counts(runner: Runner) -> None:
    """What a target says when it refuses is somebody else's text too."""
    nowhere = ("kube_rollout_status", {"namespace": "shop", "deployment": "nowhere"})
    model = Scripted(script=[calling(nowhere), calling(BACK), AIMessage("Done.")])

    events, _ = await played(runner(model), asking())

    assert any(source.startswith("E1 ") for source in proposed(events).taint)


async def test_the_askers_own_words_are_no_taint(runner: Runner) -> None:
    """A change that a person asked for, with nothing read, rests on nobody else."""
    model = Scripted(script=[calling(BACK), AIMessage("Done.")])

    events, _ = await played(runner(model), asking())

    assert proposed(events).taint == ()


def test_others_in_the_thread_are_named_once_each() -> None:
    """Turns of other people, of earlier runs and of alerts are sources; the asker's are not."""
    ask = replace(asking(), asker="U0ANA0001")
    said = [(Speaker.PERSON, "U0BEN0001"), (Speaker.PERSON, "U0ANA0001"), (Speaker.AGENT, "incident")] * 2
    said.append((Speaker.SYSTEM, "alert"))
    turns = [Turn(who, name, "…", NOW + timedelta(seconds=at)) for at, (who, name) in enumerate(said)]

    told = told_by(ask, turns)

    assert told == ("words of U0BEN0001", "earlier answers in this thread", "alert in this thread")

"""The runner: events in order, limits, cancellation, and a model that fails in every way it can."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from agents import ROSTER
from agents.contract import Ending, Health, Limits, Speaker, Turn
from agents.events import Began, Proposed, Said, Step, StepState, Woken
from agents.models.runbook import RunbookChat
from agents.run import LangChainRunner
from tests.agents.company import NOW, Shop, asking
from tests.agents.conftest import played
from tests.agents.scripted import Cut, Hang, Scripted, calling, garbled

Runner = Callable[..., LangChainRunner]
PODS = ("kube_pods", {"namespace": "shop", "workload": "checkout"})
ROLLBACK = (
    "kube_rollback",
    {"namespace": "shop", "deployment": "checkout", "revision": 6, "reason": "It crashes.", "evidence": ["E1"]},
)
CONCLUDED = ("conclude", {"health": "unhealthy", "cause": "Revision 7 crashes.", "confidence": 0.9, "evidence": ["E1"]})


async def test_a_run_begins_looks_proposes_answers_and_ends(runner: Runner) -> None:
    """A run's events come in the order of the contract, and the proposal is exactly what was called for."""
    model = Scripted(script=[calling(PODS), calling(ROLLBACK, CONCLUDED), AIMessage("Revision 7 crashes [E1].")])

    events, ended = await played(runner(model), asking())

    assert isinstance(events[0], Began)
    assert [(step.id, step.state) for step in events if isinstance(step, Step)][:2] == [
        ("E1", StepState.IN_PROGRESS),
        ("E1", StepState.COMPLETE),
    ]
    assert [proposed.proposal.args for proposed in events if isinstance(proposed, Proposed)] == [
        {"namespace": "shop", "deployment": "checkout", "revision": 6}
    ]
    assert (ended.ending, ended.report.health, ended.report.answer) == (
        Ending.ANSWERED,
        Health.UNHEALTHY,
        "Revision 7 crashes [E1].",
    )


async def test_a_change_is_never_made_by_a_run(runner: Runner, shop: Shop) -> None:
    """A model that calls a change, even many times over, only ever proposes it once."""
    model = Scripted(script=[calling(ROLLBACK, ROLLBACK), calling(ROLLBACK), AIMessage("Done.")])

    events, ended = await played(runner(model), asking())

    assert shop.applied == []
    assert len([event for event in events if isinstance(event, Proposed)]) == len(ended.report.proposals) == 1


@pytest.mark.parametrize("args", [{"revision": "6"}, {"force": True}, {"deployment": 3}])
async def test_arguments_that_do_not_fit_are_told_to_the_model(runner: Runner, args: dict[str, Any]) -> None:
    """A change called with wrong arguments is not proposed; the model reads which argument is wrong."""
    model = Scripted(script=[calling(("kube_rollback", {**ROLLBACK[1], **args})), AIMessage("I cannot.")])

    events, _ = await played(runner(model), asking())

    assert not [event for event in events if isinstance(event, Proposed)]
    assert next(iter(args)) in model.heard[1][-1].text


async def test_a_tool_that_does_not_exist_is_told_to_the_model(runner: Runner) -> None:
    """Calling an unlisted tool does nothing and does not end the run."""
    model = Scripted(script=[calling(("kube_delete_everything", {})), AIMessage("There is no such tool.")])

    _, ended = await played(runner(model), asking())

    assert "kube_delete_everything" in model.heard[1][-1].text
    assert ended.report.answer == "There is no such tool."


async def test_readings_reach_the_model_masked_and_marked_as_data(runner: Runner) -> None:
    """Secrets are masked before a model sees a reading, and the text is marked as untrusted."""
    model = Scripted(script=[calling(PODS), AIMessage("I see.")])

    await played(runner(model), asking())

    text = model.heard[1][-1].text
    assert "hunter2" not in text
    assert "<untrusted_data " in text
    assert "masked" in text


async def test_a_cause_that_cites_nothing_is_marked_unverified(runner: Runner) -> None:
    """A model that names a cause without evidence is contradicted in the thread."""
    model = Scripted(
        script=[
            calling(
                ("conclude", {"health": "unhealthy", "cause": "Cosmic rays.", "confidence": 1.0, "evidence": ["E9"]})
            ),
            AIMessage("Cosmic rays [E9]."),
        ]
    )

    _, ended = await played(runner(model), asking())

    assert "Unverified" in ended.report.answer
    assert "E9: no such reading" in ended.report.answer
    assert ended.report.confidence < 0.5


async def test_a_run_may_ask_to_be_woken(runner: Runner) -> None:
    """`wake_me` becomes an event with the moment."""
    model = Scripted(
        script=[calling(("wake_me", {"seconds": 90, "why": "See whether it holds."})), AIMessage("I look again.")]
    )

    events, _ = await played(runner(model), asking())

    assert [(woken.due - NOW).total_seconds() for woken in events if isinstance(woken, Woken)] == [90]


@pytest.mark.parametrize(
    "fault",
    [RuntimeError("ThrottlingException"), Hang(), Cut(), garbled(), AIMessage(""), ValueError("400: bad request")],
    ids=str,
)
async def test_a_model_that_fails_is_told_of_and_the_engine_takes_over(
    runner: Runner, engine: RunbookChat, fault: object
) -> None:
    """Throttled, hanging, cut off, talking nonsense or refusing for good: the reader is told, the run finished."""
    events, ended = await played(runner(Scripted(script=[fault]), engine, patience=0.3), asking())

    told = "".join(event.text for event in events if isinstance(event, Said))
    assert "the embedded runbook engine takes over" in told
    assert ended.report.health is Health.UNHEALTHY
    assert ended.usage.model == "runbook"


async def test_a_model_that_fails_midway_loses_no_evidence(runner: Runner, engine: RunbookChat) -> None:
    """The engine goes on from the readings the failed model had taken."""
    model = Scripted(script=[calling(PODS), RuntimeError("gone")])

    _, ended = await played(runner(model, engine), asking())

    calls = [evidence.call.tool for evidence in ended.report.evidence]
    assert calls.count("kube_pods") == 1
    assert ended.report.proposals


async def test_a_dead_model_costs_one_time_out_not_one_a_run(runner: Runner, engine: RunbookChat) -> None:
    """The next run goes straight to the fallback and says so when it begins."""
    run = runner(dead := Scripted(script=[Hang()]), engine, patience=0.2)
    await played(run, asking())

    events, _ = await played(run, asking())

    assert len(dead.heard) == 1
    assert isinstance(events[0], Began)
    assert "stands in" in events[0].note


async def test_no_model_at_all_ends_with_a_sentence(runner: Runner) -> None:
    """When every model fails, the run ends as failed and says what to do."""
    _, ended = await played(runner(Scripted(script=[RuntimeError("no")])), asking())

    assert ended.ending is Ending.FAILED
    assert "Try again" in ended.report.answer


@pytest.mark.parametrize(
    ("limits", "said"), [({"steps": 3}, "steps"), ({"tokens": 100}, "tokens"), ({"seconds": 0.5}, "seconds")]
)
async def test_a_run_that_uses_up_a_limit_says_what_it_found(
    runner: Runner, limits: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps, tokens and seconds each end a run honestly, with what was found until then."""
    monkeypatch.setitem(ROSTER, "incident", replace(ROSTER["incident"], limits=Limits(**limits)))
    slow: list[Any] = [calling(PODS, tokens=60), Hang()] if "seconds" in limits else [calling(PODS, tokens=60)]

    _, ended = await played(runner(Scripted(script=slow), patience=30), asking())

    assert ended.ending is Ending.LIMIT
    assert said in ended.report.answer
    assert "2 pods of revision 7 exit with code 1. [E1]" in ended.report.answer


async def test_canceling_a_run_ends_it_at_once(runner: Runner) -> None:
    """A canceled run leaves nothing behind: neither the task nor the model's call."""
    going = asyncio.create_task(played(runner(Scripted(script=[Hang()]), patience=60), asking()))
    others = asyncio.all_tasks() - {going}
    await _until(lambda: len(asyncio.all_tasks() - others) > 2)

    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going

    await _until(lambda: asyncio.all_tasks() <= others)


async def test_a_poisoned_history_is_impossible(runner: Runner) -> None:
    """What a run remembers of its thread is plain turns, whatever ended the run before."""
    past = [
        Turn(Speaker.PERSON, "U0ANA0001", "why?", NOW),
        Turn(Speaker.AGENT, "incident", "", NOW),
        Turn(Speaker.SYSTEM, "policy", "Rejected.", NOW),
    ]
    model = Scripted(script=[AIMessage("All well.")])

    await played(runner(model), asking(), past)

    assert [message.type for message in model.heard[0]] == ["system", "human", "human"]


async def test_closing_the_iteration_early_is_safe(runner: Runner, engine: RunbookChat) -> None:
    """A reader that walks away ends the run."""
    run = runner(engine)("run-1", asking(), [])
    await anext(run)

    await run.aclose()  # type: ignore[attr-defined] # an async generator behind the protocol's iterator

    with pytest.raises(StopAsyncIteration):
        await anext(run)


async def _until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for is the state of other tasks
            await asyncio.sleep(0)

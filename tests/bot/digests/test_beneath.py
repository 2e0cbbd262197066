"""Beneath a digest: nothing is said twice, and nothing is left out."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from agents.contract import Ending, Evidence, Report
from agents.events import Began, Charted, Ended, RunEvent, Said, Step, StepState, Usage
from bot.digests.beneath import ABOVE, beneath, words
from bot.firsthand import BOOKS
from tests.bot.digests.made import ended
from tools.contract import Call, Chart, Series

CHART = Charted(Chart("Open findings", "findings", (Series("open", ()),)), "E1")
STEP = Step("1", "Security posture", StepState.COMPLETE)


async def test_the_words_and_the_first_chart_of_a_run_are_not_repeated() -> None:
    """Its steps are seen as they go, a second chart is a picture in the thread, and the end is all of the report."""
    end = ended("acme-receipts")

    told = await _told([Began("r-1", "security", "runbook"), STEP, Said("1 thing is open."), CHART, CHART, end])

    assert told == [Began("r-1", "security", "runbook"), STEP, CHART, Said(ABOVE), end]


def test_what_the_digest_cites_is_named() -> None:
    """An item says `[E1]`; here is what that was."""
    end = ended("acme-receipts")
    seen = (Evidence("E1", Call("security_posture", {}), "Security posture", "1 open"),)

    assert words(replace(end, report=replace(end.report, evidence=seen))) == f"{ABOVE} It cites [E1] Security posture."


@pytest.mark.parametrize(
    ("answer", "ending", "model"),
    [
        ("Orders are slow.\n\nTheir database waits for locks.", Ending.ANSWERED, "runbook"),
        ("I ran out of time.", Ending.LIMIT, "runbook"),
        ("x" * 5000, Ending.ANSWERED, BOOKS),
    ],
)
def test_what_the_digest_has_no_room_for_is_said(answer: str, ending: Ending, model: str) -> None:
    """An answer without items, a run that broke off, and one of our own that is longer than a message."""
    assert words(Ended(ending, Report(answer), Usage(model))) == answer


@pytest.mark.parametrize(("answer", "model"), [("All is well.", "runbook"), ("**Week**\n\n- MTTR 20 min", BOOKS)])
def test_a_digest_that_has_all_of_an_answer_is_pointed_to(answer: str, model: str) -> None:
    """One paragraph is its headline; what our own books say is in it whole."""
    assert words(Ended(Ending.ANSWERED, Report(answer), Usage(model))) == ABOVE


async def _told(events: Sequence[RunEvent]) -> list[RunEvent]:
    async def going() -> AsyncIterator[RunEvent]:
        for event in events:
            yield event

    return [event async for event in beneath(going())]

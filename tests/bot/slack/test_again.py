"""Looks after a fix: one message that is kept up to date, until there is something people have to see."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from agents.contract import Ending, Report
from agents.events import Began, Ended, RunEvent, Said, Usage, Woken
from tests.bot.edge import ANA, Edge, words

LATER = datetime(2026, 5, 4, 14, 30, tzinfo=UTC)


async def a_look(run: str, said: str, *, waits: bool = True) -> AsyncIterator[RunEvent]:
    """Yield the events of a look that wants another one, or not."""
    yield Began(run, "incident", "runbook")
    yield Said(said)
    if waits:
        yield Woken(LATER, "look again")
    yield Ended(Ending.ANSWERED, Report(said), Usage("runbook", readings=1))


async def test_looks_that_wait_are_one_message(edge: Edge) -> None:
    """The second and third look take the place of the first; the thread does not grow."""
    ref = await edge.root()
    thread = edge.threads().open(ref, ANA)

    await thread.show(a_look("run-1", "Not yet: 3 of 5."))
    await thread.show(a_look("run-2", "Not yet: 4 of 5."), before="run-1")
    await thread.show(a_look("run-3", "Not yet: still 4 of 5."), before="run-2")

    [message] = edge.replies(ref)
    assert [said in words([message]) for said in ("3 of 5.", "still 4 of 5.", "14:30:00")] == [False, True, True]


async def test_a_recovery_is_a_message_of_its_own(edge: Edge) -> None:
    """Slack tells nobody of an edit, so what people wait for is posted."""
    ref = await edge.root()
    thread = edge.threads().open(ref, ANA)

    await thread.show(a_look("run-1", "Not yet."))
    await thread.show(a_look("run-2", "Recovered.", waits=False), before="run-1")

    assert [words([message]).splitlines()[0] for message in edge.replies(ref)] == ["Not yet.", "Recovered."]


async def test_a_look_whose_message_is_gone_is_posted(edge: Edge) -> None:
    """Nothing is lost where there is nothing to replace."""
    ref = await edge.root()

    await edge.threads().open(ref, ANA).show(a_look("run-2", "Not yet."), before="run-1")

    assert "Not yet." in words(edge.replies(ref))

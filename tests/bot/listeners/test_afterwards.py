"""Once an incident is over: its postmortem is a click away, for those who may ask."""

from agents.contract import AskKind, Ending, Health, Report, ThreadRef
from agents.events import Ended, Usage
from bot.slack import report
from tests.bot.edge import ANA, GENERAL, GUS
from tests.bot.listeners.office import Office
from tools.contract import JsonObject


async def recovered(office: Office) -> tuple[ThreadRef, str]:
    """Post how a recovery is told in a thread; return the thread and the message."""
    ref = await office.edge.root(GENERAL)
    told = Report("Recovered.", health=Health.RECOVERED, cause="a bad deploy")
    blocks = report.footer(Ended(Ending.ANSWERED, told, Usage("runbook")))
    message: JsonObject = {"channel": GENERAL, "thread_ts": ref.ts, "text": "Recovered.", "blocks": blocks}
    return ref, str((await office.edge.calls.call("chat.postMessage", message))["ts"])


async def test_a_click_asks_for_the_postmortem_in_the_thread(office: Office) -> None:
    """Who clicks asks, as with the word; the same delivery twice asks once."""
    ref, ts = await recovered(office)

    await office.person(ANA, lambda one: one.click(GENERAL, ts, report.POSTMORTEM, "postmortem"))
    await office.person(ANA, lambda one: one.redeliver())
    await office.quiet()

    [ask] = office.flow.asks
    assert (ask.text, ask.agent, ask.asker, ask.thread) == ("postmortem", "documentation", ANA, ref)
    assert ask.kind is AskKind.MESSAGE


async def test_a_guest_gets_no_postmortem(office: Office) -> None:
    """It names causes, people and what runs: nothing for guests."""
    _, ts = await recovered(office)

    await office.person(GUS, lambda one: one.click(GENERAL, ts, report.POSTMORTEM, "postmortem"))

    assert office.flow.asks == []
    assert len(office.edge.whispers(GUS)) == 1

"""What counts as an ask, where, and from whom."""

import pytest

from agents.contract import AskKind, ThreadRef
from tests.bot.edge import ANA, GENERAL, GUS, INCIDENTS, PLATFORM, TEAM, until
from tests.bot.listeners.office import Office

MENTION = "<@U0INFRA01> why is checkout slow?"


async def test_a_mention_is_one_ask(office: Office) -> None:
    """A mention arrives as two events and is heard once, without the mention, in the message's own thread."""
    ts = await office.person(ANA, lambda ana: ana.post(INCIDENTS, MENTION))
    await office.quiet()

    [ask] = office.flow.asks
    assert (ask.kind, ask.text, ask.asker) == (AskKind.MENTION, "why is checkout slow?", ANA)
    assert ask.thread == ThreadRef(TEAM, INCIDENTS, ts)


async def test_redelivered_events_are_one_ask(office: Office) -> None:
    """Slack delivering everything three times more changes nothing."""
    await office.person(ANA, lambda ana: ana.faults(redeliver=3))

    await office.person(ANA, lambda ana: ana.post(INCIDENTS, MENTION))
    await office.quiet()

    assert len(office.flow.asks) == 1


async def test_a_direct_message_is_an_ask(office: Office) -> None:
    """Nobody has to mention us in a direct message."""
    await office.person(ANA, lambda ana: ana.post(ana.dm(), "is anything wrong?"))
    await office.quiet()

    [ask] = office.flow.asks
    assert (ask.kind, ask.text) == (AskKind.MESSAGE, "is anything wrong?")


async def test_a_follow_up_in_our_thread_is_an_ask(office: Office) -> None:
    """In a thread we are part of, nobody has to mention us again; thanks are no question."""
    root = await office.person(ANA, lambda ana: ana.post(INCIDENTS, "checkout looks odd"))
    office.memory.threads.add(ThreadRef(TEAM, INCIDENTS, root).key)

    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "and the database?", root))
    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "thanks!", root))
    await office.quiet()

    assert [ask.text for ask in office.flow.asks] == ["and the database?"]


async def test_other_threads_are_none_of_our_business(office: Office) -> None:
    """What people say among themselves starts nothing."""
    root = await office.person(ANA, lambda ana: ana.post(INCIDENTS, "checkout looks odd"))

    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "and the database?", root))
    await office.quiet()

    assert office.flow.asks == []


@pytest.mark.parametrize(("channel", "heard"), [(PLATFORM, 1), (GENERAL, 0)])
async def test_questions_count_where_the_channel_says_so(office: Office, channel: str, heard: int) -> None:
    """Every question counts in a channel whose rule says so, and nowhere else."""
    await office.person(ANA, lambda ana: ana.post(channel, "why is checkout slow?"))
    await office.quiet()

    assert len(office.flow.asks) == heard


@pytest.mark.parametrize(("channel", "heard"), [(INCIDENTS, 1), (GENERAL, 0)])
async def test_alerts_count_where_the_channel_says_so(office: Office, channel: str, heard: int) -> None:
    """An alert bot's message is an ask of nobody, in a channel whose rule says so."""
    words = 'ALARM: "checkout-5xx" in US East (N. Virginia)'

    await office.person(ANA, lambda ana: ana.alert(channel, words))
    await office.quiet()

    assert [(ask.kind, ask.asker) for ask in office.flow.asks] == [(AskKind.ALERT, "")] * heard


async def test_a_guest_is_told_and_not_heard(office: Office) -> None:
    """A guest gets a sentence only they see, and nothing runs."""
    await office.person(GUS, lambda gus: gus.post(GENERAL, MENTION))
    await office.quiet()

    assert office.flow.asks == []
    assert "full members" in office.edge.whispers(GUS)[0]


async def test_help_is_whispered(office: Office) -> None:
    """A mention that asks nothing gets help, for its author alone."""
    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "<@U0INFRA01> help"))
    await office.quiet()

    assert office.flow.asks == []
    assert "What I can do" in office.edge.whispers(ANA)[0]


async def test_stop_in_a_thread_stops(office: Office) -> None:
    """The word alone, in a thread of ours, stops what runs there."""
    root = await office.person(ANA, lambda ana: ana.post(INCIDENTS, "checkout looks odd"))
    thread = ThreadRef(TEAM, INCIDENTS, root)
    office.memory.threads.add(thread.key)

    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "Stop!", root))
    await office.quiet()

    assert office.flow.stops == [(thread, ANA)]
    assert office.edge.whispers(ANA) == []


async def test_stop_where_nothing_runs_is_told_to_one(office: Office) -> None:
    """Who stops nothing hears so, alone."""
    root = await office.person(ANA, lambda ana: ana.post(INCIDENTS, "checkout looks odd"))
    office.memory.threads.add(ThreadRef(TEAM, INCIDENTS, root).key)
    office.flow.stoppable = 0

    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "Stop!", root))
    await office.quiet()

    assert office.edge.whispers(ANA) == ["Nothing is running here."]


async def test_nothing_is_acked_before_it_is_kept(office: Office) -> None:
    """While the store is down Slack gets no ack, and delivers again until it is up."""
    office.flow.failing = True
    await office.person(ANA, lambda ana: ana.settings(ack_seconds=0.3))
    await office.person(ANA, lambda ana: ana.post(INCIDENTS, "<@U0INFRA01> why is checkout slow?"))
    mentions = [
        one for one in office.edge.workspace.journal.deliveries if one.payload["event"]["type"] == "app_mention"
    ]

    await until(lambda: len(mentions[0].attempts) > 1)
    acked_while_down = mentions[0].acked_at
    office.flow.failing = False

    await until(lambda: mentions[0].acked_at)
    assert acked_while_down is None
    assert len(office.flow.asks) == 1

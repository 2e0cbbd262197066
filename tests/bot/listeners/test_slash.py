"""The command `/infra`."""

from dataclasses import replace

from agents.contract import Ask, AskKind, ThreadRef
from bot.approvals.model import Answer
from bot.flow import Status
from bot.intake.parking import Parked
from bot.slack.escape import OPENING
from bot.store.runs import Run, Stage
from sandbox.slack.directory import BOT_USER
from tests.bot.edge import ANA, BEN, GENERAL, GUS, INCIDENTS, NOW, TEAM, a_proposal, an_approval
from tests.bot.listeners.office import Office
from tests.bot.listeners.test_snoozing import FakeAlerts


class Aside(FakeAlerts):
    """Has one message put aside."""

    async def parked(self) -> tuple[Parked, ...]:
        """Return it."""
        return (Parked("sqs", "it is nested too deep", "<!channel> [[["),)


def a_waiting_run(channel: str) -> Run:
    """Return a run that goes on in a channel."""
    ask = Ask("a", AskKind.MENTION, "why is <checkout> slow?", ThreadRef(TEAM, channel, "1.1"), ANA, NOW)
    return Run("run-1", ask, Stage.RUNNING, 1, NOW)


async def test_a_question_gets_a_thread_of_its_own(office: Office) -> None:
    """A question is posted for all to see, and its run is that message's thread."""
    await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra why is checkout slow?"))

    [ask] = office.flow.asks
    [anchor] = [message for message in office.edge.workspace.messages[INCIDENTS] if message.ts == ask.thread.ts]
    assert (ask.kind, ask.text, ask.asker) == (AskKind.SLASH, "why is checkout slow?", ANA)
    assert "why is checkout slow?" in anchor.text


async def test_help_is_for_the_author_alone(office: Office) -> None:
    """Help is answered at once, to nobody else, and posts nothing."""
    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra help"))

    assert told["response"]["response_type"] == "ephemeral"
    assert "/infra status" in told["response"]["text"]
    assert office.flow.asks == []


async def test_what_is_put_aside_can_be_looked_at(office: Office) -> None:
    """What it is and what was wrong with it, made safe; where nothing is put aside, that is said."""
    office.desk.alerts = Aside()
    before = await office.person(BEN, lambda ben: ben.slash(INCIDENTS, "/infra alerts parked"))
    office.flow.now = replace(office.flow.now, parked=1)

    told = await office.person(BEN, lambda ben: ben.slash(INCIDENTS, "/infra alerts parked"))

    assert "every alert that came was taken in" in before["response"]["text"]
    assert f"• sqs: it is nested too deep: `{OPENING}!channel&gt; [[[`" in told["response"]["text"]


async def test_a_typo_gets_a_hint(office: Office) -> None:
    """A word that is nearly a command gets a short answer, not a run."""
    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra stauts"))

    assert "Did you mean `status`?" in told["response"]["text"]


async def test_status_lists_runs_and_approvals(office: Office) -> None:
    """Status says what runs and what waits, with foreign words made safe."""
    approval = an_approval(proposal=a_proposal())
    office.flow.now = Status((a_waiting_run(INCIDENTS),), (), (approval,), "the store is not durable")

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra status"))

    for said in ("1 running · 1 to approve", f"{OPENING}checkout&gt;", "Roll back deployment", "not durable"):
        assert said in told["response"]["text"]


async def test_stop_stops_what_runs_in_the_channel(office: Office) -> None:
    """Without a thread, stop means this channel and no other."""
    office.flow.now = Status((a_waiting_run(INCIDENTS), a_waiting_run(GENERAL)), (), ())

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra stop"))

    assert office.flow.stops == [(ThreadRef(TEAM, INCIDENTS, "1.1"), ANA)]
    assert told["response"]["text"] == "Stopped it."


async def test_stop_covers_a_thread_that_only_waits(office: Office) -> None:
    """A thread that runs nothing but will look again is stopped too; one of another channel is not."""
    due = [replace(a_waiting_run(channel).ask, due=NOW) for channel in (INCIDENTS, GENERAL)]
    office.flow.now = Status((), (), (), due=tuple(due))

    await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra stop"))

    assert office.flow.stops == [(ThreadRef(TEAM, INCIDENTS, "1.1"), ANA)]


async def test_status_says_when_a_thread_looks_again(office: Office) -> None:
    """What is due later is part of what goes on."""
    ask = replace(a_waiting_run(INCIDENTS).ask, text="See whether it has recovered.\nAnd more.", due=NOW)
    office.flow.now = Status((), (), (), due=(ask,))

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra status"))

    assert "1 due later" in told["response"]["text"]
    assert f"⏰ See whether it has recovered. in <#{INCIDENTS}>" in told["response"]["text"]


async def test_a_guest_gets_no_run(office: Office) -> None:
    """A guest's command is declined in a sentence."""
    told = await office.person(GUS, lambda gus: gus.slash(GENERAL, "/infra why is checkout slow?"))

    assert "full members" in told["response"]["text"]
    assert office.flow.asks == []


async def test_a_repeated_command_leaves_one_message(office: Office) -> None:
    """When Slack delivers a command again, the second message is taken back."""
    await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra why is checkout slow?"))
    [delivered] = [one for one in office.edge.workspace.journal.deliveries if one.kind == "slash_commands"]

    await office.edge.workspace.deliveries.now("slash_commands", delivered.payload)

    anchors = [one for one in office.edge.workspace.messages[INCIDENTS] if not one.deleted and "asks:" in one.text]
    assert len(anchors) == 1
    assert len(office.flow.asks) == 1


async def test_when_slack_cannot_say_who_asks_nothing_runs(office: Office) -> None:
    """The lookup being down refuses, and says so."""
    await office.person(
        ANA,
        lambda ana: ana.faults(
            [{"method": "users.info", "kind": "error", "times": 5, "error": "team_access_not_granted"}]
        ),
    )

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra why is checkout slow?"))

    assert "could not be asked" in told["response"]["text"]
    assert office.flow.asks == []


async def test_the_policy_is_explained_to_the_author_alone(office: Office) -> None:
    """Who would have to say yes is answered at once, for the person and the channel that ask, without a run."""
    told = await office.person(
        ANA, lambda ana: ana.slash(INCIDENTS, "/infra policy explain `kube_scale` in production for P2 at 03:00")
    )

    assert told["response"]["response_type"] == "ephemeral"
    assert "1 person of @oncall within 15 minutes" in told["response"]["text"]
    assert office.flow.asks == []


async def test_status_tells_of_an_edit_that_is_not_in_force(office: Office) -> None:
    """Whoever edited the policy wrongly reads here what is wrong with it."""
    office.flow.now = Status((), (), (), policy_problem="policy.toml: stage: Field required.")

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra status"))

    assert "not in force: policy.toml: stage: Field required." in told["response"]["text"]


async def test_the_glass_is_broken_by_command(office: Office) -> None:
    """The command names the approval and the reason; who it counts for is who Slack says."""
    told = await office.person(
        BEN, lambda ben: ben.slash(INCIDENTS, "/infra break-glass `Ab_9-xyz` checkout is down, nobody else is up")
    )

    [vote] = office.flow.votes
    assert (vote.approval_id, vote.voter, vote.answer, vote.via) == ("Ab_9-xyz", BEN, Answer.BREAK_GLASS, "command")
    assert vote.words == "checkout is down, nobody else is up"
    assert office.flow.ruling.words in told["response"]["text"]


async def test_a_guest_does_not_get_to_break_it(office: Office) -> None:
    """Whoever we do not work for is refused before the flow hears of it."""
    office.edge.workspace.channels[INCIDENTS].members.add(GUS)

    await office.person(GUS, lambda gus: gus.slash(INCIDENTS, "/infra break-glass Ab_9-xyz because I say so"))

    assert office.flow.votes == []


async def test_a_message_does_not_break_it(office: Office) -> None:
    """Words in a thread, which an agent's or an alert's text could be quoted in, are not the command."""
    await office.person(BEN, lambda ben: ben.post(INCIDENTS, f"<@{BOT_USER}> break-glass Ab_9-xyz because I say so"))
    await office.quiet()

    assert office.flow.votes == []
    assert office.flow.asks == []
    assert "/infra break-glass" in office.edge.whispers(BEN)[0]


async def test_a_command_in_a_shared_channel_starts_nothing(office: Office) -> None:
    """A command does not say that other organizations are in its channel; Slack is asked."""
    workspace = office.edge.workspace
    workspace.people["U0STRANGE"] = replace(workspace.people[BEN], id="U0STRANGE", team="T0OTHER01")
    workspace.channels[INCIDENTS].members.add("U0STRANGE")

    told = await office.person(ANA, lambda ana: ana.slash(INCIDENTS, "/infra why is checkout slow?"))

    assert "Other organizations are in this channel" in told["response"]["text"]
    assert office.flow.asks == []

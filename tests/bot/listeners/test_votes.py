"""People's yes and no."""

from agents.contract import ThreadRef
from bot.approvals.model import Answer
from bot.flow import Ruling
from bot.slack import cards
from tests.bot.edge import ANA, BEN, CARA, GUS, TEAM, a_proposal, an_approval, until
from tests.bot.listeners.office import Office


async def a_card(office: Office, **args: object) -> tuple[ThreadRef, str]:
    """Post an approval's card; return its thread and timestamp."""
    ref = await office.edge.root()
    proposal = a_proposal(args=args or a_proposal().args)
    approval = an_approval(proposal=proposal, thread=ref)
    office.memory.approvals[proposal.id] = approval
    await office.edge.threads().open(ref, ANA).card(approval)
    return ref, office.edge.replies(ref)[0].ts


async def test_a_click_is_a_vote_of_the_clicker(office: Office) -> None:
    """Approve counts for whom Slack says clicked, on the approval the button carries."""
    ref, ts = await a_card(office)

    acked = await office.person(BEN, lambda ben: ben.click(ref.channel, ts, cards.APPROVE))

    [vote] = office.flow.votes
    assert acked
    assert (vote.approval_id, vote.voter, vote.team) == (a_proposal().id, BEN, TEAM)
    assert (vote.answer, vote.via) == (Answer.APPROVE, "button")


async def test_reject_is_a_vote(office: Office) -> None:
    """Reject counts as no."""
    ref, ts = await a_card(office)

    await office.person(CARA, lambda cara: cara.click(ref.channel, ts, cards.REJECT))

    assert [vote.answer for vote in office.flow.votes] == [Answer.REJECT]


async def test_who_does_not_count_is_told_why(office: Office) -> None:
    """A vote that does not count is answered to its voter alone."""
    ref, ts = await a_card(office)
    office.flow.ruling = Ruling(counted=False, words="You asked for this, so somebody else has to approve it.")

    await office.person(ANA, lambda ana: ana.click(ref.channel, ts, cards.APPROVE))

    assert office.edge.whispers(ANA) == ["You asked for this, so somebody else has to approve it."]


async def test_emoji_on_the_card_are_votes(office: Office) -> None:
    """✅ and ❌ on the card are votes by emoji; any other emoji is not."""
    ref, ts = await a_card(office)

    await office.person(BEN, lambda ben: ben.react(ref.channel, ts, "eyes"))
    await office.person(BEN, lambda ben: ben.react(ref.channel, ts, "white_check_mark"))
    await office.quiet()
    await office.person(BEN, lambda ben: ben.react(ref.channel, ts, "x"))
    await office.quiet()

    assert [(vote.answer, vote.via) for vote in office.flow.votes] == [
        (Answer.APPROVE, "emoji"),
        (Answer.REJECT, "emoji"),
    ]
    assert {vote.approval_id for vote in office.flow.votes} == {a_proposal().id}


async def test_emoji_elsewhere_are_just_emoji(office: Office) -> None:
    """A ✅ on any other message approves nothing."""
    ref, _ = await a_card(office)

    await office.person(BEN, lambda ben: ben.react(ref.channel, ref.ts, "white_check_mark"))
    await office.quiet()

    assert office.flow.votes == []


async def test_the_stop_sign_stops_the_thread(office: Office) -> None:
    """🛑 on any message of our thread stops what runs there."""
    ref, ts = await a_card(office)
    office.memory.threads.add(ref.key)

    await office.person(BEN, lambda ben: ben.react(ref.channel, ts, "octagonal_sign"))
    await office.quiet()

    assert office.flow.stops == [(ref, BEN)]


async def test_slacks_stop_button_stops_the_thread(office: Office) -> None:
    """The stop button Slack shows while we work stops the thread."""
    ref, _ = await a_card(office)
    async with office.edge.threads().presence.at_work(ref):
        await until(lambda: office.edge.workspace.sessions.status(ref.channel, ref.ts))
        await office.person(BEN, lambda ben: ben.stop(ref.channel, ref.ts))
        await office.quiet()

    assert office.flow.stops == [(ref, BEN)]


async def test_view_all_shows_every_argument_and_takes_the_vote(office: Office) -> None:
    """What does not fit on the card is in its window, whole, and can be approved there."""
    text = "".join(f"value{number} " for number in range(1000))
    ref, ts = await a_card(office, manifest=text)

    await office.person(BEN, lambda ben: ben.click(ref.channel, ts, cards.VIEW))
    await office.quiet()

    [update] = office.edge.workspace.journal.called("views.update")
    shown = str(update.args["view"])
    assert all(f"value{number}" in shown for number in (0, 500, 999))
    assert cards.APPROVE in shown


async def test_a_guest_sees_nothing_in_the_window(office: Office) -> None:
    """The window shows a guest no data."""
    ref, ts = await a_card(office, manifest="secret " * 1000)
    office.edge.workspace.channels[ref.channel].members.add(GUS)

    await office.person(GUS, lambda gus: gus.click(ref.channel, ts, cards.VIEW))
    await office.quiet()

    [update] = office.edge.workspace.journal.called("views.update")
    assert "secret" not in str(update.args["view"])


async def test_a_forged_card_is_no_card(office: Office) -> None:
    """Metadata that looks like a card's counts only on a message of ours."""
    ref, ts = await a_card(office)
    [card] = office.edge.replies(ref)
    card.bot_id = "B0CLOUDW1"

    await office.person(BEN, lambda ben: ben.react(ref.channel, ts, "white_check_mark"))
    await office.quiet()

    assert office.flow.votes == []

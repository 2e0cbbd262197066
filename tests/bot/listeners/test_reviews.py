"""The windows behind a card's buttons: opened for whoever clicks, counted for whoever fills them in."""

from agents.contract import ThreadRef
from bot.approvals.model import Answer, State
from bot.flow import Ruling
from bot.slack import cards, forms
from tests.bot.edge import ANA, BEN, GUS, a_proposal, an_approval
from tests.bot.listeners.office import Office


async def a_card(office: Office, state: State = State.OPEN) -> tuple[ThreadRef, str]:
    """Post an approval's card; return its thread and timestamp."""
    ref = await office.edge.root()
    approval = an_approval(state, thread=ref)
    office.memory.approvals[approval.proposal.id] = approval
    await office.edge.threads().open(ref, ANA).card(approval)
    return ref, office.edge.replies(ref)[0].ts


async def opened(office: Office, action: str) -> str:
    """Let Ben press a button that opens a window; return the window's id."""
    ref, ts = await a_card(office)
    await office.person(BEN, lambda ben: ben.click(ref.channel, ts, action))
    await office.quiet()
    [view] = office.edge.workspace.modals.shown(BEN)
    return str(view["id"])


def wish(words: str) -> dict[str, object]:
    """Return the filled-in window for changes."""
    return {forms.WORDS: {forms.WORDS: {"type": "plain_text_input", "value": words}}}


async def test_requested_changes_are_a_vote_with_words(office: Office) -> None:
    """The words count for whoever submits the window, on the approval whose card it was opened from."""
    window = await opened(office, cards.CHANGES)

    told = await office.person(BEN, lambda ben: ben.submit(window, wish(" only 4 of them ")))

    [vote] = office.flow.votes
    assert told["ok"]
    assert (vote.approval_id, vote.voter, vote.answer) == (a_proposal().id, BEN, Answer.CHANGES)
    assert vote.words == "only 4 of them"
    assert office.edge.workspace.modals.shown(BEN) == []


async def test_a_wish_that_does_not_count_is_answered_in_the_window(office: Office) -> None:
    """Whoever may not decide reads why where they wrote."""
    window = await opened(office, cards.CHANGES)
    office.flow.ruling = Ruling(counted=False, words=f"This was rejected by <@{ANA}>; that is final.")

    await office.person(BEN, lambda ben: ben.submit(window, wish("only 4")))

    [view] = office.edge.workspace.modals.shown(BEN)
    assert f"rejected by <@{ANA}>" in str(view["blocks"])


async def test_what_takes_long_is_told_when_it_is_known(office: Office) -> None:
    """Slack is answered in time, and the window says in the end what became of the wish."""
    window = await opened(office, cards.CHANGES)
    office.flow.seconds = 2.6

    told = await office.person(BEN, lambda ben: ben.submit(window, wish("only 4")))

    assert told["ok"]
    [view] = office.edge.workspace.modals.shown(BEN)
    assert forms.WORKING in str(view["blocks"])
    await office.said(BEN, office.flow.ruling.words)


def edited(**values: str) -> dict[str, object]:
    """Return the filled-in window with arguments."""
    told = {"namespace": "shop", "deployment": "checkout", "revision": "6"} | values
    return {name: {name: {"type": "plain_text_input", "value": value}} for name, value in told.items()}


async def test_edit_shows_the_arguments_and_proposes_what_becomes_of_them(office: Office) -> None:
    """Each argument is a field of its type, and what is filled in is proposed by whoever filled it in."""
    window = await opened(office, cards.EDIT)
    await office.said(BEN, "checkout")
    [view] = office.edge.workspace.modals.shown(BEN)

    told = await office.person(BEN, lambda ben: ben.submit(window, edited(revision="4")))

    [(vote, args)] = office.flow.edits
    assert told["ok"]
    assert [block["element"]["type"] for block in view["blocks"] if block["type"] == "input"] == [
        "plain_text_input",
        "plain_text_input",
        "number_input",
    ]
    assert (vote.approval_id, vote.voter, vote.answer) == (a_proposal().id, BEN, Answer.EDIT)
    assert args == {"namespace": "shop", "deployment": "checkout", "revision": 4}


async def test_what_does_not_fit_a_field_is_said_beside_it(office: Office) -> None:
    """A misfilled field keeps the window open, and nothing is proposed."""
    window = await opened(office, cards.EDIT)
    await office.said(BEN, "checkout")

    told = await office.person(BEN, lambda ben: ben.submit(window, edited(revision="four")))

    assert "integer" in told["errors"]["revision"]
    assert office.flow.edits == []


async def test_a_guest_sees_no_arguments(office: Office) -> None:
    """Whoever we do not work for gets an empty window."""
    ref, ts = await a_card(office)
    office.edge.workspace.channels[ref.channel].members.add(GUS)

    await office.person(GUS, lambda gus: gus.click(ref.channel, ts, cards.EDIT))
    await office.said(GUS, "full members")

    assert "checkout" not in str(office.edge.workspace.modals.shown(GUS))


async def test_revoke_is_a_vote(office: Office) -> None:
    """The button on an approved card takes the yes back."""
    ref, ts = await a_card(office, State.APPROVED)

    await office.person(ANA, lambda ana: ana.click(ref.channel, ts, cards.REVOKE))

    assert [(vote.voter, vote.answer) for vote in office.flow.votes] == [(ANA, Answer.REVOKE)]

"""Approval cards: right in every state, safe with hostile text, and never hiding what would run."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approvals.model import State
from bot.slack import cards, modals
from bot.slack.limits import MESSAGE, METADATA, MODAL_BLOCKS, checked
from tests.bot.edge import ANA, BEN, Edge, a_proposal, an_approval
from tests.bot.slack.test_escape import HOSTILE
from tools.contract import Preview, Risk
from tools.proposal import Proposal


def hostile(text: str, length: int = 1) -> Proposal:
    """Return a proposal with the same text in every field that something foreign could have written."""
    long = text * length
    preview = Preview(summary=long, diff=long, blast_radius=long, way_back=long, observed={"x": long})
    return a_proposal(
        preview=preview,
        reason=long,
        evidence=(text,),
        args={"name": long},
        environment=text,
        service=text,
        asker=text,
        taint=(text, f"words of {text}") * 10,
    )


def texts(value: object) -> list[str]:
    """Return every string in blocks."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("length", [1, 2000])
@settings(max_examples=15, deadline=None)
@given(text=HOSTILE)
def test_a_card_fits_slack_in_every_state(state: State, length: int, text: str) -> None:
    """Whatever a proposal says, its card keeps Slack's lengths, pings nobody and shows where it stands."""
    made = cards.card(an_approval(state, hostile(text, length), detail=text))

    shown = texts(checked(made.blocks))
    assert sum(map(len, shown)) <= MESSAGE
    assert not any(f"<{sign}" in one for one in shown for sign in ("!channel", "!here", "!sub", "@U0CTO", "#C"))
    assert len(json.dumps(made.metadata, ensure_ascii=False).encode()) <= METADATA


def test_a_card_names_whose_words_it_may_rest_on() -> None:
    """The first sources are on the card, the others are counted and one click away."""
    taint = ("alert checkout-5xx from CloudWatch", "words of U0BEN0001", *(f"E{at} Logs" for at in range(1, 9)))

    approval = an_approval(State.OPEN, a_proposal(taint=taint))

    told = " ".join(texts(cards.card(approval).blocks))
    assert "alert checkout-5xx from CloudWatch, words of <@U0BEN0001>, E1 Logs, E2 Logs, E3 Logs and 5 more" in told
    assert "View all" in told
    assert all(source in " ".join(texts(modals.everything(approval)["blocks"])) for source in taint)


@settings(max_examples=15, deadline=None)
@given(text=HOSTILE, length=st.sampled_from([1, 30, 1000]))
def test_the_window_shows_everything_or_cannot_approve(text: str, length: int) -> None:
    """The window holds all of the arguments, or has no Approve button."""
    approval = an_approval(State.OPEN, hostile(text, length))

    blocks = modals.everything(approval)["blocks"]

    assert isinstance(blocks, list)
    assert len(checked(blocks, MODAL_BLOCKS)) <= MODAL_BLOCKS
    complete = "does not fit" not in json.dumps(blocks)
    assert complete == (cards.APPROVE in json.dumps(blocks))


def test_an_open_cards_buttons_carry_only_the_id() -> None:
    """The buttons carry the approval's id and nothing else."""
    blocks = cards.card(an_approval()).blocks

    [row] = [block for block in blocks if block["type"] == "actions"]
    buttons = row["elements"]
    assert isinstance(buttons, list)
    assert [button["action_id"] for button in buttons] == [cards.APPROVE, cards.REJECT, cards.CHANGES, cards.EDIT]
    assert {button["value"] for button in buttons} == {a_proposal().id}


@pytest.mark.parametrize("state", [state for state in State if state not in {State.OPEN, State.APPROVED}])
def test_a_decided_card_has_no_buttons(state: State) -> None:
    """What is decided cannot be clicked any more."""
    assert not [block for block in cards.card(an_approval(state)).blocks if block["type"] == "actions"]


def test_an_approved_card_can_be_revoked() -> None:
    """Until it is sent, the yes can be taken back."""
    [row] = [block for block in cards.card(an_approval(State.APPROVED)).blocks if block["type"] == "actions"]

    buttons = row["elements"]
    assert isinstance(buttons, list)
    assert [button["action_id"] for button in buttons] == [cards.REVOKE]


def test_people_in_our_own_sentences_are_shown_and_nothing_else_is_live() -> None:
    """A sentence may name people; a channel, a link or a group in it stays words."""
    shown = cards.spoken(f"<@{BEN}> did it <!channel> <https://evil.example|here> <@U0CTO|x>")

    assert f"<@{BEN}>" in shown
    assert shown.count("<") == 1


def test_arguments_that_do_not_fit_must_be_opened() -> None:
    """Where an argument is cut, the card cannot approve; it can only open the rest or reject."""
    blocks = cards.card(an_approval(proposal=a_proposal(args={"manifest": "x" * 5000}))).blocks

    [row] = [block for block in blocks if block["type"] == "actions"]
    buttons = row["elements"]
    assert isinstance(buttons, list)
    assert [button["action_id"] for button in buttons] == [cards.VIEW, cards.REJECT, cards.CHANGES]


@pytest.mark.parametrize(("risk", "asks"), [(Risk.LOW, False), (Risk.MEDIUM, True), (Risk.HIGH, True)])
def test_more_than_low_risk_asks_again(risk: Risk, *, asks: bool) -> None:
    """Approving medium or high risk takes a second look."""
    approve, _ = cards.ballot("id", risk)

    assert ("confirm" in approve) is asks


def test_a_card_says_who_decides_until_when_and_how_to_undo() -> None:
    """A card names the group, the quorum, the expiry, the evidence, the exact arguments, and the way back."""
    shown = "\n".join(texts(cards.card(an_approval()).blocks))

    for said in (
        "@oncall",
        "needs one person",
        "<!date^",
        "[E1]",
        "revision = 6",
        "Way back",
        "kube_rollback(",
        "3 pods",
    ):
        assert said in shown


def test_votes_are_named() -> None:
    """A decided card says who decided."""
    assert f"<@{BEN}> approved" in cards.standing(an_approval(State.DONE))


async def test_a_card_is_posted_once_and_then_updated(edge: Edge) -> None:
    """All states of an approval are one message."""
    ref = await edge.root()
    thread = edge.threads().open(ref, ANA)

    for revision, state in enumerate((State.OPEN, State.APPROVED, State.DISPATCHED, State.DONE)):
        await thread.card(an_approval(state, thread=ref, revision=revision))

    [message] = edge.replies(ref)
    assert message.metadata is not None
    assert message.metadata["event_payload"]["state"] == "done"


async def test_another_process_finds_the_card(edge: Edge) -> None:
    """A card is found by its approval's id, whoever posted it."""
    ref = await edge.root()
    await edge.threads().open(ref, ANA).card(an_approval(thread=ref))

    await edge.threads().open(ref, ANA).card(an_approval(State.REJECTED, thread=ref, revision=1))

    assert len(edge.replies(ref)) == 1


async def test_a_late_update_does_not_turn_a_card_back(edge: Edge) -> None:
    """An older revision never replaces a newer one."""
    ref = await edge.root()
    thread = edge.threads().open(ref, ANA)
    await thread.card(an_approval(State.DONE, thread=ref, revision=3))

    await thread.card(an_approval(State.APPROVED, thread=ref, revision=1))

    [message] = edge.replies(ref)
    assert message.metadata is not None
    assert message.metadata["event_payload"]["state"] == "done"


async def test_a_card_whose_answer_was_lost_is_not_posted_twice(edge: Edge) -> None:
    """A card that was accepted although the line dropped is found again."""
    ref = await edge.root()
    edge.workspace.faults.plan([{"method": "chat.postMessage", "kind": "drop_after_accept", "times": 1}])

    await edge.threads().open(ref, ANA).card(an_approval(thread=ref))

    assert len(edge.replies(ref)) == 1


@pytest.mark.parametrize("length", [1, 40, 5000])
async def test_slack_takes_hostile_cards(edge: Edge, length: int) -> None:
    """The strict workspace takes a card full of hostile text, of any length."""
    ref = await edge.root()
    text = "<!channel> *Approved by @cto* ```\n\u202e\u200b <https://evil.example|ok> & [a](http://evil.example) "

    await edge.threads().open(ref, ANA).card(an_approval(proposal=hostile(text, length), thread=ref))

    [message] = edge.replies(ref)
    assert not re.search(r"<!(?!date)|<http", str(message.blocks))


async def test_people_are_mentioned_and_what_is_quoted_is_not_live(edge: Edge) -> None:
    """A summons pings who it is for; quoted words ping nobody."""
    ref = await edge.root()

    await edge.threads().open(ref, ANA).summon((BEN,), "look at this", "<!channel> <@U0ANA0001> says so")

    [message] = edge.replies(ref)
    shown = str(message.blocks)
    assert f"<@{BEN}>" in shown
    assert "<!channel>" not in shown
    assert f"<@{ANA}>" not in shown

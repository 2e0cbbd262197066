"""Editing a proposal: what somebody made of it takes its place, and never do both stand."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.approvals.model import Answer, State, Vote
from bot.editing import Editing
from bot.flow import Flow
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import ANA, BEN, CARA, GUS, THREAD, answers, make_ask, make_proposal, make_vote, proposes
from tools.contract import JsonObject, Risk, ToolError
from tools.proposal import Proposal

ARGS: JsonObject = {"namespace": "shop", "deployment": "checkout", "replicas": 2}


class Edits:
    """A flow whose previews are quick; counts them, and names what it makes in order."""

    def __init__(self, stage: Stage) -> None:
        self.made = 0
        self.risk = Risk.MEDIUM
        self.flow = Flow(replace(stage.ports, redraft=self))

    def __call__(self, old: Proposal, args: JsonObject, editor: str, at: datetime) -> Proposal:
        """Redraft a proposal."""
        if args.get("deployment") == "gone":
            raise ToolError("There is no such deployment; check the name.")
        self.made += 1
        tool = str(args.get("tool", old.tool))
        return replace(old, id=f"e-{self.made}", tool=tool, args=args, asker=editor, at=at, risk=self.risk)


@pytest.fixture
def edits(stage: Stage) -> Edits:
    """Return a flow that edits."""
    return Edits(stage)


async def proposed(stage: Stage) -> None:
    """Have a run of Ana's propose a change."""
    stage.runner.script = lambda ask: proposes(make_proposal()) if ask.id == "Ev1" else answers()
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)


def edit(voter: str = BEN, approval: str = "p-1") -> Vote:
    """Return a wish to edit."""
    return make_vote(approval, voter, Answer.EDIT)


async def state_of(stage: Stage, name: str) -> State | None:
    """Return how an approval stands, None if there is none."""
    found = await stage.store.approvals.get(name)
    return found.state if found else None


async def test_an_edit_takes_the_place_of_the_proposal(stage: Stage, edits: Edits) -> None:
    """The old card is over, the new one shows the editor's arguments, and later runs know both."""
    await proposed(stage)

    ruling = await edits.flow.edit(edit(), ARGS)

    old, new = stage.thread.cards[-2:]
    assert ruling.counted
    assert (old.proposal.id, old.state) == ("p-1", State.SUPERSEDED)
    assert (new.proposal.id, new.state, new.proposal.args) == ("e-1", State.OPEN, ARGS)
    told = (await stage.store.transcripts.of(THREAD.key))[-1].text
    assert "edited" in told
    assert "replicas=2" in told


async def test_an_edit_outlives_the_process_that_made_it(
    stage: Stage, edits: Edits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old card closes and the new one opens in one step; whoever clicks the old one again is shown the new one."""
    await proposed(stage)

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(Editing, "_show", killed)
        with pytest.raises(asyncio.CancelledError):
            await edits.flow.edit(edit(), ARGS)
    await edits.flow.edit(edit(CARA), ARGS)

    assert await state_of(stage, "p-1") is State.SUPERSEDED
    assert await state_of(stage, "e-1") is State.OPEN
    assert stage.thread.cards[-1].proposal.id == "e-1"
    assert edits.made == 1


async def test_neither_the_editor_nor_who_asked_first_approves_an_edit(stage: Stage, edits: Edits) -> None:
    """Whoever had a hand in it is not its second pair of eyes."""
    await proposed(stage)
    stage.directory.groups["oncall"] = frozenset({ANA, BEN, CARA})
    await edits.flow.edit(edit(), ARGS)

    rulings = [await edits.flow.rule(make_vote("e-1", voter)) for voter in (BEN, ANA, CARA)]

    assert [ruling.counted for ruling in rulings] == [False, False, True]
    assert stage.queue.dispatches == ["e-1"]


async def test_editing_in_turns_frees_nobody(stage: Stage, edits: Edits) -> None:
    """All who asked before stay barred, however often it is edited."""
    await proposed(stage)
    stage.directory.groups["oncall"] = frozenset({ANA, BEN, CARA})
    await edits.flow.edit(edit(BEN), ARGS)
    await edits.flow.edit(edit(CARA, "e-1"), ARGS)

    rulings = [await edits.flow.rule(make_vote("e-2", voter)) for voter in (ANA, BEN, CARA)]

    assert [ruling.counted for ruling in rulings] == [False, False, False]


async def test_what_was_edited_is_not_carried_out(stage: Stage, edits: Edits) -> None:
    """A late yes to the old card is refused with where to look, and nothing is sent."""
    await proposed(stage)
    await edits.flow.edit(edit(), ARGS)

    ruling = await edits.flow.rule(make_vote(voter=CARA))
    await edits.flow.dispatch("p-1")

    assert "another card" in ruling.words
    assert stage.executor.sent == []


async def test_an_edit_is_decided_anew(stage: Stage, edits: Edits) -> None:
    """A riskier edit needs what the policy wants for that risk."""
    await proposed(stage)
    edits.risk = Risk.HIGH

    await edits.flow.edit(edit(ANA), ARGS)
    first = await edits.flow.rule(make_vote("e-1", BEN))

    new = await stage.store.approvals.get("e-1")
    assert new is not None
    assert new.decision.quorum == 2
    assert "1 of 2" in first.words


async def test_who_may_not_decide_may_not_edit_and_previews_nothing(stage: Stage, edits: Edits) -> None:
    """Strangers are refused before anything is read for them."""
    await proposed(stage)
    stage.directory.groups["oncall"] = frozenset({CARA})

    rulings = [await edits.flow.edit(edit(voter), ARGS) for voter in (BEN, GUS)]

    assert [ruling.counted for ruling in rulings] == [False, False]
    assert edits.made == 0
    assert await state_of(stage, "p-1") is State.OPEN


@pytest.mark.parametrize(
    ("args", "about"),
    [
        ({**ARGS, "deployment": "gone"}, "no such"),
        ({**ARGS, "tool": "kube_delete"}, "does not allow"),
    ],
    ids=["refused by its preview", "denied by the policy"],
)
async def test_an_edit_that_cannot_be_leaves_the_proposal_open(
    stage: Stage, edits: Edits, args: JsonObject, about: str
) -> None:
    """The editor is told why, and the card can still be decided."""
    await proposed(stage)

    ruling = await edits.flow.edit(edit(), args)

    assert not ruling.counted
    assert about in ruling.words
    assert await state_of(stage, "p-1") is State.OPEN


async def test_edits_and_votes_at_once_have_one_winner(stage: Stage, edits: Edits) -> None:
    """Of two editors and an approver exactly one is counted; at most one of the cards can be carried out."""
    await proposed(stage)

    rulings = await asyncio.gather(
        edits.flow.edit(edit(BEN), ARGS), edits.flow.edit(edit(CARA), ARGS), edits.flow.rule(make_vote(voter=CARA))
    )

    waiting = await stage.store.approvals.waiting()
    assert sum(ruling.counted for ruling in rulings) == 1
    assert len(waiting) + len(stage.queue.dispatches) == 1


async def test_nobody_edits_while_the_directory_is_down(stage: Stage, edits: Edits) -> None:
    """Who cannot be looked up cannot edit."""
    await proposed(stage)
    stage.directory.down = True

    ruling = await edits.flow.edit(edit(), ARGS)

    assert not ruling.counted
    assert "Slack could not say" in ruling.words


async def test_where_nothing_redrafts_nothing_is_edited(stage: Stage) -> None:
    """Without the part that previews edits, the refusal says what to do instead."""
    await proposed(stage)

    ruling = await stage.flow.edit(edit(), ARGS)

    assert "ask for what you want" in ruling.words


async def test_an_edit_is_on_record_with_what_it_was(stage: Stage, edits: Edits) -> None:
    """The trail says who edited what into what."""
    await proposed(stage)

    await edits.flow.edit(edit(), ARGS)

    records = [str(entry) for entry in (await stage.store.connection.client.xrange("infra:audit") or [])]
    assert any("edited_from" in record and "p-1" in record and "e-1" in record for record in records)
    assert stage.store.trail.verify().ok

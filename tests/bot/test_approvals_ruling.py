"""What people say to a card beside yes and no: each is counted, on record, and told to later runs."""

import asyncio
from dataclasses import replace

from agents.contract import AskKind, Turn
from bot.approvals.model import Answer, State, Vote
from tests.bot.conftest import Stage
from tests.bot.flow_fakes import ANA, BEN, CARA, THREAD, answers, make_ask, make_proposal, make_vote, proposes


async def proposed(stage: Stage) -> None:
    """Have a run of Ana's propose a change."""
    stage.runner.script = lambda ask: proposes(make_proposal()) if ask.id == "Ev1" else answers()
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)


async def notes(stage: Stage) -> list[Turn]:
    """Return what later runs are told."""
    return list(await stage.store.transcripts.of(THREAD.key))


def changes(words: str = "half of that is enough", voter: str = BEN) -> Vote:
    """Return a wish for changes."""
    return replace(make_vote(voter=voter, answer=Answer.CHANGES), words=words)


async def test_requested_changes_start_a_run_with_the_reviewers_words(stage: Stage) -> None:
    """The approval is closed, and the words are an ask of the reviewer whose run knows what was proposed."""
    await proposed(stage)

    ruling = await stage.flow.rule(changes())
    await stage.flow.work(THREAD.key)

    ask = stage.runner.finished[-1]
    assert ruling.counted
    assert stage.thread.states()[-1] is State.CHANGES_REQUESTED
    assert (ask.kind, ask.text, ask.asker) == (AskKind.MESSAGE, "half of that is enough", BEN)
    told = stage.runner.transcripts[-1][-1].text
    assert "requested changes" in told
    assert "replicas=3" in told


async def test_who_wanted_changes_does_not_approve_what_comes_of_it(stage: Stage) -> None:
    """The reviewer caused the new run, so the new card is for somebody else."""
    await proposed(stage)
    await stage.flow.rule(changes())
    stage.runner.script = lambda _: proposes(make_proposal("p-2"))
    await stage.flow.work(THREAD.key)

    rulings = [await stage.flow.rule(make_vote("p-2", voter)) for voter in (BEN, CARA)]

    assert [ruling.counted for ruling in rulings] == [False, True]


async def test_changes_that_died_on_the_way_can_be_asked_for_again(stage: Stage) -> None:
    """If the ask was not heard before the process died, the same person's second try has it heard, once."""
    await proposed(stage)
    vote = changes()
    approval = await stage.store.approvals.get("p-1")
    assert approval is not None
    closed = replace(approval, votes=(vote,), state=State.CHANGES_REQUESTED, revision=1)
    assert await stage.store.approvals.replace(approval, closed)

    rulings = [await stage.flow.rule(one) for one in (changes(voter=CARA), vote, vote)]
    await stage.flow.work(THREAD.key)

    assert [ruling.counted for ruling in rulings] == [False, True, False]
    assert [ask.id for ask in stage.runner.finished] == ["Ev1", "changes:p-1"]


async def test_a_revoked_approval_is_not_sent(stage: Stage) -> None:
    """Between the yes and the dispatch the asker takes it back; the worker finds nothing to do."""
    await proposed(stage)
    await stage.flow.rule(make_vote())

    ruling = await stage.flow.rule(make_vote(voter=ANA, answer=Answer.REVOKE))
    await stage.flow.dispatch("p-1")

    assert ruling.counted
    assert stage.executor.sent == []
    assert stage.thread.states() == [State.OPEN, State.APPROVED, State.REVOKED]
    assert "revoked" in (await notes(stage))[-1].text


async def test_revoking_what_was_sent_comes_too_late(stage: Stage) -> None:
    """After the commit the sentence says so, and the change stands."""
    await proposed(stage)
    await stage.flow.rule(make_vote())
    await stage.flow.dispatch("p-1")

    ruling = await stage.flow.rule(make_vote(voter=ANA, answer=Answer.REVOKE))

    assert not ruling.counted
    assert "too late" in ruling.words
    assert stage.thread.states()[-1] is State.DONE


async def test_revoke_and_dispatch_at_once_have_one_winner(stage: Stage) -> None:
    """Either it is revoked and nothing was sent, or it was sent and the revoker is told."""
    await proposed(stage)
    await stage.flow.rule(make_vote())

    revoked, _ = await asyncio.gather(
        stage.flow.rule(make_vote(voter=CARA, answer=Answer.REVOKE)), stage.flow.dispatch("p-1")
    )

    assert revoked.counted == (not stage.executor.sent)


async def test_everything_said_to_a_card_is_on_record(stage: Stage) -> None:
    """The audit trail holds each answer with its words, and holds together."""
    await proposed(stage)

    await stage.flow.rule(changes())

    [record] = [one for one in await _records(stage) if "request_changes" in one]
    assert "half of that is enough" in record
    assert stage.store.trail.verify().ok


async def _records(stage: Stage) -> list[str]:
    return [str(entry) for entry in (await stage.store.connection.client.xrange("infra:audit") or [])]

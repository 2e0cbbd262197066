"""The policy in the story: what it says at each step is what it says then, not what it said before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.contract import AskKind
from bot.approvals.model import State
from bot.approvals.policy import read_policy
from bot.live import LivePolicy
from bot.store.store import Store
from tests.bot.conftest import CHANGES, Stage
from tests.bot.flow_fakes import THREAD, answers, make_ask, make_proposal, make_vote, proposes

ASK = '[[rule]]\nname = "ask"\neffect = "ask"\ngroups = ["oncall"]\n'


async def _approved(stage: Stage) -> None:
    stage.runner.script = lambda ask: answers() if ask.kind is AskKind.OUTCOME else proposes(make_proposal())
    await stage.flow.hear(make_ask(), ())
    await stage.flow.work(THREAD.key)
    assert (await stage.flow.rule(make_vote())).counted


async def test_a_freeze_that_began_after_the_yes_stops_the_change(store: Store, tmp_path: Path) -> None:
    """A change approved one minute before the freeze is not made in it, and people are told which rule it was."""
    begins = datetime.now(UTC) + timedelta(minutes=3)
    window = f'[[window]]\nname = "freeze"\nfrom = "{begins:%H:%M}"\nto = "{begins + timedelta(hours=4):%H:%M}"\n'
    frozen = '[[rule]]\nname = "frozen"\nduring = ["freeze"]\neffect = "deny"\nwhy = "Nothing on the big day."\n'
    file = tmp_path / "policy.toml"
    file.write_text(f'stage = "assist"\n{window}{frozen}{ASK}', "utf-8")
    stage = Stage(store, read_policy(file, CHANGES))
    await _approved(stage)

    stage.now.forward(timedelta(minutes=4))
    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert stage.thread.states()[-1] is State.REFUSED
    assert "“frozen”" in stage.thread.cards[-1].detail
    assert "big day" in stage.thread.cards[-1].detail


async def test_an_edit_of_the_policy_makes_old_approvals_refuse(store: Store, tmp_path: Path) -> None:
    """A yes under one policy is no yes under another, though nothing was restarted."""
    file = tmp_path / "policy.toml"
    file.write_text('stage = "assist"\n' + ASK, "utf-8")
    stage = Stage(store, LivePolicy(file, lambda: CHANGES))
    await _approved(stage)

    file.write_text(f'stage = "assist"\n{ASK}quorum = 2\n', "utf-8")
    await stage.flow.dispatch("p-1")

    assert stage.executor.sent == []
    assert "policy changed" in stage.thread.cards[-1].detail


@pytest.mark.parametrize("edit", ["stage = ", 'stage = "yolo"'])
async def test_a_wrong_edit_changes_nothing_but_the_status(store: Store, tmp_path: Path, edit: str) -> None:
    """While the file is wrong the old approval is good, and the status says what is wrong with the file."""
    file = tmp_path / "policy.toml"
    file.write_text('stage = "assist"\n' + ASK, "utf-8")
    stage = Stage(store, LivePolicy(file, lambda: CHANGES))
    await _approved(stage)

    file.write_text(edit, "utf-8")
    await stage.flow.dispatch("p-1")

    assert len(stage.executor.sent) == 1
    assert stage.thread.states()[-1] is State.DONE
    assert "policy.toml" in (await stage.flow.status()).policy_problem

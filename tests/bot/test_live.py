"""Files that are edited while the bot runs: a right edit is taken over, a wrong one is not, and says so once."""

import logging
from pathlib import Path

import pytest

from bot.approvals.model import Effect
from bot.approvals.policy import Context
from bot.live import LivePolicy
from tests.bot.conftest import CHANGES
from tests.bot.flow_fakes import make_proposal

ASK = 'stage = "assist"\n[[rule]]\nname = "ask"\neffect = "ask"\ngroups = ["oncall"]\n'
DENY = 'stage = "assist"\n[[rule]]\nname = "deny"\neffect = "deny"\n'
HERE = Context("C0INCIDEN")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a policy that asks."""
    path = tmp_path / "policy.toml"
    path.write_text(ASK, "utf-8")
    return path


def test_a_right_edit_is_in_force_at_once(file: Path) -> None:
    """The next decision is by the new rules, under a new version."""
    policy = LivePolicy(file, lambda: CHANGES)
    before = policy.version

    file.write_text(DENY, "utf-8")

    assert policy.decide(make_proposal(), HERE).effect is Effect.DENY
    assert policy.version != before
    assert policy.problem == ""


@pytest.mark.parametrize("edit", ["stage = ", 'stage = "yolo"', "", ASK.replace("oncall", "oncall\x00")])
def test_a_wrong_edit_keeps_the_old_policy_and_says_so_once(
    file: Path, edit: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is asked, the old rules answer, and the log has one line about it."""
    policy = LivePolicy(file, lambda: CHANGES)
    before = policy.version
    file.write_text(edit, "utf-8")

    with caplog.at_level(logging.ERROR):
        decisions = [policy.decide(make_proposal(), HERE) for _ in range(3)]

    assert {decision.policy_version for decision in decisions} == {before}
    assert "still in force" in policy.problem
    assert len(caplog.records) == 1


def test_a_file_that_is_gone_keeps_the_old_policy(file: Path) -> None:
    """Deleting the policy does not take the rules away."""
    policy = LivePolicy(file, lambda: CHANGES)

    file.unlink()

    assert policy.decide(make_proposal(), HERE).effect is Effect.ASK
    assert "cannot be read" in policy.problem


def test_a_mended_edit_ends_the_trouble(file: Path) -> None:
    """After a wrong edit the right one is taken over, and nothing is wrong any more."""
    policy = LivePolicy(file, lambda: CHANGES)
    file.write_text("stage = ", "utf-8")
    told = policy.problem

    file.write_text(DENY, "utf-8")

    assert told
    assert policy.problem == ""
    assert policy.decide(make_proposal(), HERE).effect is Effect.DENY


def test_a_wrong_policy_does_not_start(file: Path) -> None:
    """At start there is nothing to fall back on."""
    file.write_text("stage = ", "utf-8")

    with pytest.raises(ValueError, match=r"policy\.toml"):
        LivePolicy(file, lambda: CHANGES)

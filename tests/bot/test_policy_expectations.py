"""What a team expects of its policy is checked, and what is otherwise is said."""

from pathlib import Path

import pytest

from bot.approvals.expectations import read_expectations
from bot.approvals.policy import read_policy
from bot.policy import check_policy, explain_policy
from bot.rules import changes, risks
from config.settings import HERE, Settings

ASK = 'stage = "assist"\n[[rule]]\nname = "ask"\neffect = "ask"\ngroups = ["oncall"]\n'
CASE = '[[expect]]\nname = "asked"\ntool = "kube_scale"\neffect = "ask"\n'


def _settings(folder: Path, policy: str, expected: str) -> Settings:
    (folder / "policy.toml").write_text(policy, "utf-8")
    (folder / "policy_tests.toml").write_text(expected, "utf-8")
    return Settings().model_copy(update={"infra_config": folder})


def test_the_shipped_policy_meets_what_is_expected_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The policy and the expectations that come with the product fit."""
    status = check_policy(Settings().model_copy(update={"infra_config": HERE}))

    assert status == 0
    assert "✗" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "unmet"),
    [
        ("", ""),
        ('rule = "ask"\nquorum = 1\nminutes = 15\ngroups = ["oncall"]', ""),
        ("quorum = 2", "quorum is 1, not 2 (rule “ask”)"),
        ('groups = ["leads"]', "groups is oncall, not leads"),
        ('risk = "high"\nminutes = 15', "minutes is 5, not 15"),
        ('arguments = { replicas = 9, deployment = "checkout" }\nrule = "ask"', ""),
        ('rule = "other"', "rule is ask, not other"),
    ],
)
def test_each_part_of_an_answer_is_compared(tmp_path: Path, answer: str, unmet: str) -> None:
    """What is expected is looked at, and what is left out is not."""
    told = _settings(tmp_path, ASK, CASE + answer)
    policy = read_policy(told.infra_config / "policy.toml", changes())

    [expected] = read_expectations(told.infra_config / "policy_tests.toml")

    assert expected.unmet(policy, risks()).startswith(unmet)
    assert bool(expected.unmet(policy, risks())) == bool(unmet)


def test_an_expectation_may_name_its_time(tmp_path: Path) -> None:
    """A freeze is tested without waiting for it."""
    freeze = '[[window]]\nname = "freeze"\ndates = [2026-12-20, 2027-01-06]\n'
    frozen = '[[rule]]\nname = "frozen"\nduring = ["freeze"]\neffect = "deny"\n'
    policy = ASK.replace("\n", "\n" + freeze + frozen, 1)
    told = _settings(tmp_path, policy, CASE.replace("ask", "deny") + "at = 2026-12-24T03:00:00+01:00\n")

    assert check_policy(told) == 0


def test_what_is_otherwise_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status is 1 and the case is named, with what was decided instead."""
    told = _settings(tmp_path, ASK, CASE.replace('effect = "ask"', 'effect = "deny"'))

    status = check_policy(told)

    assert status == 1
    assert "✗ asked: effect is ask, not deny (rule “ask”)" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["", "[[expect]]\nname = 1", CASE + 'at = "2026-12-24T03:00:00"', CASE + "extra = 1"])
def test_expectations_that_cannot_be_meant_are_refused(tmp_path: Path, wrong: str) -> None:
    """A table with a mistake tests nothing, so it is an error; so is an empty one."""
    told = _settings(tmp_path, ASK, wrong)

    with pytest.raises(ValueError, match=r"policy_tests\.toml: expect"):
        check_policy(told)


def test_the_terminal_explains_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody asks there, so nobody is left out of those who may say yes."""
    told = _settings(tmp_path, ASK, CASE)

    explain_policy(told, "kube_scale at 03:00")

    said = capsys.readouterr().out
    assert "1 person of @oncall within 15 minutes." in said
    assert "asked by nobody" in said

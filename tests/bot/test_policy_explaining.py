"""Explaining the policy: the answer that a proposal would get, and a helpful sentence for words that mean nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approvals.explaining import Explainer, moment, verdict
from bot.approvals.policy import Context, Policy, read_policy
from bot.rules import changes
from tests.bot.flow_fakes import ANA, make_proposal
from tools import CATALOGUE
from tools.contract import Risk

SHIPPED = read_policy(Path(__file__).parents[2] / "config" / "policy.toml", changes())
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
RULES = """
stage = "assist"

[[window]]
name = "night"
zone = "Europe/Berlin"
from = "22:00"
to = "06:00"

[[rule]]
name = "asleep"
during = ["night"]
severity = ["", "P3", "P4"]
effect = "deny"
why = "Nobody is there to look after it."

[[rule]]
name = "grave"
severity = ["P1"]
effect = "ask"
groups = ["oncall", "leads"]
quorum = 2

[[rule]]
name = "usual"
environment = ["production", "staging"]
effect = "ask"
groups = ["oncall"]
minutes = 10
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """Return a policy with a night."""
    file = tmp_path / "policy.toml"
    file.write_text(RULES, "utf-8")
    return read_policy(file, changes())


def _explained(policy: Policy, words: str) -> str:
    return Explainer(lambda: policy, CATALOGUE, lambda: {"production", "qa"})(words, ANA, "C0INCIDEN", NOW)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("kube_scale in production", ["1 person of @oncall within 10 minutes", "“usual”", "medium risk", "not you"]),
        ("kube_scale in Staging", ["“usual”"]),
        ("kube_scale in production for p1", ["2 different people of @oncall or @leads", "“grave”", "15 minutes"]),
        ("kube_scale in production at 03:00", ["refused", "“asleep”: Nobody is there", "03:00 UTC"]),
        ("kube_scale for P2 at 03:00 in production", ["“usual”"]),
        ("kube_scale in production at 21:30", ["“asleep”"]),  # 23:30 in Berlin
        ("kube_scale in production at 21:30 Europe/Berlin", ["“usual”", "21:30 Europe/Berlin"]),
        ("kube_scale in production at 2026-12-24 4:15 Europe/Berlin", ["“asleep”", "Thu 24 Dec 2026 04:15"]),
        ("KUBE_SCALE in qa", ["refused", "“no rule”"]),
        ("kube_scale", ["no known environment", "“no rule”"]),
    ],
)
def test_it_says_what_would_be_decided(policy: Policy, words: str, said: list[str]) -> None:
    """Who has to say yes, how many, for how long, by which rule; the order of conditions is free."""
    told = _explained(policy, words)

    assert all(one in told for one in said), told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "policy explain kube_scale in production"),
        ("kube_scal in production", "did you mean kube_scale?"),
        ("frobnicate", "the changes are "),
        ("kube_pods in production", "only reads"),
        ("kube_scale in prod", "there is production, qa, staging"),
        ("kube_scale for P9", "one of P1, P2, P3, P4"),
        ("kube_scale at 3am", "as `18:00`"),
        ("kube_scale at 03:00 Mars/Base", "no time zone `Mars/Base`"),
        ("kube_scale in", "I do not know what “in” means"),
        ("kube_scale near production", "I do not know what “near” means"),
    ],
)
def test_words_that_mean_nothing_get_one_sentence_that_helps(policy: Policy, words: str, said: str) -> None:
    """What is wrong is named, and what would be right."""
    told = _explained(policy, words)

    assert said in told
    assert "\n" not in told


@given(
    environment=st.sampled_from(["production", "staging", "qa"]),
    severity=st.sampled_from(["", "P1", "P2", "P3", "P4"]),
    hour=st.integers(0, 23),
)
@settings(max_examples=40)
def test_it_explains_the_very_decision_a_proposal_gets(environment: str, severity: str, hour: int) -> None:
    """Same tool, place, severity, asker and time: the same verdict and the same rule."""
    words = f"kube_scale in {environment}{f' for {severity}' if severity else ''} at {hour:02}:00"
    proposal = make_proposal(tool="kube_scale", risk=Risk.MEDIUM)
    at, _ = moment([f"{hour:02}:00"], NOW)

    told = Explainer(lambda: SHIPPED, CATALOGUE, lambda: {"production", "staging", "qa"})(words, ANA, "C0INCIDEN", NOW)

    decision = SHIPPED.decide(proposal, Context("C0INCIDEN", severity, at))
    assert verdict(decision, ANA) in told
    assert f"“{decision.rule}”" in told


@given(words=st.lists(st.text(max_size=12) | st.sampled_from(["in", "for", "at", "kube_scale", "P1"]), max_size=6))
@settings(max_examples=80)
def test_any_words_get_an_answer(words: list[str]) -> None:
    """Nothing that people type breaks it."""
    told = Explainer(lambda: SHIPPED, CATALOGUE, lambda: {"production"})(" ".join(words), ANA, "C0INCIDEN", NOW)

    assert told


def test_what_a_change_would_be_called_with_is_told_with_it(tmp_path: Path) -> None:
    """A rule about arguments is explained for the arguments given, and only a real argument can be given."""
    file = tmp_path / "policy.toml"
    head, deny = 'stage = "assist"\n[[rule]]\nname = "x"\n', 'effect = "deny"\narguments = { replicas = ["0"] }\n'
    file.write_text(f"{head}{deny}{RULES.partition('[[rule]]')[1]}\nname = 'rest'\neffect = 'ask'\ngroups = ['oncall']")
    policy = read_policy(file, changes())

    none, some, wrong = (
        _explained(policy, f"kube_scale with {told} in production")
        for told in ("replicas=0", "replicas=2", "replica=0")
    )

    assert "with replicas=0" in none
    assert "It would be refused." in none
    assert "It would be asked" in some
    assert wrong == "Kube_scale has no argument replica; it has deployment, namespace, replicas."

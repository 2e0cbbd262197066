"""The policy: the first rule that matches decides, what nobody thought of is denied, and mistakes are named."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.approvals.again import tightened
from bot.approvals.arguments import met
from bot.approvals.autonomy import Stage, autonomous
from bot.approvals.model import Decision, Effect
from bot.approvals.policy import Context, Policy, PolicyFile, read_policy
from tests.bot.conftest import CHANGES
from tests.bot.flow_fakes import NOON, make_proposal
from tools.contract import JsonObject, Risk
from tools.proposal import Proposal

HERE = Context("C0INCIDEN")
SHIPPED = read_policy(Path(__file__).parents[2] / "config" / "policy.toml", CHANGES)


def _policy(folder: Path, text: str) -> Policy:
    file = folder / "policy.toml"
    file.write_text(text, "utf-8")
    return read_policy(file, CHANGES)


def _decided(folder: Path, text: str, proposal: Proposal, context: Context = HERE) -> Decision:
    return _policy(folder, text).decide(proposal, context)


ASK_ONCALL = '[[rule]]\nname = "ask"\neffect = "ask"\ngroups = ["oncall"]\n'
NIGHT = '[[window]]\nname = "night"\nfrom = "22:00"\nto = "06:00"\n'
ALLOW = '[[rule]]\nname = "allow"\neffect = "allow"\n'


def test_the_first_rule_that_matches_decides(tmp_path: Path) -> None:
    """A later rule that would match as well is not looked at."""
    text = f'stage = "assist"\n[[rule]]\nname = "no scaling"\ntool = "*_scale"\neffect = "deny"\n{ASK_ONCALL}'

    decision = _decided(tmp_path, text, make_proposal())

    assert (decision.effect, decision.rule) == (Effect.DENY, "no scaling")


@pytest.mark.parametrize(
    "condition",
    [
        'tool = "kube_scale"',
        'tool = "kube_*"',
        'risk = ["medium", "high"]',
        'environment = ["production"]',
        'severity = ["P1"]',
        'channel = ["C0INCIDEN"]',
        'asker = ["U0ANA0001"]',
        'during = ["night"]',
        'arguments = { namespace = ["sh*"], replicas = ["2", "3"] }',
    ],
)
def test_each_condition_is_looked_at(tmp_path: Path, condition: str) -> None:
    """A rule matches what its condition names, and nothing else."""
    text = f'stage = "assist"\n{NIGHT}{ASK_ONCALL}{condition}\n'
    other = replace(make_proposal(tool="other", risk=Risk.LOW, asker="U0BEN0001"), environment="staging", args={})
    file = tmp_path / "policy.toml"
    file.write_text(text, "utf-8")
    policy = read_policy(file, (*CHANGES, "other"))

    named = policy.decide(make_proposal(), Context("C0INCIDEN", "P1", NOON + timedelta(hours=12)))
    unnamed = policy.decide(other, Context("C0GENERAL", "P3", NOON))

    assert named.effect is Effect.ASK
    assert (unnamed.effect, unnamed.rule) == (Effect.DENY, "no rule")


@pytest.mark.parametrize(
    ("title", "label", "effect"),
    [
        ("Block public access to acme-receipts (S3.8)", "security-remediation", Effect.ALLOW),
        ("Encrypt acme-orders (RDS.3)", "security-remediation", Effect.ASK),
        ("Rotate (KMS.4) and open up (S3.8) everything", "security-remediation", Effect.ASK),
        ("Block public access to acme-receipts (S3.8)", "chore", Effect.ASK),
    ],
)
def test_only_finding_types_that_are_listed_are_remedied_by_themselves(
    tmp_path: Path, title: str, label: str, effect: Effect
) -> None:
    """A pull request for a listed control opens with nobody asked; any other is asked about, as before."""
    listed = f'{ALLOW}arguments = {{ title = ["* (S3.8)"], labels = ["security-remediation"] }}\n'
    args: JsonObject = {"title": title, "labels": ["aws", label], "files": {"storage.tf": ""}}
    proposal = replace(make_proposal(), args=args)

    decision = _decided(tmp_path, f'stage = "orchestrate"\n{listed}{ASK_ONCALL}', proposal, Context("C0INCIDEN", "P3"))

    assert decision.effect is effect


@given(st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3) | st.dictionaries(st.text(), st.text())))
def test_an_argument_that_is_not_given_fits_nothing(arguments: dict[str, object]) -> None:
    """A condition is met by a value, never by its absence or by what cannot be compared."""
    wanted = {"control": ("*",)}

    assert met(wanted, arguments) is isinstance(arguments.get("control"), str)


def test_a_condition_on_an_argument_that_no_such_change_has_is_a_mistake(tmp_path: Path) -> None:
    """A rule that could never hold would refuse nothing, so it is not read."""
    file = tmp_path / "policy.toml"
    file.write_text(f'stage = "assist"\n{ASK_ONCALL}tool = "kube_*"\narguments = {{ replica = ["3"] }}\n', "utf-8")

    with pytest.raises(ValueError, match="looks at replica, but no change"):
        read_policy(file, {"kube_scale": ("replicas",), "other": ("replica",)})


def test_an_unknown_tool_is_denied_whatever_the_rules_say(tmp_path: Path) -> None:
    """A tool that does not exist is not asked about."""
    decision = _decided(tmp_path, f'stage = "orchestrate"\n{ALLOW}', make_proposal(tool="rm_rf"))

    assert (decision.effect, decision.rule) == (Effect.DENY, "unknown tool")


def test_advise_changes_nothing(tmp_path: Path) -> None:
    """At the first stage everything is advice."""
    decision = _decided(tmp_path, f'stage = "advise"\n{ALLOW}', make_proposal(risk=Risk.LOW))

    assert decision.effect is Effect.DENY


@pytest.mark.parametrize(
    ("stage", "risk", "severity", "alone"),
    [
        (Stage.ASSIST, Risk.LOW, "", True),
        (Stage.ASSIST, Risk.MEDIUM, "P4", False),
        (Stage.ORCHESTRATE, Risk.MEDIUM, "P3", True),
        (Stage.ORCHESTRATE, Risk.MEDIUM, "P1", False),
        (Stage.ORCHESTRATE, Risk.MEDIUM, "", False),
        (Stage.ORCHESTRATE, Risk.HIGH, "P4", False),
        (Stage.ADVISE, Risk.LOW, "P4", False),
    ],
)
def test_what_runs_by_itself(*, stage: Stage, risk: Risk, severity: str, alone: bool) -> None:
    """Low risk from assist on, minor alerts when orchestrating, high risk never."""
    assert autonomous(stage, risk, severity) is alone


def test_what_may_not_run_by_itself_is_asked(tmp_path: Path) -> None:
    """An allowed change beyond the stage goes to the rule's groups, and to nobody if it has none."""
    asked = _decided(tmp_path, f'stage = "assist"\n{ALLOW}groups = ["oncall"]\n', make_proposal())
    denied = _decided(tmp_path, f'stage = "assist"\n{ALLOW}', make_proposal())

    assert (asked.effect, asked.groups) == (Effect.ASK, ("oncall",))
    assert denied.effect is Effect.DENY


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("", "stage"),
        ('stage = "yolo"', "stage"),
        ('stage = "assist"\n[[rule]]\nname = "x"\neffect = "maybe"', "effect"),
        ('stage = "assist"\n[[rule]]\nname = "x"\neffect = "ask"', "groups"),
        (f'stage = "assist"\n{ASK_ONCALL}quorum = 0', "quorum"),
        (f'stage = "assist"\n{ASK_ONCALL}minutes = 90', "minutes"),
        (f'stage = "assist"\n{ASK_ONCALL}enviroment = ["production"]', "enviroment"),
        (f'stage = "assist"\n{ASK_ONCALL}environment = []', "environment"),
        (f'stage = "assist"\n{ASK_ONCALL}severity = ["p1"]', "severity"),
        (f'stage = "assist"\n{ASK_ONCALL}channel = ["#incidents"]', "channel"),
        (f'stage = "assist"\n{ASK_ONCALL}asker = ["ana"]', "asker"),
        (f'stage = "assist"\n{ASK_ONCALL}arguments = {{ replicas = [] }}', "arguments"),
        (f'stage = "assist"\n{ASK_ONCALL}tool = "kube_scal"', "no change has that name"),
        (f'stage = "assist"\n{ASK_ONCALL}during = ["weekend"]', r"no \[\[window\]\] has that name"),
        (f'stage = "assist"\n{NIGHT}zone = "Mars"\n{ASK_ONCALL}', "no time zone `Mars`"),
        (f'stage = "assist"\n{ASK_ONCALL}{ASK_ONCALL}', "two rules are named"),
        ("stage = ", "policy.toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, about: str) -> None:
    """A policy that cannot mean what it says is not read, and the place is named."""
    with pytest.raises(ValueError, match=about):
        _policy(tmp_path, text)


def test_a_freeze_with_an_exemption(tmp_path: Path) -> None:
    """In a freeze nothing is changed but for the severities that its rule leaves out; outside nothing is frozen."""
    freeze = '[[rule]]\nname = "frozen"\nduring = ["night"]\nseverity = ["", "P3", "P4"]\neffect = "deny"\n'
    policy = _policy(tmp_path, f'stage = "assist"\n{NIGHT}{freeze}{ASK_ONCALL}')
    midnight = NOON + timedelta(hours=12)

    rules = [
        policy.decide(make_proposal(), Context("C0INCIDEN", severity, at)).rule
        for severity, at in (("", midnight), ("P3", midnight), ("P1", midnight), ("", NOON))
    ]

    assert rules == ["frozen", "frozen", "ask", "ask"]


@given(
    rules=st.lists(
        st.tuples(
            st.sampled_from(["*", "kube_*", "kube_scale", "kube_restart"]),
            st.sampled_from([None, ("low",), ("medium", "high")]),
            st.sampled_from([None, ("production",), ("", "staging")]),
            st.sampled_from([None, ("P1",), ("", "P4")]),
            st.sampled_from([None, ("day",), ("night", "day")]),
        ),
        max_size=6,
    ),
    hour=st.integers(0, 23),
    severity=st.sampled_from(["", "P1", "P4"]),
)
@hypothesis_settings(max_examples=60)
def test_rules_before_the_first_match_do_not_match(rules: list[tuple[Any, ...]], hour: int, severity: str) -> None:
    """Whatever the rules: the one that decides matches alone, and every one above it alone would not have."""
    names = ("tool", "risk", "environment", "severity", "during")
    each = [
        {"name": str(number), "effect": "deny"} | {n: v for n, v in zip(names, one, strict=True) if v}
        for number, one in enumerate(rules)
    ]
    windows = [
        {"name": "day", "from": "08:00", "to": "20:00"},
        {"name": "night", "from": "20:00", "to": "08:00"},
    ]
    context = Context("C0INCIDEN", severity, NOON.replace(hour=hour))

    def decided(some: list[dict[str, Any]]) -> str:
        file = PolicyFile.model_validate({"stage": "assist", "window": windows, "rule": some})
        return Policy(file, CHANGES).decide(make_proposal(), context).rule

    alone = [decided([rule]) for rule in each]

    assert decided(each) == next((rule for rule in alone if rule != "no rule"), "no rule")


def test_the_version_moves_with_the_rules(tmp_path: Path) -> None:
    """Another rule is another version; another comment is not."""
    first = _policy(tmp_path, f'stage = "assist"\n{ASK_ONCALL}').version

    assert _policy(tmp_path, f'# why\nstage = "assist"\n{ASK_ONCALL}').version == first
    assert _policy(tmp_path, f'stage = "assist"\n{ASK_ONCALL}quorum = 2').version != first


def test_the_shipped_policy_asks_for_what_it_says() -> None:
    """One on-call engineer for a deployment, two for high risk and five minutes."""
    usual = SHIPPED.decide(make_proposal(), HERE)
    grave = SHIPPED.decide(make_proposal(risk=Risk.HIGH), HERE)

    assert (usual.effect, usual.groups, usual.quorum, usual.minutes) == (Effect.ASK, ("oncall",), 1, 15)
    assert (grave.effect, grave.groups, grave.quorum, grave.minutes) == (Effect.ASK, ("oncall",), 2, 5)


@given(
    tool=st.sampled_from([*CHANGES, "other"]) | st.text(max_size=20),
    risk=st.sampled_from(Risk),
    environment=st.text(max_size=10),
    severity=st.sampled_from(["", "P1", "P2", "P3", "P4", "P9"]),
    asker=st.text(max_size=10),
)
def test_the_shipped_policy_always_has_an_answer(
    tool: str, risk: Risk, environment: str, severity: str, asker: str
) -> None:
    """Every proposal is asked about, with somebody to ask, or denied; nothing runs by itself as shipped."""
    proposal = replace(make_proposal(tool=tool, risk=risk, asker=asker), environment=environment)

    decision = SHIPPED.decide(proposal, Context("C1", severity))

    assert decision.effect is not Effect.ALLOW
    assert (decision.effect is Effect.ASK) == bool(decision.groups)
    assert 1 <= decision.minutes <= 60


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ({}, {}, ""),
        ({"effect": Effect.ALLOW}, {"effect": Effect.ALLOW}, ""),
        ({"quorum": 2}, {"quorum": 1}, ""),
        ({}, {"groups": ("oncall", "leads")}, ""),
        ({}, {"effect": Effect.ALLOW}, ""),
        ({}, {"effect": Effect.DENY}, "does not allow"),
        ({"effect": Effect.ALLOW}, {}, "people have to say yes"),
        ({}, {"quorum": 2}, "more people"),
        ({}, {"groups": ("leads",)}, "asks others"),
    ],
)
def test_a_yes_is_not_enough_where_the_policy_asks_for_more_by_now(
    then: dict[str, Any], now: dict[str, Any], said: str
) -> None:
    """What became laxer or stayed does not matter; what became stricter is named."""
    asked = Decision(Effect.ASK, "rule", ("oncall",), 1, 15, "v1")

    told = tightened(replace(asked, **then), replace(asked, **now))

    assert said in told
    assert bool(told) == bool(said)

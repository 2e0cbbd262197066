"""Looking and changing are two roles: readings take one, and only the executor the other, for one change at a time."""

import re
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from config.settings import settings
from sandbox.aws import server
from tests.aws_account import Account, looked_at
from tests.tools.conftest import KEY, Bench
from tools import acting
from tools.aws.alarms import aws_alarms
from tools.aws.client import writer
from tools.aws.roles import identity_of, own_session, session_policy
from tools.contract import Change, Preview, Refused, Risk, Settled, Settlement, Unknown
from tools.declare import changes
from tools.execute import Executor
from tools.proposal import Grant, Outcome, Verdict

READ, WRITE = "arn:aws:iam::123456789012:role/infra-read", "arn:aws:iam::123456789012:role/infra-write"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Serve an account with both roles set."""
    monkeypatch.setenv("AWS_READ_ROLE_ARN", READ)
    monkeypatch.setenv("AWS_WRITE_ROLE_ARN", WRITE)
    with looked_at({"cloudwatch/alarms.json": {"MetricAlarms": []}}) as served:
        yield served


@changes(
    risk=Risk.LOW,
    needs=("ec2:StopInstances",),
    preview=lambda instance: Preview(f"Stop {instance}", "", "", "", {"instance": instance}),
    settle=lambda instance: Settlement(Settled.DONE, f"{instance} stops."),
)
def stop_instance(instance: str) -> str:
    """Stop an instance."""
    with writer("ec2") as client:
        client.stop_instances(InstanceIds=[instance])
    return f"{instance} stops."


@changes(
    risk=Risk.LOW,
    needs=("ec2:StopInstances",),
    preview=lambda instance: Preview(f"Stop {instance}", "", "", "", {"instance": instance}),
    settle=lambda instance: Settlement(Settled.NOT_DONE, f"{instance} is as it was."),
)
def terminate_instance(instance: str) -> str:
    """Do more than is declared."""
    with writer("ec2") as client:
        client.terminate_instances(InstanceIds=[instance])
    return f"{instance} is gone."


@pytest.fixture
def instance(account: Account) -> str:
    """Start an instance with the account's own key."""
    started = account.client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    account.cloud.calls.clear()
    return str(started["Instances"][0]["InstanceId"])


def test_readings_are_taken_under_the_read_role(account: Account) -> None:
    """Every call but the taking of the role itself, and the role is taken once."""
    for _ in range(3):
        aws_alarms.call()

    called = account.cloud.calls
    assert [call.operation for call in called].count("AssumeRole") == 1
    assert {call.session.role for call in called if call.service != "sts"} == {READ}


def test_without_a_read_role_the_bots_own_credentials_read(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """No role is taken."""
    monkeypatch.delenv("AWS_READ_ROLE_ARN")
    settings.cache_clear()

    aws_alarms.call()

    assert {call.session.role for call in account.cloud.calls} == {""}


def test_a_change_is_made_under_its_approvals_name(account: Account, instance: str, bench: Bench) -> None:
    """The write role, with the approval's id as source identity and as the name of the session."""
    outcome = _executed(bench, stop_instance, instance)

    [call] = [each for each in account.cloud.calls if each.service == "ec2"]
    assert outcome.verdict is Verdict.DONE
    assert (call.session.role, call.session.source, call.session.name) == (WRITE, "infra-lamp-to-5", "infra-lamp-to-5")
    assert call.session.allows == ("ec2:StopInstances",)


def test_a_change_can_do_only_what_it_declares(account: Account, instance: str, bench: Bench) -> None:
    """The session policy stops a tool that does something else than its needs say."""
    outcome = _executed(bench, terminate_instance, instance)

    states = account.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"]
    assert (outcome.verdict, states[0]["State"]["Name"]) == (Verdict.FAILED, "running")
    assert "denied ec2:TerminateInstances" in outcome.detail


def test_the_write_role_is_out_of_reach_outside_the_executor(account: Account) -> None:
    """Neither an agent nor a reading can take it."""
    with pytest.raises(Refused, match="only be made by the executor"), writer("ec2"):
        pass

    assert not account.cloud.calls


def test_without_a_write_role_nothing_is_changed(
    account: Account, instance: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot's own credentials are never used for a change; the sentence says what to set."""
    monkeypatch.delenv("AWS_WRITE_ROLE_ARN")
    settings.cache_clear()

    outcome = _executed(bench, stop_instance, instance)

    assert outcome.verdict is Verdict.FAILED
    assert "Set AWS_WRITE_ROLE_ARN" in outcome.detail
    assert not account.cloud.calls


def test_a_write_that_broke_the_service_is_in_doubt(
    account: Account, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 500 is never called a refusal, and the request is sent once."""
    monkeypatch.setattr(server, "by_moto", _broken)

    with acting.acting_on(_granted(bench, stop_instance, "i-1")), pytest.raises(Unknown):
        stop_instance.apply(instance="i-1")

    assert [call.service for call in account.cloud.calls].count("ec2") == 1


def _broken(_call: object, _request: object) -> NoReturn:
    raise RuntimeError


@drawn(max_examples=100)
@given(st.text(max_size=200))
def test_any_id_makes_a_name_that_sts_takes(approval: str) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html."""
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", identity_of(approval), re.ASCII)


def test_a_session_policy_has_exactly_the_needs() -> None:
    """AWS's actions only, each by name."""
    policy = session_policy(("ec2:StopInstances", "apps/deployments:patch", "ec2:DescribeInstances"))

    assert '"Action":["ec2:DescribeInstances","ec2:StopInstances"]' in policy


def _granted(bench: Bench, change: Change, instance: str) -> Grant:
    shown, args = change.preview(instance=instance), {"instance": instance}
    return bench.grant(tool=change.name, version=change.version, needs=change.needs, args=args, preview=shown)


def _executed(bench: Bench, change: Change, instance: str) -> Outcome:
    executor = Executor({change.name: change}, bench.ledger, KEY, lambda: bench.now)
    return executor.execute(_granted(bench, change, instance))


@pytest.mark.usefixtures("account")
def test_api_models_are_read_once_in_a_process() -> None:
    """Sessions come and go with changes; AWS's API models are read from disk for the first only."""
    models = [own_session(settings()).client("sts", region_name="us-east-1").meta.service_model for _ in range(2)]

    assert models[0].metadata is models[1].metadata

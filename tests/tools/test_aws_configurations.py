"""What AWS Config recorded of a resource, and what it did not."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.aws_account import Account, at, looked_at
from tools.aws.configurations import aws_config_history, changed
from tools.contract import Call, Role

GROUP, BUCKET = "AWS::EC2::SecurityGroup", "AWS::S3::Bucket"


def state(kind: str, name: str, minutes: int, configuration: object, **more: object) -> dict[str, object]:
    """Return a recorded state."""
    return {
        "configurationItemCaptureTime": at(minutes),
        "configurationItemStatus": "OK",
        "resourceType": kind,
        "resourceId": name,
        "configuration": json.dumps(configuration),
        **more,
    }


STATES = [
    state(GROUP, "sg-1", -90, {"ingress": {"cidr": "10.0.0.0/8", "port": 443}}, resourceName="checkout"),
    state(GROUP, "sg-1", -30, {"ingress": {"cidr": "0.0.0.0/0", "port": 443}}, resourceName="checkout"),
    state(BUCKET, "reports", -60 * 24 * 40, {"name": "reports"}),
    state(BUCKET, "old", -60 * 24 * 40, {"name": "old"}),
    state(BUCKET, "old", -600, {}, configurationItemStatus="ResourceDeleted"),
]


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account whose recorder is on."""
    with looked_at({"config/history.json": {"configurationItems": STATES}}) as served:
        yield served


@pytest.mark.parametrize("name", ["sg-1", "checkout"])
def test_what_changed_is_told_by_field_and_who_did_it_is_looked_for(name: str) -> None:
    """By its id or its name: from what to what, when, and CloudTrail around that time."""
    [found] = aws_config_history.call(kind=GROUP, resource=name).findings

    assert (found.code, found.role) == ("history_changed", Role.CHANGE)
    assert 'ingress.cidr` went from "10.0.0.0/8" to "0.0.0.0/0"' in found.observed
    assert found.since is not None
    around = found.since.isoformat()
    assert found.leads_to == (Call("aws_changes", {"resource": "checkout", "minutes": 60, "around": around}),)


def test_what_was_deleted_is_told() -> None:
    """The last state is compared with the one before the window."""
    [found] = aws_config_history.call(kind=BUCKET, resource="old").findings

    assert found.code == "history_deleted"


def test_what_did_not_change_is_calm() -> None:
    """A state before the window is no change in it."""
    [found] = aws_config_history.call(kind=BUCKET, resource="reports").findings

    assert (found.code, found.role) == ("history_unchanged", Role.HEALTHY)


def test_what_was_never_recorded_is_not_called_unchanged() -> None:
    """Nothing recorded is nothing known."""
    [found] = aws_config_history.call(kind=BUCKET, resource="none").findings

    assert (found.code, found.observed) == ("history_unknown", "AWS Config has not recorded none as AWS::S3::Bucket.")


def test_an_account_without_a_recorder_says_so() -> None:
    """In a sentence, and where else to look."""
    with looked_at({}):
        [found] = aws_config_history.call(kind=BUCKET, resource="reports").findings

    assert "has no recorder in this region" in found.observed


FIELDS = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4)


@hypothesis(max_examples=50)
@given(FIELDS, FIELDS)
def test_each_field_that_differs_is_told_once(before: dict[str, object], after: dict[str, object]) -> None:
    """No more, and no fewer."""
    differing = [name for name in {**before, **after} if before.get(name, ...) != after.get(name, ...)]

    told = list(changed(before, after))

    assert len(told) == len(differing)

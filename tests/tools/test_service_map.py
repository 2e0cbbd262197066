"""Which calls between services are in trouble, and where that begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.world import read_world
from tests.aws_account import Account, looked_at, world_of
from tools.aws.service_map import aws_service_map
from tools.contract import Role
from tools.scope import Scope, within

WORLD = Path(__file__).parents[2] / "sandbox" / "worlds" / "slow-call"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account whose traces show a dependency that fails."""
    with looked_at(read_world(WORLD)) as served:
        yield served


@pytest.mark.usefixtures("account")
def test_trouble_begins_where_nothing_behind_it_is_wrong() -> None:
    """The calls above it are its consequences; those that do as before are not named."""
    found = aws_service_map.call().findings

    assert [(one.role, one.subject) for one in found] == [
        (Role.CAUSE, "deployment/shop/payments"),
        (Role.SYMPTOM, "deployment/shop/checkout"),
        (Role.SYMPTOM, "deployment/shop/payments"),
    ]
    assert "payments to api.cardnetwork.example fail" in found[0].observed
    assert not any("catalog" in one.observed for one in found)


@pytest.mark.usefixtures("account")
def test_within_a_scope_other_services_are_not_told() -> None:
    """Both ends of a call have to be seen."""
    with within((Scope("this channel", namespaces=("media",)),)):
        assert "no traced calls" in aws_service_map.call().text


def test_an_account_without_traces_is_not_called_healthy() -> None:
    """Nothing traced is nothing known."""
    with looked_at(world_of({})):
        assert not aws_service_map.call().findings

"""Who closed or moved a way through the network, as CloudTrail recorded it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import at, looked_at
from tools.aws.network_changes import FINDINGS, aws_network_changes, judged
from tools.contract import Role

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def event(name: str, **more: object) -> dict[str, object]:
    """Return an event of a security group, 12 minutes ago."""
    group = {"ResourceType": "AWS::EC2::SecurityGroup", "ResourceName": "sg-0storefront"}
    said = {"EventId": "e-1", "EventName": name, "EventSource": "ec2.amazonaws.com", "Username": "ben"}
    return {**said, "EventTime": NOW - timedelta(minutes=12), "ReadOnly": "false", "Resources": [group], **more}


@pytest.mark.parametrize(
    ("name", "code", "role"),
    [
        ("RevokeSecurityGroupIngress", "network_narrowed", Role.CHANGE),
        ("CreateNetworkAclEntry", "network_narrowed", Role.CHANGE),
        ("DeregisterTargets", "network_narrowed", Role.CHANGE),
        ("AuthorizeSecurityGroupIngress", "network_widened", Role.CONTEXT),
        ("RunInstances", "network_unchanged", Role.HEALTHY),
    ],
)
def test_what_takes_a_way_away_is_a_suspect(name: str, code: str, role: Role) -> None:
    """A rule that is added stops no request, and a machine that starts is no change of the network."""
    (found,) = judged([event(name)], NOW)

    assert (found.code, found.role) == (code, role)


def test_what_was_refused_changed_nothing() -> None:
    """CloudTrail records attempts, too."""
    refused = event("RevokeSecurityGroupIngress", CloudTrailEvent='{"errorCode":"Client.UnauthorizedOperation"}')

    (found,) = judged([refused], NOW)

    assert found.code == "network_unchanged"


def test_who_did_it_is_told() -> None:
    """The event, the person and the security group."""
    told = event("RevokeSecurityGroupIngress", EventTime=at(-12))
    with looked_at({"cloudtrail/events.json": {"Events": [told]}}):
        (found,) = aws_network_changes.call().findings

    assert "ben did ec2 RevokeSecurityGroupIngress on sg-0storefront" in found.observed


@given(st.lists(st.fixed_dictionaries({}, optional={"EventName": st.text(), "Username": st.none() | st.text()})))
def test_no_event_breaks_the_judgment(events: list[dict[str, object]]) -> None:
    """Members may be missing; every finding's code is documented."""
    assert {one.code for one in judged(events, NOW)} <= FINDINGS.keys()

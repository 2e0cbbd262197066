"""Who closed or moved a way through the network: security groups, network ACLs, routes, listeners and targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tools.aws.client import cloudtrail
from tools.aws.trail import AFTER, sentence
from tools.aws.windows import Around, moment
from tools.contract import Finding, Observation, Role
from tools.declare import Minutes, reads
from tools.scope import require

if TYPE_CHECKING:
    from types_boto3_cloudtrail.type_defs import LookupAttributeTypeDef

FINDINGS = {
    "network_narrowed": "Somebody took a way through the network away: a rule, a route, a target, a subnet.",
    "network_widened": "Somebody added a way through the network; that stops no request.",
    "network_unchanged": "CloudTrail has no change of the network in the window.",
}
SOURCES = ("ec2.amazonaws.com", "elasticloadbalancing.amazonaws.com")
NARROWED = re.compile(
    r"(Revoke|Modify)SecurityGroup|UpdateSecurityGroup|DeleteSecurityGroup|(Create|Delete|Replace)NetworkAcl"
    r"|(Delete|Replace)Route|(Disassociate|Replace)RouteTable|Detach(Internet|Vpn)Gateway|DeleteNatGateway"
    r"|(Delete|Modify)VpcEndpoint|(Delete|Reject)VpcPeering|ModifyNetworkInterface|SetSecurityGroups|SetSubnets"
    r"|DeregisterTargets|ModifyTargetGroup|(Modify|Delete)Listener|(Modify|Delete)Rule"
)
"""Events after which requests may no longer arrive; an ACL's new entry may deny."""
WIDENED = re.compile(r"AuthorizeSecurityGroup|CreateRoute|AssociateRouteTable|RegisterTargets|CreateVpcEndpoint")
PAGES, TOLD = 4, 4
"""Pages of 50 events that are looked through a source, and changes that are told."""
SUBJECT = "network/account"


@reads(needs=("cloudtrail:LookupEvents",))
def aws_network_changes(minutes: Minutes = 180, around: Around = "") -> Observation:
    """Say who changed security groups, network ACLs, routes, listeners or targets, so that requests may not arrive.

    With a moment given, it is the time before that moment, and a little after it.
    """
    now = datetime.now(UTC)
    end = min(now, moment(around) + AFTER) if around else now
    require("databases", "")  # the network is everybody's: unscoped runs see it
    start = end - timedelta(minutes=minutes) - (AFTER if around else timedelta())
    events = [each for source in SOURCES for each in _events(source, start, end)]
    found = judged(events, now)
    return Observation("\n".join(one.observed for one in found), found)


def judged(events: Iterable[Any], now: datetime) -> tuple[Finding, ...]:
    """Return the changes that take a way away, newest first, then those that add one; refused attempts are none."""
    done = [each for each in events if each.get("EventTime") and '"errorCode"' not in each.get("CloudTrailEvent", "")]
    ranked = sorted(done, key=lambda each: each["EventTime"], reverse=True)
    narrowed = [each for each in ranked if NARROWED.match(each.get("EventName", ""))]
    widened = [each for each in ranked if WIDENED.match(each.get("EventName", ""))]
    told = [
        *_told(narrowed, now, "network_narrowed", Role.CHANGE),
        *_told(widened, now, "network_widened", Role.CONTEXT),
    ]
    said = "CloudTrail has no change of security groups, ACLs, routes, listeners or targets in the window."
    return tuple(told) or (Finding("network_unchanged", SUBJECT, said, "LookupEvents", 0.6, Role.HEALTHY),)


def _told(events: Sequence[Any], now: datetime, code: str, role: Role) -> list[Finding]:
    advice = "Undo this change of the network, in its Terraform if it is there." if role is Role.CHANGE else ""
    return [
        Finding(
            code=code,
            subject=SUBJECT,
            observed=sentence(each, now),
            pointer=f"CloudTrail event {each.get('EventId', '')}",
            confidence=0.65,
            role=role,
            since=each["EventTime"],
            advice=advice,
        )
        for each in events[:TOLD]
    ]


def _events(source: str, start: datetime, end: datetime) -> list[Any]:
    wanted: LookupAttributeTypeDef = {"AttributeKey": "EventSource", "AttributeValue": source}
    with cloudtrail() as client:
        pages = client.get_paginator("lookup_events").paginate(
            LookupAttributes=[wanted],
            StartTime=start,
            EndTime=end,
            PaginationConfig={"MaxItems": PAGES * 50, "PageSize": 50},
        )
        return [each for page in pages for each in page.get("Events", [])]

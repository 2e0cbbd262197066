"""What stands behind a load balancer: why its targets are unhealthy, and the ECS service whose tasks they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field

from tools.aws.client import reader
from tools.aws.target_owners import Owner, owners
from tools.aws.target_reasons import FINDINGS as REASONS
from tools.aws.target_reasons import Reason, reason_of
from tools.aws.wording import shortened
from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads

if TYPE_CHECKING:
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client

FINDINGS = {
    **REASONS,
    "targets_owned": "The targets of a load balancer are the tasks of an ECS service.",
    "targets_none": "A target group of a load balancer has no target.",
    "targets_fine": "All targets of a load balancer pass their health check.",
    "targets_unknown": "The load balancer is gone, or has no such target group.",
}
GROUPS = 20
"""Target groups that are looked at; each takes a request."""

Name = Annotated[
    str, Field(min_length=1, max_length=255, description="as the CloudWatch dimension LoadBalancer has it")
]
Group = Annotated[str, Field(max_length=255, description="as the dimension TargetGroup has it; empty for all")]


@dataclass(frozen=True)
class TargetGroup:
    """A target group, its targets' health, and the ECS services that register their tasks with it.

    Attributes:
        told: DescribeTargetGroups' structure.
        targets: DescribeTargetHealth's structures.
        owners: The services.
    """

    told: Mapping[str, Any]
    targets: Sequence[Any]
    owners: Sequence[Owner] = ()

    @property
    def name(self) -> str:
        """Its name, without the ARN around it."""
        return str(self.told["TargetGroupName"])


@reads(
    needs=(
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
    )
)
def aws_target_health(
    kind: Literal["load_balancer", "network_load_balancer"], name: Name, target_group: Group = ""
) -> Observation:
    """Say why targets behind a load balancer are unhealthy, and which ECS service's tasks they are."""
    groups = _groups(name, target_group)
    by_group = owners({each.told["TargetGroupArn"] for each in groups}) if groups else {}
    owned = [TargetGroup(each.told, each.targets, by_group.get(each.told["TargetGroupArn"], ())) for each in groups]
    found = judged(f"{kind}/{name}", owned)
    return Observation("\n".join(one.observed for one in found), found)


def judged(where: str, groups: Sequence[TargetGroup]) -> tuple[Finding, ...]:
    """Return why targets are unhealthy, the most frequent reason first, and whose tasks they are."""
    if not groups:
        none = f"AWS knows no target group of {where.partition('/')[2]}."
        return (Finding("targets_unknown", where, none, "DescribeTargetGroups", 0.6, Role.CONTEXT),)
    ill = tuple(one for group in groups for one in _unhealthy(where, group))
    owned = tuple(one for group in groups for one in _owned(where, group))
    if any(one.role in {Role.CAUSE, Role.SYMPTOM} for one in ill):
        return (*ill, *owned)
    count = sum(len(group.targets) for group in groups)
    fine = f"No target of {where.partition('/')[2]} fails its health check, of {count}."
    return (Finding("targets_fine", where, fine, "DescribeTargetHealth", 0.75, Role.HEALTHY), *ill, *owned)


def _unhealthy(where: str, group: TargetGroup) -> Iterator[Finding]:
    leads = tuple(each.look for each in group.owners)
    if not group.targets:
        none = f"Target group {group.name} has no target."
        yield Finding("targets_none", where, none, "DescribeTargetHealth", 0.8, Role.SYMPTOM, leads_to=leads)
    by_code: dict[str, list[tuple[Reason, Any]]] = defaultdict(list)
    for each in group.targets:
        if reason := reason_of(each["TargetHealth"]):
            by_code[reason.code].append((reason, each))
    for several in sorted(by_code.values(), key=len, reverse=True):
        yield _finding(where, group, several[0][0], [each for _, each in several], leads)


def _finding(
    where: str, group: TargetGroup, reason: Reason, targets: Sequence[Any], leads: tuple[Call, ...]
) -> Finding:
    said = shortened(targets[0]["TargetHealth"].get("Description", ""), 160).rstrip(".")
    count = f"{len(targets)} of {len(group.targets)} targets of {group.name}"
    asked = f" ({_check(group.told)})" if reason.asks else ""
    about = group.owners[0].subject if reason.role is Role.CAUSE and len(group.owners) == 1 else where
    return Finding(
        code=reason.code,
        subject=about,  # a check that asks for the wrong thing is a matter of what it asks
        observed=f"{count} {reason.means}{asked}{f': {said}' if said else ''}.",
        pointer=f"DescribeTargetHealth, {targets[0]['TargetHealth'].get('Reason', 'no reason')}",
        confidence=reason.sure,
        role=reason.role,
        leads_to=leads,
        advice=reason.advice,
    )


def _check(told: Mapping[str, Any]) -> str:
    """Return what a target group's health check asks, and which answer it wants."""
    wants = told.get("Matcher", {}).get("HttpCode", "")
    asked = f"{told.get('HealthCheckProtocol', '')} {told.get('HealthCheckPath', '')}".strip()
    on = told.get("HealthCheckPort", "traffic-port")
    port = "" if on == "traffic-port" else f" on port {on}"
    return f"its check asks {asked}{port}{f' and wants {wants}' if wants else ''}"


def _owned(where: str, group: TargetGroup) -> Iterator[Finding]:
    for each in group.owners:
        told = f"The targets of {group.name} are tasks of ECS service {each.service}."
        yield Finding(
            "targets_owned", where, told, "DescribeServices, loadBalancers", 0.9, Role.CONTEXT, leads_to=(each.look,)
        )


def _groups(name: str, wanted: str) -> list[TargetGroup]:
    """Return a load balancer's target groups, or the one that is wanted; none if there is no such balancer."""
    with reader("elbv2") as made:
        client = cast("ElasticLoadBalancingv2Client", made)
        arn = _arn(client, name)
        told = client.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"] if arn else []
        held = [each for each in told if not wanted or _group_id(each["TargetGroupArn"]) == _group_id(wanted)]
        return [
            TargetGroup(
                each,
                client.describe_target_health(TargetGroupArn=each["TargetGroupArn"])["TargetHealthDescriptions"],
            )
            for each in held[:GROUPS]
        ]


def _arn(client: ElasticLoadBalancingv2Client, name: str) -> str:
    """Return the ARN that ends in a dimension such as app/shop/50dc6c495c0c9188; empty if there is none."""
    short = re.sub(r"^(?:app|net)/([^/]+)/.*$", r"\1", name)
    try:
        told = client.describe_load_balancers(Names=[short])["LoadBalancers"]
    except client.exceptions.LoadBalancerNotFoundException:
        return ""
    return next((each["LoadBalancerArn"] for each in told if _is(each["LoadBalancerArn"], name)), "")


def _is(arn: str, name: str) -> bool:
    held = arn.partition(":loadbalancer/")[2]
    return name in {held, held.split("/")[1] if held.count("/") > 1 else held}


def _group_id(told: str) -> str:
    """Return targetgroup/name/id of an ARN or of a dimension."""
    return f"targetgroup/{told.rpartition('targetgroup/')[2]}"

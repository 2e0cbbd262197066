"""Reading of what could be saved, each with its amount, evidence, risk, and the pull request where code declares it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from config.settings import settings
from tools.contract import Finding, Observation, Role, ToolError
from tools.cost.idle import Saving, too_large, unused_addresses, unused_volumes
from tools.cost.money import words
from tools.cost.prices import source
from tools.cost.proposing import Code, remedy
from tools.cost.standing import idle_balancers, idle_gateways, old_snapshots
from tools.cost.watched import light_databases, light_instances
from tools.declare import reads
from tools.scope import require
from tools.security.code import terraform
from tools.security.homes import regions

FINDINGS = {
    "cost_idle_volume": "A volume is attached to nothing.",
    "cost_idle_address": "A public address is kept and leads nowhere.",
    "cost_dear_volume": "A gp2 volume that gp3 would do as well for less.",
    "cost_idle_balancer": "A load balancer that nobody connected to for two weeks.",
    "cost_idle_gateway": "A NAT gateway that carried nothing for two weeks.",
    "cost_old_snapshot": "An old snapshot of a volume that is gone, which no image and no backup plan needs.",
    "cost_oversized": "An instance is larger than its load needs, says Compute Optimizer.",
    "cost_light_instance": "An instance carried for weeks what half its size would carry, says CloudWatch.",
    "cost_light_database": "A PostgreSQL database carried for weeks what half its class would carry, says CloudWatch.",
    "cost_lean": "Nothing was found that could be saved.",
}
LOOKS: Mapping[str, Callable[[str], Iterable[Saving]]] = {
    "volumes": unused_volumes,
    "addresses": unused_addresses,
    "load balancers": idle_balancers,
    "NAT gateways": idle_gateways,
    "snapshots": old_snapshots,
    "Compute Optimizer": too_large,
    "utilization of instances": light_instances,
    "utilization of databases": light_databases,
}


@reads(
    needs=(
        "ec2:DescribeInstances",
        "ec2:DescribeVolumes",
        "ec2:DescribeAddresses",
        "ec2:DescribeSnapshots",
        "ec2:DescribeImages",
        "ec2:DescribeNatGateways",
        "elasticloadbalancing:DescribeLoadBalancers",
        "cloudwatch:GetMetricData",
        "rds:DescribeDBInstances",
        "compute-optimizer:GetEC2InstanceRecommendations",
        "contents:read",
        "metadata:read",
    )
)
def cost_savings() -> Observation:
    """List what could be saved: idle volumes, addresses, balancers and NAT gateways, old snapshots, oversized machines.

    Each with USD a month, evidence and risk. What Terraform declares has the pull request that saves it as its remedy.
    """
    require("databases", "")  # the widest of the scopes that name AWS's things: unscoped runs see all
    found, unread = list[Saving](), list[str]()
    for name, look in LOOKS.items():
        for region in regions():
            try:
                found += look(region)
            except ToolError as why:
                unread.append(f"{name} in {region}: {why}")
    if len(unread) == len(LOOKS) * len(regions()):
        raise ToolError(f"Nothing could be asked: {unread[0]}")
    return _told(sorted(_once(found), key=lambda one: -one.monthly), unread)


def _once(found: Sequence[Saving]) -> list[Saving]:
    """Return each thing once for the same edit; Compute Optimizer, asked first, models more than we measure."""
    kept = {(one.names[0], one.argument[0] or one.code): one for one in reversed(found)}
    return list(kept.values())


def _told(found: Sequence[Saving], unread: Sequence[str]) -> Observation:
    total = sum((one.monthly for one in found), Decimal())
    head = (
        f"About {words(total)} a month could be saved on {len(found)} things ({source()})"
        if found
        else "Nothing to save"
    )
    missing = "".join(f" Not asked: {one}" for one in unread)
    code = cache(terraform)
    findings = tuple(_finding(one, code) for one in found) or (_lean(unread),)
    text = "\n".join([f"{head}.{missing}", *(f"- {one.observed}" for one in findings)])
    return Observation(text, findings, f"{head}.{missing}")


def _finding(one: Saving, code: Code) -> Finding:
    edit, advice = remedy(one, code)
    name = one.names[-1] or one.names[0]
    return Finding(
        code=one.code,
        subject=f"{one.kind}/{name}",
        observed=f"{words(one.monthly)} a month: {one.kind} {name}, {one.evidence} Risk: {one.risk}",
        pointer=one.names[0],
        confidence=0.8,
        role=Role.CONTEXT,
        remedy=edit,
        advice=advice,
    )


def _lean(unread: Sequence[str]) -> Finding:
    return Finding(
        code="cost_lean",
        subject=f"account/{settings().aws_region}",
        observed="Nothing idle was found, no old snapshot, no gp2 volume and nothing larger than its load.",
        pointer=", ".join(LOOKS),
        confidence=0.5 if unread else 0.8,
        role=Role.HEALTHY,
    )

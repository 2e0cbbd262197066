"""Things that are paid by the hour or the gigabyte and carry nothing: load balancers, NAT gateways, old snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.aws.client import reader
from tools.cost.clients import ec2, load_balancing
from tools.cost.idle import Saving, tagged
from tools.cost.prices import monthly

QUIET_DAYS = 14
"""So long without traffic, and so long in being; a month's end or a season's peak may still use it."""
RISKS = {
    "cost_idle_balancer": "A name in DNS, or a failover that is seldom used, may still lead to it.",
    "cost_idle_gateway": "Private subnets that route through it lose the way out: look at their route tables first.",
}
TYPES = {"cost_idle_balancer": ("aws_lb", "aws_alb"), "cost_idle_gateway": ("aws_nat_gateway",)}
"""How Terraform calls them."""
OLD_DAYS = 90
DAY = 86_400
KEPT_BY = ("aws:backup:", "aws:dlm:")
"""How the tags of snapshots begin that a plan makes and deletes by itself."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Where CloudWatch says what a thing carries.

    Attributes:
        namespace: Of the metrics.
        dimension: That names the thing.
        metrics: Which must all be zero.
        silent: Whether no point means zero, as AWS reports these only if they are not.
        price: In the price list.
    """

    namespace: str
    dimension: str
    metrics: tuple[str, ...]
    silent: bool
    price: str


BALANCERS: Mapping[str, Watched] = {
    "application": Watched(
        "AWS/ApplicationELB", "LoadBalancer", ("RequestCount", "ActiveConnectionCount"), silent=True, price="alb"
    ),
    "network": Watched(
        "AWS/NetworkELB", "LoadBalancer", ("NewFlowCount", "ActiveFlowCount"), silent=False, price="nlb"
    ),
}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""
NAT = Watched(
    "AWS/NATGateway", "NatGatewayId", ("BytesOutToDestination", "BytesOutToSource"), silent=False, price="nat"
)
"""https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html"""


def idle_balancers(region: str = "") -> Iterator[Saving]:
    """Yield load balancers that nobody connected to for two weeks.

    Raises:
        ToolError: Elastic Load Balancing or CloudWatch could not be asked.
    """
    with load_balancing(region) as client:
        pages = client.get_paginator("describe_load_balancers").paginate()
        found: Sequence[Any] = [one for page in pages for one in page["LoadBalancers"] if _aged(one["CreatedTime"])]
    for one in found:
        name, watched = one["LoadBalancerName"], BALANCERS.get(one["Type"])
        if watched and _quiet(watched, one["LoadBalancerArn"].partition(":loadbalancer/")[2], region):
            names = (one["LoadBalancerArn"], name)
            if saving := _hourly("cost_idle_balancer", f"{one['Type']} load balancer", names, watched.price):
                yield saving


def idle_gateways(region: str = "") -> Iterator[Saving]:
    """Yield NAT gateways that sent no byte for two weeks.

    Raises:
        ToolError: EC2 or CloudWatch could not be asked.
    """
    with ec2(region) as client:
        pages = client.get_paginator("describe_nat_gateways").paginate()
        found: Sequence[Any] = [one for page in pages for one in page["NatGateways"]]
    for one in found:
        alive = one.get("State") == "available" and _aged(one["CreateTime"])
        saving = _hourly("cost_idle_gateway", "NAT gateway", tagged(one, "NatGatewayId"), NAT.price)
        if saving and alive and _quiet(NAT, one["NatGatewayId"], region):
            yield saving


def old_snapshots(region: str = "") -> Iterator[Saving]:
    """Yield the newest old snapshot of each volume that is gone, where no image and no backup plan needs it.

    Snapshots of a volume share their blocks, so that only the newest's whole size is known to be saved.

    Raises:
        ToolError: EC2 could not be asked.
    """
    with ec2(region) as client:
        held: Sequence[Any] = _all(client.get_paginator("describe_snapshots").paginate(OwnerIds=["self"]), "Snapshots")
        volumes = {one["VolumeId"] for one in _all(client.get_paginator("describe_volumes").paginate(), "Volumes")}
        images: Sequence[Any] = _all(client.get_paginator("describe_images").paginate(Owners=["self"]), "Images")
    needed = {disk["Ebs"].get("SnapshotId") for one in images for disk in one["BlockDeviceMappings"] if "Ebs" in disk}
    newest: dict[str, Any] = {}
    for one in sorted(held, key=lambda one: one["StartTime"]):
        if one.get("VolumeId") not in volumes | {None} and one["SnapshotId"] not in needed and not _planned(one):
            newest[one["VolumeId"]] = one
    yield from (saving for one in newest.values() if (saving := _snapshot(one)))


def _snapshot(told: Any) -> Saving | None:
    price, days = monthly("snapshot-gb"), _days(told["StartTime"])
    if price is None or days < OLD_DAYS or told.get("StorageTier", "standard") != "standard":
        return None
    whole = told.get("FullSnapshotSizeInBytes")
    size = Decimal(whole) / 1024**3 if whole else Decimal(told["VolumeSize"])
    known = "" if whole else " at most"
    evidence = f"{size:.0f} GB{known}, {days} days old, of {told['VolumeId']}, which is gone; no image uses it."
    risk = "It may be the last copy of that data: ask its owner."
    names, types = tagged(told, "SnapshotId"), ("aws_ebs_snapshot",)
    return Saving("cost_old_snapshot", "snapshot", names, price * size, evidence, risk, types)


def _all(pages: Any, member: str) -> list[Any]:
    return [one for page in pages for one in page.get(member, [])]


def _planned(snapshot: Any) -> bool:
    return any(str(tag.get("Key", "")).startswith(KEPT_BY) for tag in snapshot.get("Tags", []))


def _hourly(code: str, kind: str, names: tuple[str, ...], price: str) -> Saving | None:
    """Return what nothing goes through; None if its price is not listed."""
    amount = monthly(price)
    evidence = f"carried nothing in {QUIET_DAYS} days; its hours alone cost that."
    return Saving(code, kind, names, amount, evidence, RISKS[code], TYPES[code]) if amount else None


def _quiet(watched: Watched, name: str, region: str) -> bool:
    """Tell whether CloudWatch saw nothing at all; what it does not know is not called quiet."""
    now = datetime.now(UTC)
    metric = {"Namespace": watched.namespace, "Dimensions": [{"Name": watched.dimension, "Value": name}]}
    asked = [
        {"Id": f"m{at}", "MetricStat": {"Metric": {**metric, "MetricName": one}, "Period": DAY, "Stat": "Sum"}}
        for at, one in enumerate(watched.metrics)
    ]
    with reader("cloudwatch", region) as client:
        told = client.get_metric_data(MetricDataQueries=asked, StartTime=now - timedelta(days=QUIET_DAYS), EndTime=now)[
            "MetricDataResults"
        ]
    seen = [one["Values"] for one in told]
    return not any(sum(values) for values in seen) and (watched.silent or all(seen))


def _aged(made: datetime) -> bool:
    return _days(made) >= QUIET_DAYS


def _days(made: datetime) -> int:
    return (datetime.now(UTC) - made).days

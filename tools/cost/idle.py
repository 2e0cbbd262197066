"""Things that cost and do nothing: volumes and addresses that nothing uses, and what is larger than it need be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tools.cost.clients import compute_optimizer, ec2
from tools.cost.prices import monthly

if TYPE_CHECKING:
    from collections.abc import Sequence

FRESH_DAYS = 7
"""Younger things may be about to be used."""
DEAR = "gp2"
CHEAP = "gp3"
GP3_SPEED_GB = 1000
"""Below this a gp2 volume has at most the 3,000 IOPS that gp3 always has (gp2 has 3 a GB):
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"""


@dataclass(frozen=True, slots=True)
class Saving:
    """What could be saved.

    Attributes:
        code: Of its finding.
        kind: What it is, such as `volume`.
        names: What it is called: id first, then its Name.
        monthly: USD a month.
        evidence: Why it is not needed, a sentence.
        risk: What could go wrong, a sentence.
        types: Terraform types that declare it.
        argument: Argument to set there and its value, as written; empty where the whole of it is not needed.
    """

    code: str
    kind: str
    names: tuple[str, ...]
    monthly: Decimal
    evidence: str
    risk: str
    types: tuple[str, ...]
    argument: tuple[str, str] = ("", "")


def unused_volumes(region: str = "") -> Iterator[Saving]:
    """Yield volumes that no instance has attached, and gp2 ones that gp3 would do as well for less.

    Raises:
        ToolError: EC2 could not be asked.
    """
    with ec2(region) as client:
        pages = client.get_paginator("describe_volumes").paginate()
        for one in (volume for page in pages for volume in page["Volumes"]):
            found = _unattached(one) if one["State"] == "available" else _dear(one)
            if found:
                yield found


def unused_addresses(region: str = "") -> Iterator[Saving]:
    """Yield public addresses that are kept and lead nowhere.

    Raises:
        ToolError: EC2 could not be asked.
    """
    price = monthly("public-ipv4")
    with ec2(region) as client:
        found: Sequence[Any] = client.describe_addresses()["Addresses"]
    for one in found if price else ():
        if not one.get("AssociationId") and price:
            names = (one.get("AllocationId", ""), one.get("PublicIp", ""), tagged(one, "AllocationId")[1])
            evidence = f"{one.get('PublicIp')} is associated with nothing."
            risk = "Allow-lists may still name it, and the same address never comes back."
            yield Saving("cost_idle_address", "address", names, price, evidence, risk, ("aws_eip",))


def too_large(region: str = "") -> Iterator[Saving]:
    """Yield instances that Compute Optimizer calls over-provisioned, with the type that would do.

    Raises:
        ToolError: Compute Optimizer could not be asked, or is not switched on.
    """
    asked: dict[str, Any] = {"filters": [{"name": "Finding", "values": ["Overprovisioned"]}]}
    with compute_optimizer(region) as client:
        while True:
            told: Any = client.get_ec2_instance_recommendations(**asked)
            yield from (found for one in told["instanceRecommendations"] if (found := _smaller(one)))
            if not told.get("nextToken"):
                return
            asked["nextToken"] = told["nextToken"]


def tagged(told: Any, key: str) -> tuple[str, str]:
    """Return what a thing of EC2 is called: its id, which is its member `key`, and the Name that its tags give it."""
    name = next((str(tag["Value"]) for tag in told.get("Tags", []) if tag.get("Key") == "Name"), "")
    return (str(told.get(key, "")), name)


def _unattached(volume: Any) -> Saving | None:
    price, days = monthly(f"{volume['VolumeType']}-gb"), (datetime.now(UTC) - volume["CreateTime"]).days
    if price is None or days < FRESH_DAYS:
        return None
    evidence = f"{volume['Size']} GB {volume['VolumeType']} attached to nothing, made {days} days ago."
    risk = "Its data is gone with it: take a snapshot first."
    names, amount = tagged(volume, "VolumeId"), price * volume["Size"]
    return Saving("cost_idle_volume", "volume", names, amount, evidence, risk, ("aws_ebs_volume",))


def _dear(volume: Any) -> Saving | None:
    dear, cheap, size = monthly(f"{DEAR}-gb"), monthly(f"{CHEAP}-gb"), volume["Size"]
    if volume["VolumeType"] != DEAR or dear is None or cheap is None or size > GP3_SPEED_GB:
        return None
    evidence = f"{size} GB {DEAR}; {CHEAP} has as many IOPS at this size and costs less."
    risk = "It gives 125 MiB/s where gp2 may give 250; it stays attached while it is converted."
    argument = ("type", f'"{CHEAP}"')
    saved = (dear - cheap) * size
    return Saving(
        "cost_dear_volume", "volume", tagged(volume, "VolumeId"), saved, evidence, risk, ("aws_ebs_volume",), argument
    )


def _smaller(told: Any) -> Saving | None:
    best = min(told.get("recommendationOptions", []), key=lambda one: one.get("rank", 99), default=None)
    saved = ((best or {}).get("savingsOpportunity") or {}).get("estimatedMonthlySavings") or {}
    if best is None or saved.get("currency", "USD") != "USD" or not saved.get("value"):
        return None
    instance, days = told["instanceArn"].rpartition("/")[2], round(told.get("lookBackPeriodInDays", 14))
    most = "".join(
        f", {one['name'].lower()} at most {one['value']:.0f} %"
        for one in told.get("utilizationMetrics", [])
        if one["statistic"] == "MAXIMUM" and one["name"] in {"CPU", "MEMORY"}
    )
    return Saving(
        "cost_oversized",
        "instance",
        (instance, told.get("instanceName", "")),
        Decimal(repr(saved["value"])),
        f"{told['currentInstanceType']}{most} in {days} days; {best['instanceType']} would do (Compute Optimizer).",
        "The instance stops and starts once; a peak that was not in these days may not fit.",
        ("aws_instance",),
        ("instance_type", f'"{best["instanceType"]}"'),
    )

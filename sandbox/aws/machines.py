"""What EC2 and load balancing keep, and what Compute Optimizer thinks of instances, as a world wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SHAPES: Mapping[str, tuple[str, str]] = {
    "Reservations": ("ec2", "Reservation"),
    "Volumes": ("ec2", "Volume"),
    "Addresses": ("ec2", "Address"),
    "Snapshots": ("ec2", "Snapshot"),
    "Images": ("ec2", "Image"),
    "NatGateways": ("ec2", "NatGateway"),
    "LoadBalancers": ("elbv2", "LoadBalancer"),
    "instanceRecommendations": ("compute-optimizer", "InstanceRecommendation"),
}
SIZE = 100


class Machines:
    """What one account has, and keeps for nothing."""

    def __init__(self, world: World) -> None:
        self._kept = {member: _conformed(world, member, *shape) for member, shape in SHAPES.items()}
        self.operations = {
            ("ec2", "DescribeVolumes"): self.volumes,
            ("ec2", "DescribeAddresses"): self.addresses,
            ("ec2", "DescribeSnapshots"): self.snapshots,
            ("ec2", "DescribeImages"): self.images,
            ("ec2", "DescribeNatGateways"): self.gateways,
            ("elasticloadbalancing", "DescribeLoadBalancers"): self.balancers,
            ("compute-optimizer", "GetEC2InstanceRecommendations"): self.recommendations,
        }
        if self._kept["Reservations"]:  # else those that are started while the account runs are the ones there are
            self.operations[("ec2", "DescribeInstances")] = self.instances

    def instances(self, _now: Present, params: Params) -> Params:
        """Answer DescribeInstances: all of them run, whatever the filters."""
        held, token = page(self._kept["Reservations"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Reservations": held, **next_page("NextToken", token)}

    def volumes(self, _now: Present, params: Params) -> Params:
        """Answer DescribeVolumes, without filters."""
        held, token = page(self._kept["Volumes"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Volumes": held, **next_page("NextToken", token)}

    def addresses(self, _now: Present, _params: Params) -> Params:
        """Answer DescribeAddresses, without filters."""
        return {"Addresses": self._kept["Addresses"]}

    def snapshots(self, _now: Present, params: Params) -> Params:
        """Answer DescribeSnapshots: all are the account's own."""
        held, token = page(self._kept["Snapshots"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Snapshots": held, **next_page("NextToken", token)}

    def images(self, _now: Present, params: Params) -> Params:
        """Answer DescribeImages: all are the account's own."""
        held, token = page(self._kept["Images"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Images": held, **next_page("NextToken", token)}

    def gateways(self, _now: Present, params: Params) -> Params:
        """Answer DescribeNatGateways, without filters."""
        held, token = page(self._kept["NatGateways"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"NatGateways": held, **next_page("NextToken", token)}

    def balancers(self, _now: Present, params: Params) -> Params:
        """Answer DescribeLoadBalancers, without filters."""
        held, token = page(self._kept["LoadBalancers"], params.get("Marker"), params.get("PageSize", SIZE))
        return {"LoadBalancers": held, **next_page("NextMarker", token)}

    def recommendations(self, _now: Present, params: Params) -> Params:
        """Answer GetEC2InstanceRecommendations, filtered by finding."""
        wanted = {value for one in params.get("filters", []) if one["name"] == "Finding" for value in one["values"]}
        found = [one for one in self._kept["instanceRecommendations"] if not wanted or _said(one) in wanted]
        held, token = page(found, params.get("nextToken"), params.get("maxResults", SIZE))
        return {"instanceRecommendations": held, "errors": [], **next_page("nextToken", token)}


def _conformed(world: World, member: str, service: str, shape: str) -> list[Any]:
    documents: Any = world.aws.get(service, {})
    told = [each for document in documents.values() for each in document.get(member, [])]
    return [conform(service, shape, world.shifted(each)) for each in told]


def _said(recommendation: Params) -> str:
    """Return a finding as filters spell it: answers say OVER_PROVISIONED, filters Overprovisioned."""
    return str(recommendation.get("finding", "")).replace("_", "").capitalize()

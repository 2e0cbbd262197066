"""EC2's volumes and addresses, and what Compute Optimizer thinks of instances, as a world wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.aws.paging import next_page, page
from sandbox.aws.present import Present
from sandbox.aws.shapes import conform
from sandbox.aws.wire import Params
from sandbox.world import World

SHAPES: Mapping[str, tuple[str, str]] = {
    "Volumes": ("ec2", "Volume"),
    "Addresses": ("ec2", "Address"),
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
            ("compute-optimizer", "GetEC2InstanceRecommendations"): self.recommendations,
        }

    def volumes(self, _now: Present, params: Params) -> Params:
        """Answer DescribeVolumes, without filters."""
        held, token = page(self._kept["Volumes"], params.get("NextToken"), params.get("MaxResults", SIZE))
        return {"Volumes": held, **next_page("NextToken", token)}

    def addresses(self, _now: Present, _params: Params) -> Params:
        """Answer DescribeAddresses, without filters."""
        return {"Addresses": self._kept["Addresses"]}

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

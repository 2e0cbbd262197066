"""Which ECS services register their tasks with target groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.aws.client import ecs
from tools.contract import Call

if TYPE_CHECKING:
    from types_boto3_ecs import ECSClient

CLUSTERS, SERVICES, TOGETHER = 20, 200, 10
"""Clusters and services of each that are looked through, and services that one DescribeServices takes:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""


@dataclass(frozen=True)
class Owner:
    """An ECS service, by its name and its cluster's ARN."""

    service: str
    cluster: str

    @property
    def subject(self) -> str:
        """The subject of findings about it."""
        return f"container_service/{self.service}"

    @property
    def look(self) -> Call:
        """The reading that says whether its tasks run, and why they stopped."""
        return Call("aws_ecs_service", {"service": self.service, "cluster": self.cluster})


def owners(groups: AbstractSet[str]) -> dict[str, list[Owner]]:
    """Return the services of each of the target groups, which are named by ARN."""
    found: dict[str, list[Owner]] = defaultdict(list)
    with ecs() as client:
        for told in _services(client):
            for arn in sorted(_registers(told) & groups):
                found[arn].append(Owner(told["serviceName"], told["clusterArn"]))
    return found


def _services(client: ECSClient) -> Iterator[Any]:
    for cluster in client.list_clusters()["clusterArns"][:CLUSTERS]:
        pages = client.get_paginator("list_services").paginate(cluster=cluster, PaginationConfig={"MaxItems": SERVICES})
        listed = [arn for page in pages for arn in page["serviceArns"]]
        for start in range(0, len(listed), TOGETHER):
            told = client.describe_services(cluster=cluster, services=listed[start : start + TOGETHER])["services"]
            yield from (each for each in told if each.get("status") != "INACTIVE")


def _registers(told: Any) -> set[str]:
    """Return the target groups of a service, and of its task sets where a deployment goes from one to another."""
    several = (told, *told.get("taskSets", []))
    return {
        one["targetGroupArn"] for each in several for one in each.get("loadBalancers", []) if "targetGroupArn" in one
    }

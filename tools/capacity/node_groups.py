"""Node groups of EKS as things that can run out: the nodes that pods ask for, of those there may be."""

from __future__ import annotations

from collections.abc import Mapping

from tools.aws.measurements import Metric
from tools.capacity.resources import Resource
from tools.kube.client import reader
from tools.kube.fields import labels
from tools.security.code import terraform
from tools.security.homes import homes
from tools.security.remedies.finding import declared

GROUP = "eks.amazonaws.com/nodegroup"
TYPE = "aws_eks_node_group"
INSIGHTS = "ContainerInsights"
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html"""


def node_groups() -> list[Resource]:
    """Return the cluster's one node group, where the code says how far it grows.

    Container Insights tells what pods request of the whole cluster. With several groups nobody can say of which.

    Raises:
        ToolError: Kubernetes or GitHub could not be asked.
    """
    found = {labels(one, "metadata", "labels").get(GROUP, "") for one in reader().every("nodes")}
    if len(found) != 1 or "" in found:
        return []
    [group] = found
    for home in homes().home:
        if limit := _most(terraform(home), group):
            return [_resource(group, *limit)]
    return []


def _most(files: Mapping[str, str], group: str) -> tuple[str, int] | None:
    """Return the cluster's name and the most nodes of a group, where both are written in the code."""
    block = declared(files, (TYPE,), (group,))
    inner = block.inner("scaling_config") if block else ()
    most, cluster = (inner[0].argument("max_size") if inner else None), (block and block.argument("cluster_name"))
    if not most or not most.value.isdigit() or not cluster or not cluster.literal:
        return None
    return cluster.literal, int(most.value)


def _resource(group: str, cluster: str, most: int) -> Resource:
    about = {"ClusterName": cluster}
    return Resource(
        what="nodes",
        subject=f"nodegroup/{group}",
        said=f"the nodes of {group}",
        unit="nodes",
        metric=Metric(INSIGHTS, "node_cpu_reserved_capacity", about, "Average"),
        limit=most,
        source=f"max_size of {group}",
        share=Metric(INSIGHTS, "cluster_node_count", about, "Average"),
    )

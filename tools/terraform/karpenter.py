"""Karpenter's objects for a cluster: which nodes it may start, and how many at once."""

from __future__ import annotations

from typing import Any

import yaml

from tools.terraform.prices import Instance

GPU, CPU = "nvidia.com/gpu", "cpu"


def node_pool(cluster: str, environment: str, node_type: str, size: Instance, most: int) -> str:
    """Return a NodePool and its EC2NodeClass as YAML: one instance type, from no nodes to `most`.

    The most is said as what so many nodes have, because that is what Karpenter counts:
    https://karpenter.sh/docs/concepts/nodepools/#speclimits
    """
    name = "gpu" if size.gpus else "general"
    pool: dict[str, Any] = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name},
        "spec": {
            "template": {"spec": _template(name, node_type, gpu=bool(size.gpus))},
            "limits": {GPU: size.gpus * most} if size.gpus else {CPU: size.vcpus * most},
            "disruption": {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "5m"},
        },
    }
    said = f"# Nodes of {cluster} that Karpenter adds when pods wait for them: 0 to {most} {node_type}.\n"
    return said + yaml.safe_dump_all([pool, _node_class(name, cluster, environment)], sort_keys=False)


def _template(name: str, node_type: str, *, gpu: bool) -> dict[str, Any]:
    wanted = [
        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [node_type]},
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]},
    ]
    spec: dict[str, Any] = {
        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": name},
        "requirements": wanted,
        "expireAfter": "720h",
    }
    return spec | ({"taints": [{"key": GPU, "value": "true", "effect": "NoSchedule"}]} if gpu else {})


def _node_class(name: str, cluster: str, environment: str) -> dict[str, Any]:
    """Return the node class; Bottlerocket brings NVIDIA's drivers and device plugin where the nodes have GPUs."""
    return {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": name},
        "spec": {
            "role": f"{cluster}-node",
            "amiSelectorTerms": [{"alias": "bottlerocket@latest"}],
            "subnetSelectorTerms": [{"tags": {"Environment": environment, "Tier": "private"}}],
            "securityGroupSelectorTerms": [{"tags": {"aws:eks:cluster-name": cluster}}],
            "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
        },
    }

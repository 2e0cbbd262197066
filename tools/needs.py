"""Permissions as tools declare them, read from their one spelling: whose they are, and whether they only look."""

from __future__ import annotations

import re
from dataclasses import dataclass

AWS = re.compile(r"(?P<service>[a-z0-9-]+):(?P<action>[A-Z]\w+)")
KUBE = re.compile(r"(?P<group>core|[a-z0-9.-]+)/(?P<resource>[a-z0-9]+(/[a-z]+)?):(?P<verb>[a-z]+)")

LOOKS = ("Describe", "Get", "List")
"""How AWS names the actions that only look."""


@dataclass(frozen=True, slots=True, order=True)
class AwsNeed:
    """An action as IAM policies name it."""

    service: str
    action: str

    @property
    def looks(self) -> bool:
        """Whether it only looks, by its name."""
        return self.action.startswith(LOOKS)

    def __str__(self) -> str:
        return f"{self.service}:{self.action}"


@dataclass(frozen=True, slots=True, order=True)
class KubeNeed:
    """A verb on a resource as RBAC rules name them; the core group is empty, a subresource follows a slash."""

    group: str
    resource: str
    verb: str

    @property
    def looks(self) -> bool:
        """Whether it only looks."""
        return self.verb in {"get", "list", "watch"}

    def __str__(self) -> str:
        return f"{self.group or 'core'}/{self.resource}:{self.verb}"


def read_need(text: str) -> AwsNeed | KubeNeed:
    """Read one permission.

    Raises:
        ValueError: It is neither AWS's nor Kubernetes'.
    """
    if found := AWS.fullmatch(text):
        return AwsNeed(found["service"], found["action"])
    if found := KUBE.fullmatch(text):
        return KubeNeed("" if found["group"] == "core" else found["group"], found["resource"], found["verb"])
    raise ValueError(
        f"{text!r} is no permission: write apps/deployments:patch, core/pods/log:get or rds:DescribeEvents."
    )

"""Permissions as tools declare them, read from their one spelling: whose they are, and whether they only look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

AWS = re.compile(r"(?P<service>[a-z0-9-]+):(?P<action>[A-Z]\w+)")
KUBE = re.compile(r"(?P<group>core|[a-z0-9.-]+)/(?P<resource>[a-z0-9]+(/[a-z]+)?):(?P<verb>[a-z]+)")

GITHUB = re.compile(r"(?P<permission>[a-z]+(_[a-z]+)*):(?P<level>read|write)")

GITHUB_PERMISSIONS = frozenset(
    {
        "actions",
        "administration",
        "checks",
        "contents",
        "deployments",
        "issues",
        "metadata",
        "pull_requests",
        "statuses",
        "workflows",
    }
)
"""https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps"""

SOURCES = frozenset({"datadog:read", "grafana:read", "loki:read", "prometheus:read"})
"""Sources that are asked by HTTP, where a setting says where they are."""

LOOKS = ("Describe", "Get", "List", "Lookup")
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


@dataclass(frozen=True, slots=True, order=True)
class GitHubNeed:
    """A repository permission of a GitHub App and its level; to write includes to read."""

    permission: str
    level: str

    @property
    def looks(self) -> bool:
        """Whether it only looks."""
        return self.level == "read"

    def __str__(self) -> str:
        return f"{self.permission}:{self.level}"


@dataclass(frozen=True, slots=True, order=True)
class SourceNeed:
    """Reading a source that is asked by HTTP with a token of its own; there is nothing finer to grant."""

    source: str

    @property
    def looks(self) -> bool:
        """Whether it only looks: always."""
        return True

    def __str__(self) -> str:
        return f"{self.source}:read"


Need: TypeAlias = AwsNeed | KubeNeed | GitHubNeed | SourceNeed


def read_need(text: str) -> Need:
    """Read one permission.

    Raises:
        ValueError: It is neither AWS's nor Kubernetes' nor GitHub's.
    """
    if found := AWS.fullmatch(text):
        return AwsNeed(found["service"], found["action"])
    if found := KUBE.fullmatch(text):
        return KubeNeed("" if found["group"] == "core" else found["group"], found["resource"], found["verb"])
    if text in SOURCES:
        return SourceNeed(text.partition(":")[0])
    if (found := GITHUB.fullmatch(text)) and found["permission"] in GITHUB_PERMISSIONS:
        return GitHubNeed(found["permission"], found["level"])
    raise ValueError(
        f"{text!r} is no permission: write apps/deployments:patch, core/pods/log:get, rds:DescribeEvents "
        "or contents:read."
    )

"""Volumes as disks that fill up: claims of pods as the kubelet measures them, and file systems of instances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.settings import settings
from tools.aws.client import cloudwatch
from tools.aws.measurements import Metric
from tools.aws.windows import Window
from tools.aws.wording import GIBIBYTE
from tools.capacity.resources import Query, Resource
from tools.prometheus.client import Line, span
from tools.scope import sees

CLAIM = "max by (namespace, persistentvolumeclaim) (max_over_time(kubelet_volume_stats_{}_bytes[1h]))"
"""The kubelet of every node that mounts a volume measures it, so the most of them counts:
https://kubernetes.io/docs/reference/instrumentation/metrics/"""
LATELY = timedelta(hours=1)
AGENT, FILLED = "CWAgent", "disk_used_percent"
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html"""
LISTED = 500
SYSTEM = frozenset({"tmpfs", "devtmpfs", "overlay", "squashfs", "iso9660", "efivarfs", "vfat"})
"""File systems that nobody fills, or that are always full."""


def claims() -> list[Resource]:
    """Return the volumes that pods claim; none where Prometheus is not set.

    Raises:
        ToolError: Prometheus could not be asked.
    """
    if not settings().prometheus_url:
        return []
    now = datetime.now(UTC)
    lines = span(CLAIM.format("capacity"), Window(now - LATELY, now - LATELY, now))
    return [_claim(one) for one in lines if one.points and sees("namespaces", one.labels.get("namespace", ""))]


def file_systems() -> list[Resource]:
    """Return the file systems of instances that run the CloudWatch agent.

    Raises:
        ToolError: CloudWatch could not be asked.
    """
    found: list[Resource] = []
    with cloudwatch() as client:
        pages = client.get_paginator("list_metrics")
        for page in pages.paginate(Namespace=AGENT, MetricName=FILLED, RecentlyActive="PT3H"):
            told = [{pair["Name"]: pair["Value"] for pair in one["Dimensions"]} for one in page["Metrics"]]
            found += [_file_system(one) for one in told if one.get("path") and one.get("fstype") not in SYSTEM]
            if len(found) >= LISTED:
                break
    return found[:LISTED]


def _claim(line: Line) -> Resource:
    namespace, name = (line.labels.get(key, "") for key in ("namespace", "persistentvolumeclaim"))
    return Resource(
        what="disk",
        subject=f"pvc/{namespace}/{name}",
        said=f"the volume {name} of {namespace}",
        unit="GiB",
        metric=Query(CLAIM.format("used"), frozenset(line.labels.items())),
        limit=line.points[-1][1] / GIBIBYTE,
        source="what the file system of the claim holds",
        per=GIBIBYTE,
    )


def _file_system(about: dict[str, str]) -> Resource:
    host = about.get("InstanceId") or about.get("host", "")
    return Resource(
        what="disk",
        subject=f"host/{host}:{about['path']}",
        said=f"the file system {about['path']} of {host}",
        unit="%",
        metric=Metric(AGENT, FILLED, about, "Maximum"),
        limit=100.0,
        source="a file system is full at 100 %",
    )

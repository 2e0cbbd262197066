"""The columns of `kubectl get` for what surrounds workloads: services, events, nodes, quotas and configuration."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.kube.columns import NAME, Column, Printer, age, age_column, pairs
from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition

SHOWN = 3
"""Addresses of endpoints that are shown; the others are counted."""


def _services(now: float) -> list[Column]:
    def ports(service: Object) -> str:
        listed = service["spec"].get("ports") or []
        return ",".join(f"{port['port']}/{port.get('protocol', 'TCP')}" for port in listed) or "<none>"

    return [
        NAME,
        Column("Type", lambda o: o["spec"].get("type", "ClusterIP")),
        Column("Cluster-IP", lambda o: o["spec"].get("clusterIP", "<none>")),
        Column("External-IP", _external),
        Column("Port(s)", ports),
        age_column(now),
        Column("Selector", lambda o: pairs(o["spec"].get("selector") or {}), wide=True),
    ]


def _external(service: Object) -> str:
    entries = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return ",".join(entry.get("hostname") or entry.get("ip", "") for entry in entries) or "<none>"


def _endpoints(now: float) -> list[Column]:
    def listed(endpoints: Object) -> str:
        found = [
            f"{address['ip']}:{port['port']}"
            for subset in endpoints.get("subsets") or []
            for address in subset.get("addresses") or []
            for port in subset.get("ports") or [{"port": ""}]
        ]
        more = f" + {len(found) - SHOWN} more..." if len(found) > SHOWN else ""
        return ",".join(found[:SHOWN]) + more or "<none>"

    return [NAME, Column("Endpoints", listed), age_column(now)]


def _events(now: float) -> list[Column]:
    def seen(event: Object) -> str:
        last = event.get("lastTimestamp") or event.get("eventTime") or event.get("deprecatedLastTimestamp")
        first = event.get("firstTimestamp") or event.get("deprecatedFirstTimestamp")
        count = int(event.get("count") or event.get("deprecatedCount") or 1)
        return f"{age(last, now)} (x{count} over {age(first, now)})" if count > 1 else age(last, now)

    def about(event: Object) -> str:
        where = event.get("involvedObject") or event.get("regarding") or {}
        return f"{str(where.get('kind', '')).lower()}/{where.get('name')}"

    return [
        Column("Last Seen", seen),
        Column("Type", lambda o: o.get("type", "")),
        Column("Reason", lambda o: o.get("reason", "")),
        Column("Object", about),
        Column("Source", lambda o: (o.get("source") or {}).get("component", ""), wide=True),
        Column("Message", lambda o: str(o.get("message") or o.get("note") or "").strip()),
    ]


def _nodes(now: float) -> list[Column]:
    def status(node: Object) -> str:
        ready = "Ready" if condition(node, "Ready").get("status") == "True" else "NotReady"
        return f"{ready},SchedulingDisabled" if (node.get("spec") or {}).get("unschedulable") else ready

    def info(key: str) -> Callable[[Object], object]:
        return lambda o: o["status"]["nodeInfo"].get(key, "<unknown>")

    return [
        NAME,
        Column("Status", status),
        Column("Roles", lambda _: "<none>"),
        age_column(now),
        Column("Version", info("kubeletVersion")),
        Column("Internal-IP", lambda o: o["status"]["addresses"][0]["address"], wide=True),
        Column("OS-Image", info("osImage"), wide=True),
        Column("Kernel-Version", info("kernelVersion"), wide=True),
        Column("Container-Runtime", info("containerRuntimeVersion"), wide=True),
    ]


def _namespaces(now: float) -> list[Column]:
    return [NAME, Column("Status", lambda o: o["status"]["phase"]), age_column(now)]


def _quotas(now: float) -> list[Column]:
    def part(prefix: str) -> Callable[[Object], str]:
        def value(quota: Object) -> str:
            status = quota.get("status") or {}
            hard = status.get("hard") or (quota.get("spec") or {}).get("hard") or {}
            chosen = [key for key in sorted(hard) if key.startswith("limits.") is (prefix == "limits.")]
            return ", ".join(f"{key}: {(status.get('used') or {}).get(key, 0)}/{hard[key]}" for key in chosen)

        return value

    return [NAME, Column("Request", part("")), Column("Limit", part("limits.")), age_column(now)]


def _claims(now: float) -> list[Column]:
    return [
        NAME,
        Column("Status", lambda o: o["status"].get("phase", "")),
        Column("Volume", lambda o: o["spec"].get("volumeName", "")),
        Column("Capacity", lambda o: (o["status"].get("capacity") or {}).get("storage", "")),
        Column("StorageClass", lambda o: o["spec"].get("storageClassName", "")),
        age_column(now),
    ]


def _config_maps(now: float) -> list[Column]:
    return [NAME, Column("Data", lambda o: len(o.get("data") or {}), type="integer"), age_column(now)]


SURROUNDINGS: dict[str, Printer] = {
    "Service": _services,
    "Endpoints": _endpoints,
    "Event": _events,
    "Node": _nodes,
    "Namespace": _namespaces,
    "ResourceQuota": _quotas,
    "PersistentVolumeClaim": _claims,
    "ConfigMap": _config_maps,
}

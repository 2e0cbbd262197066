"""The columns of `kubectl get`, by kind, as k8s.io/kubernetes/pkg/printers/internalversion chooses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition, containers, seconds


@dataclass(frozen=True)
class Column:
    """One column: its heading, how to get its cell, and whether only `-o wide` shows it."""

    name: str
    value: Callable[[Object], object]
    wide: bool = False
    type: str = "string"


Printer: TypeAlias = Callable[[float], list[Column]]

NAME = Column("Name", lambda o: o["metadata"]["name"])


def age(text: object, now: float) -> str:
    """Return how long ago something was, as kubectl writes it."""
    at = seconds(text)
    return "<unknown>" if at is None else duration(now - at)


def duration(length: float) -> str:
    """Return a length of time as apimachinery's HumanDuration writes it."""
    whole = max(0, int(length))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return f"{minutes}m{whole % 60}s" if whole % 60 else f"{minutes}m"
    if hours < 3:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    years = days // 365
    return f"{days}d" if years < 2 else f"{years}y{days % 365}d"


def generic(now: float) -> list[Column]:
    """Name and age."""
    return [NAME, _age(now)]


def _age(now: float) -> Column:
    return Column("Age", lambda o: age(o["metadata"].get("creationTimestamp"), now))


def _images() -> list[Column]:
    return [
        Column("Containers", lambda o: ",".join(one["name"] for one in containers(o)), wide=True),
        Column("Images", lambda o: ",".join(one["image"] for one in containers(o)), wide=True),
        Column("Selector", lambda o: _pairs(((o["spec"].get("selector") or {}).get("matchLabels")) or {}), wide=True),
    ]


def _count(path: str) -> Callable[[Object], object]:
    def value(object_: Object) -> object:
        at: object = object_
        for part in path.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        return at or 0

    return value


def _pairs(labels: Object) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or "<none>"


def pod_reason(pod: Object) -> str:
    """Return the word in kubectl's STATUS column."""
    status = pod.get("status") or {}
    reason = str(status.get("reason") or status.get("phase") or "Unknown")
    running = False
    for one in reversed(status.get("containerStatuses") or []):
        state = one.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif ended:
            signal = f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"
            reason = ended.get("reason") or signal
        running = running or bool(one.get("ready") and state.get("running"))
    if reason == "Completed" and running:
        reason = "Running" if condition(pod, "Ready").get("status") == "True" else "NotReady"
    return "Terminating" if "deletionTimestamp" in pod["metadata"] else reason


def _restarts(pod: Object, now: float) -> str:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    count = sum(int(one.get("restartCount") or 0) for one in statuses)
    ended = [((one.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for one in statuses]
    last = max((text for text in ended if text), default=None)
    return f"{count} ({age(last, now)} ago)" if count and last else str(count)


def _pods(now: float) -> list[Column]:
    def ready(pod: Object) -> str:
        statuses = pod["status"].get("containerStatuses") or []
        return f"{sum(bool(one.get('ready')) for one in statuses)}/{len(containers(pod))}"

    return [
        NAME,
        Column("Ready", ready),
        Column("Status", pod_reason),
        Column("Restarts", lambda o: _restarts(o, now)),
        _age(now),
        Column("IP", lambda o: o["status"].get("podIP") or "<none>", wide=True),
        Column("Node", lambda o: o["spec"].get("nodeName") or "<none>", wide=True),
        Column("Nominated Node", lambda o: o["status"].get("nominatedNodeName") or "<none>", wide=True),
        Column("Readiness Gates", lambda _: "<none>", wide=True),
    ]


def _deployments(now: float) -> list[Column]:
    return [
        NAME,
        Column("Ready", lambda o: f"{_count('status.readyReplicas')(o)}/{o['spec'].get('replicas', 1)}"),
        Column("Up-to-date", _count("status.updatedReplicas"), type="integer"),
        Column("Available", _count("status.availableReplicas"), type="integer"),
        _age(now),
        *_images(),
    ]


def _replica_sets(now: float) -> list[Column]:
    return [
        NAME,
        Column("Desired", _count("spec.replicas"), type="integer"),
        Column("Current", _count("status.replicas"), type="integer"),
        Column("Ready", _count("status.readyReplicas"), type="integer"),
        _age(now),
        *_images(),
    ]


def _stateful_sets(now: float) -> list[Column]:
    ready = Column("Ready", lambda o: f"{_count('status.readyReplicas')(o)}/{o['spec'].get('replicas', 1)}")
    return [NAME, ready, _age(now), *_images()[:2]]


def _daemon_sets(now: float) -> list[Column]:
    counts = {
        "Desired": "desiredNumberScheduled",
        "Current": "currentNumberScheduled",
        "Ready": "numberReady",
        "Up-to-date": "updatedNumberScheduled",
        "Available": "numberAvailable",
    }
    listed = [Column(name, _count(f"status.{key}"), type="integer") for name, key in counts.items()]
    return [NAME, *listed, Column("Node Selector", lambda _: "<none>"), _age(now), *_images()]


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
        _age(now),
        Column("Selector", lambda o: _pairs(o["spec"].get("selector") or {}), wide=True),
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
        more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
        return ",".join(found[:3]) + more or "<none>"

    return [NAME, Column("Endpoints", listed), _age(now)]


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
        _age(now),
        Column("Version", info("kubeletVersion")),
        Column("Internal-IP", lambda o: o["status"]["addresses"][0]["address"], wide=True),
        Column("OS-Image", info("osImage"), wide=True),
        Column("Kernel-Version", info("kernelVersion"), wide=True),
        Column("Container-Runtime", info("containerRuntimeVersion"), wide=True),
    ]


def _namespaces(now: float) -> list[Column]:
    return [NAME, Column("Status", lambda o: o["status"]["phase"]), _age(now)]


def _autoscalers(now: float) -> list[Column]:
    def reference(o: Object) -> str:
        return f"{o['spec']['scaleTargetRef']['kind']}/{o['spec']['scaleTargetRef']['name']}"

    def targets(o: Object) -> str:
        wanted = [metric.get("resource") or {} for metric in o["spec"].get("metrics") or []]
        current = [metric.get("resource") or {} for metric in (o.get("status") or {}).get("currentMetrics") or []]
        have = {one.get("name"): (one.get("current") or {}).get("averageUtilization") for one in current}
        listed = [
            f"{one['name']}: {have.get(one['name'], '<unknown>')}%/{(one.get('target') or {}).get('averageUtilization')}%"
            for one in wanted
            if one
        ]
        return ", ".join(listed).replace("<unknown>%", "<unknown>") or "<none>"

    return [
        NAME,
        Column("Reference", reference),
        Column("Targets", targets),
        Column("MinPods", _count("spec.minReplicas")),
        Column("MaxPods", _count("spec.maxReplicas"), type="integer"),
        Column("Replicas", _count("status.currentReplicas"), type="integer"),
        _age(now),
    ]


def _budgets(now: float) -> list[Column]:
    return [
        NAME,
        Column("Min Available", lambda o: o["spec"].get("minAvailable", "N/A")),
        Column("Max Unavailable", lambda o: o["spec"].get("maxUnavailable", "N/A")),
        Column("Allowed Disruptions", _count("status.disruptionsAllowed"), type="integer"),
        _age(now),
    ]


def _quotas(now: float) -> list[Column]:
    def part(prefix: str) -> Callable[[Object], str]:
        def value(quota: Object) -> str:
            status = quota.get("status") or {}
            hard = status.get("hard") or (quota.get("spec") or {}).get("hard") or {}
            chosen = [key for key in sorted(hard) if key.startswith("limits.") is (prefix == "limits.")]
            return ", ".join(f"{key}: {(status.get('used') or {}).get(key, 0)}/{hard[key]}" for key in chosen)

        return value

    return [NAME, Column("Request", part("")), Column("Limit", part("limits.")), _age(now)]


def _jobs(now: float) -> list[Column]:
    done = Column("Completions", lambda o: f"{_count('status.succeeded')(o)}/{o['spec'].get('completions', 1)}")
    return [NAME, Column("Status", _job_status), done, _age(now), *_images()]


def _job_status(job: Object) -> str:
    for type_ in ("Complete", "Failed", "Suspended"):
        if condition(job, type_).get("status") == "True":
            return type_
    return "Running"


def _cron_jobs(now: float) -> list[Column]:
    return [
        NAME,
        Column("Schedule", lambda o: o["spec"]["schedule"]),
        Column("Suspend", lambda o: str(bool(o["spec"].get("suspend")))),
        Column("Active", lambda o: len((o.get("status") or {}).get("active") or []), type="integer"),
        Column("Last Schedule", lambda o: age((o.get("status") or {}).get("lastScheduleTime"), now)),
        _age(now),
    ]


def _claims(now: float) -> list[Column]:
    return [
        NAME,
        Column("Status", lambda o: o["status"].get("phase", "")),
        Column("Volume", lambda o: o["spec"].get("volumeName", "")),
        Column("Capacity", lambda o: (o["status"].get("capacity") or {}).get("storage", "")),
        Column("StorageClass", lambda o: o["spec"].get("storageClassName", "")),
        _age(now),
    ]


def _config_maps(now: float) -> list[Column]:
    return [NAME, Column("Data", lambda o: len(o.get("data") or {}), type="integer"), _age(now)]


PRINTERS: dict[str, Printer] = {
    "Pod": _pods,
    "Deployment": _deployments,
    "ReplicaSet": _replica_sets,
    "StatefulSet": _stateful_sets,
    "DaemonSet": _daemon_sets,
    "Service": _services,
    "Endpoints": _endpoints,
    "Event": _events,
    "Node": _nodes,
    "Namespace": _namespaces,
    "HorizontalPodAutoscaler": _autoscalers,
    "PodDisruptionBudget": _budgets,
    "ResourceQuota": _quotas,
    "Job": _jobs,
    "CronJob": _cron_jobs,
    "PersistentVolumeClaim": _claims,
    "ConfigMap": _config_maps,
}

"""The columns of `kubectl get` for workloads, as k8s.io/kubernetes/pkg/printers/internalversion chooses them."""

from __future__ import annotations

from sandbox.kube.columns import NAME, Column, Printer, age, age_column, count, image_columns
from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition, containers


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
        age_column(now),
        Column("IP", lambda o: o["status"].get("podIP") or "<none>", wide=True),
        Column("Node", lambda o: o["spec"].get("nodeName") or "<none>", wide=True),
        Column("Nominated Node", lambda o: o["status"].get("nominatedNodeName") or "<none>", wide=True),
        Column("Readiness Gates", lambda _: "<none>", wide=True),
    ]


def _deployments(now: float) -> list[Column]:
    return [
        NAME,
        Column("Ready", lambda o: f"{count('status.readyReplicas')(o)}/{o['spec'].get('replicas', 1)}"),
        Column("Up-to-date", count("status.updatedReplicas"), type="integer"),
        Column("Available", count("status.availableReplicas"), type="integer"),
        age_column(now),
        *image_columns(),
    ]


def _replica_sets(now: float) -> list[Column]:
    return [
        NAME,
        Column("Desired", count("spec.replicas"), type="integer"),
        Column("Current", count("status.replicas"), type="integer"),
        Column("Ready", count("status.readyReplicas"), type="integer"),
        age_column(now),
        *image_columns(),
    ]


def _stateful_sets(now: float) -> list[Column]:
    ready = Column("Ready", lambda o: f"{count('status.readyReplicas')(o)}/{o['spec'].get('replicas', 1)}")
    return [NAME, ready, age_column(now), *image_columns()[:2]]


def _daemon_sets(now: float) -> list[Column]:
    counts = {
        "Desired": "desiredNumberScheduled",
        "Current": "currentNumberScheduled",
        "Ready": "numberReady",
        "Up-to-date": "updatedNumberScheduled",
        "Available": "numberAvailable",
    }
    listed = [Column(name, count(f"status.{key}"), type="integer") for name, key in counts.items()]
    return [NAME, *listed, Column("Node Selector", lambda _: "<none>"), age_column(now), *image_columns()]


def _autoscalers(now: float) -> list[Column]:
    def reference(o: Object) -> str:
        return f"{o['spec']['scaleTargetRef']['kind']}/{o['spec']['scaleTargetRef']['name']}"

    return [
        NAME,
        Column("Reference", reference),
        Column("Targets", _targets),
        Column("MinPods", count("spec.minReplicas")),
        Column("MaxPods", count("spec.maxReplicas"), type="integer"),
        Column("Replicas", count("status.currentReplicas"), type="integer"),
        age_column(now),
    ]


def _targets(autoscaler: Object) -> str:
    current = [metric.get("resource") or {} for metric in (autoscaler.get("status") or {}).get("currentMetrics") or []]
    have = {one.get("name"): (one.get("current") or {}).get("averageUtilization") for one in current}
    listed = []
    for metric in autoscaler["spec"].get("metrics") or []:
        if resource := metric.get("resource"):
            seen = have.get(resource["name"])
            target = (resource.get("target") or {}).get("averageUtilization")
            listed.append(f"{resource['name']}: {'<unknown>' if seen is None else f'{seen}%'}/{target}%")
    return ", ".join(listed) or "<none>"


def _budgets(now: float) -> list[Column]:
    return [
        NAME,
        Column("Min Available", lambda o: o["spec"].get("minAvailable", "N/A")),
        Column("Max Unavailable", lambda o: o["spec"].get("maxUnavailable", "N/A")),
        Column("Allowed Disruptions", count("status.disruptionsAllowed"), type="integer"),
        age_column(now),
    ]


def _jobs(now: float) -> list[Column]:
    done = Column("Completions", lambda o: f"{count('status.succeeded')(o)}/{o['spec'].get('completions', 1)}")
    return [NAME, Column("Status", _job_status), done, age_column(now), *image_columns()]


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
        age_column(now),
    ]


WORKLOADS: dict[str, Printer] = {
    "Pod": _pods,
    "Deployment": _deployments,
    "ReplicaSet": _replica_sets,
    "StatefulSet": _stateful_sets,
    "DaemonSet": _daemon_sets,
    "HorizontalPodAutoscaler": _autoscalers,
    "PodDisruptionBudget": _budgets,
    "Job": _jobs,
    "CronJob": _cron_jobs,
}

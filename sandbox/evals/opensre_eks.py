"""An opensre EKS case as the files of a world: pods, deployments, nodes, events, logs, monitors."""

from collections.abc import Iterable

from sandbox.evals.opensre_cases import Incident
from sandbox.slack.wire import Body

CONTROL_PLANE = "/aws/eks/cluster"


def eks_files(incident: Incident) -> dict[str, object]:
    """Return the world's files by path."""
    pods = incident.evidence("eks_pods").get("pods", [])
    deployments = incident.evidence("eks_deployments").get("deployments", [])
    nodes = incident.evidence("eks_node_health").get("nodes", [])
    events = incident.evidence("eks_events").get("warning_events", [])
    monitors = incident.evidence("datadog_monitors").get("monitors", [])
    return {
        "kubernetes/pods.json": [_pod(one, deployments) for one in pods],
        "kubernetes/deployments.json": [_deployment(one) for one in deployments],
        "kubernetes/nodes.json": [_node(one, str(incident.now.isoformat())) for one in nodes],
        "kubernetes/events.json": [_event(one, number) for number, one in enumerate(events)],
        "cloudwatch/alarms.json": {"MetricAlarms": [_alarm(one) for one in monitors]},
        **_logs(incident, pods),
    }


def _pod(one: Body, deployments: Iterable[Body]) -> Body:
    app = next((each["name"] for each in deployments if one["name"].startswith(f"{each['name']}-")), "")
    meta: Body = {"name": one["name"], "namespace": one["namespace"], "creationTimestamp": one.get("start_time")}
    if app:
        hash_ = one["name"].removeprefix(f"{app}-").rpartition("-")[0]
        meta["labels"] = {"app": app, "pod-template-hash": hash_}
    if one.get("deletion_timestamp"):
        meta["deletionTimestamp"] = one["deletion_timestamp"]
    containers = one.get("containers", [])
    spec: Body = {
        "containers": [{"name": each["name"], "image": each.get("image", each["name"])} for each in containers]
    }
    if one.get("node_name"):
        spec["nodeName"] = one["node_name"]
    status: Body = {
        "phase": one["phase"],
        "startTime": one.get("start_time"),
        "conditions": one.get("conditions", []),
        "containerStatuses": [_container(each) for each in containers],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def _container(one: Body) -> Body:
    told = one.get("state", {})
    details = {key: told[key] for key in ("reason", "message") if key in told}
    times = {"startedAt": told.get("started_at"), "finishedAt": told.get("finished_at")}
    times = {key: value for key, value in times.items() if value}
    match told:
        case {"waiting": True}:
            state: Body = {"waiting": details}
        case {"terminated": True}:
            state = {"terminated": {**details, **times, "exitCode": told.get("exit_code", 0)}}
        case _:
            state = {"running": {key: value for key, value in times.items() if key == "startedAt"}}
    last = one.get("last_state") or {}
    return {
        "name": one["name"],
        "image": one.get("image", one["name"]),
        "ready": one.get("ready", False),
        "restartCount": one.get("restart_count", 0),
        "state": state,
        "lastState": {"terminated": _terminated(last)} if last else {},
    }


def _terminated(last: Body) -> Body:
    named = {"exitCode": "exit_code", "reason": "reason", "message": "message", "finishedAt": "finished_at"}
    return {key: last[name] for key, name in named.items() if name in last}


def _deployment(one: Body) -> Body:
    ready, wanted = one.get("ready", 0), one.get("desired", 1)
    template = {"metadata": {"labels": {"app": one["name"]}}, "spec": {"containers": [{"name": one["name"]}]}}
    counts = {
        "replicas": wanted - one.get("missing", 0),
        "readyReplicas": ready,
        "availableReplicas": one.get("available", ready),
        "unavailableReplicas": one.get("unavailable", wanted - ready),
        "updatedReplicas": wanted,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": one["name"], "namespace": one["namespace"]},
        "spec": {"replicas": wanted, "selector": {"matchLabels": {"app": one["name"]}}, "template": template},
        "status": counts,
    }


def _node(one: Body, now: str) -> Body:
    pressures = {"MemoryPressure": "memory_pressure", "DiskPressure": "disk_pressure", "PIDPressure": "pid_pressure"}
    conditions = [{"type": kind, "status": one.get(name, "False")} for kind, name in pressures.items()]
    words = {} if one["ready"] == "True" else {"message": "Kubelet stopped posting node status."}
    ready: Body = {"type": "Ready", "status": one["ready"], "lastHeartbeatTime": now, **words}
    sizes = {kind: {key: one[f"{kind}_{key}"] for key in ("cpu", "memory")} for kind in ("capacity", "allocatable")}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": one["name"]},
        "status": {"conditions": [*conditions, ready], **sizes},
    }


def _event(one: Body, number: int) -> Body:
    kind, _, name = str(one["involved_object"]).partition("/")
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{number:x}", "namespace": one["namespace"]},
        "type": one.get("type", "Warning"),
        "reason": one["reason"],
        "message": one["message"],
        "count": one.get("count", 1),
        "involvedObject": {"kind": kind, "name": name, "namespace": one["namespace"]},
        "firstTimestamp": one.get("first_time"),
        "lastTimestamp": one.get("last_time"),
    }


def _alarm(one: Body) -> Body:
    states = {"Alert": "ALARM", "OK": "OK", "Warn": "ALARM", "No Data": "INSUFFICIENT_DATA"}
    return {
        "AlarmName": one["name"],
        "AlarmDescription": one.get("message", ""),
        "StateValue": states.get(one.get("overall_state", ""), "OK"),
        "StateReason": one.get("query", ""),
    }


def _logs(incident: Incident, pods: Iterable[Body]) -> dict[str, object]:
    """Return container logs by pod; what no pod said goes to the control plane's log group."""
    where = {one["name"]: one["namespace"] for one in pods}
    said: dict[str, list[str]] = {}
    told = incident.evidence("eks_pod_logs")
    if told:
        said[told["pod_name"]] = str(told.get("logs", "")).splitlines()
        where.setdefault(told["pod_name"], told["namespace"])
    others = []
    for one in incident.evidence("datadog_logs").get("logs", ()):
        tags = dict(str(tag).partition(":")[::2] for tag in one.get("tags", ()))
        pod = tags.get("pod_name") or one.get("host", "")
        line = f"{one['timestamp']} {str(one.get('status', 'info')).upper()} {one['message']}"
        if pod in where:
            said.setdefault(pod, []).append(line)
        else:
            others.append({"timestamp": one["timestamp"], "message": line})
    files: dict[str, object] = {
        f"kubernetes/logs/{where[pod]}/{pod}.log": "\n".join([*sorted(lines), ""]) for pod, lines in said.items()
    }
    return files | ({"logs/groups.json": {CONTROL_PLANE: others}} if others else {})

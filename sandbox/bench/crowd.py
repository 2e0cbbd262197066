"""A large world: hundreds of pods, thousands of events, a hundred megabytes of logs, and one thing that is wrong."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.slack.wire import Body

PODS, EVENTS, METRICS, LOG_BYTES = 500, 2000, 200, 100 * 1024 * 1024
EACH, NODES = 5, 20
"""Pods of a deployment, and nodes of the cluster."""
NOW = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
SICK = "checkout"


def write_crowd(folder: Path) -> Path:
    """Write the world and return its folder."""
    names = [SICK, *(f"service-{number:02}" for number in range(PODS // EACH - 1))]
    pods = [_pod(name, number) for name in names for number in range(EACH)]
    _write(folder / "world.toml", f'name = "crowd"\nnow = "{_at(0)}"\n')
    kinds = {
        "deployments": [_deployment(name) for name in names],
        "pods": pods,
        "events": [_event(pods[number % PODS], number) for number in range(EVENTS)],
    }
    for kind, objects in kinds.items():
        _write(folder / "kubernetes" / f"{kind}.json", json.dumps(objects))
    _write(folder / "cloudwatch" / "metrics.json", json.dumps({"MetricDataResults": list(_metrics())}))
    _write(folder / "cloudwatch" / "alarms.json", json.dumps({"MetricAlarms": [_alarm()]}))
    for pod in pods:
        _write(folder / "kubernetes" / "logs" / "shop" / f"{pod['metadata']['name']}.log", _log(pod))
    return folder


def _at(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, "utf-8")


def _deployment(name: str) -> Body:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": name, "image": f"{name}:1"}]}}
    ready = 0 if name == SICK else EACH
    counts = {"replicas": EACH, "updatedReplicas": EACH, "readyReplicas": ready, "availableReplicas": ready}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": _at(9000)},
        "spec": {"replicas": EACH, "selector": {"matchLabels": {"app": name}}, "template": template},
        "status": counts,
    }


def _pod(name: str, number: int) -> Body:
    sick = name == SICK
    meta = {"name": f"{name}-5f7c9d8b6c-a1b{number}c", "namespace": "shop", "creationTimestamp": _at(3000)}
    labels = {"app": name, "pod-template-hash": "5f7c9d8b6c"}
    ended = {"exitCode": 1, "reason": "Error", "startedAt": _at(2), "finishedAt": _at(1.5)}
    state: Body = {"waiting": {"reason": "CrashLoopBackOff"}} if sick else {"running": {"startedAt": _at(2999)}}
    status = {"name": name, "image": f"{name}:1", "ready": not sick, "restartCount": 9 if sick else 0, "state": state}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**meta, "labels": labels},
        "spec": {"nodeName": f"node-{number % NODES}", "containers": [{"name": name, "image": f"{name}:1"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "False" if sick else "True"}],
            "containerStatuses": [{**status, **({"lastState": {"terminated": ended}} if sick else {})}],
        },
    }


def _event(pod: Body, number: int) -> Body:
    meta = pod["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{number:x}", "namespace": "shop"},
        "type": "Warning" if number % 40 == 0 else "Normal",
        "reason": "Unhealthy" if number % 40 == 0 else "Pulled",
        "message": "Readiness probe failed: HTTP probe failed with statuscode: 503" if number % 40 == 0 else "pulled",
        "count": 1,
        "involvedObject": {"kind": "Pod", "name": meta["name"], "namespace": "shop"},
        "firstTimestamp": _at(55 - number % 50),
        "lastTimestamp": _at(55 - number % 50),
    }


def _metrics() -> Iterator[Body]:
    times = [_at(180 - minute) for minute in range(180)]
    for number in range(METRICS):
        yield {
            "Id": f"m{number}",
            "Label": f"Metric{number}",
            "Namespace": "Acme/Shop",
            "MetricName": f"Metric{number}",
            "Dimensions": [{"Name": "Service", "Value": f"service-{number % 99:02}"}],
            "Stat": "Average",
            "StatusCode": "Complete",
            "Timestamps": times,
            "Values": [100 + (minute * number) % 7 for minute in range(180)],
        }


def _alarm() -> Body:
    return {
        "AlarmName": f"{SICK}-5xx",
        "StateValue": "ALARM",
        "StateReason": "Threshold Crossed.",
        "StateUpdatedTimestamp": _at(4),
        "MetricName": "Metric0",
        "Namespace": "Acme/Shop",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 50,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def _log(pod: Body) -> str:
    """Return a pod's share of the lines; the sick one's end in why it dies."""
    name = pod["metadata"]["labels"]["app"]
    line = f"INFO {name} GET /items 200 12ms request finished without anything to tell about it, as most of them do\n"
    count = LOG_BYTES // PODS // (len(line) + 21)
    lines = [f"{_at(2 + (count - number) / 60)} {line}" for number in range(count)]
    end = f"{_at(1.5)} ERROR KeyError: 'CARDS_URL'\n" if name == SICK else ""
    return "".join(lines) + end

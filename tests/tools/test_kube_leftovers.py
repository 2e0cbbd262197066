"""Kills that only events tell of, and pods of a finished rollout that will not go."""

import pytest

from tests.tools.kube_objects import NOW, at, deployment, event, pod, replicaset, template
from tools.contract import JsonObject, Role
from tools.kube.blame import examine
from tools.kube.crowd import speakers
from tools.kube.events import event as parsed
from tools.kube.fields import name_of
from tools.kube.logwords import host, lines_of, read
from tools.kube.owners import Scene, scene
from tools.kube.pods import analyze

READY = {"type": "Ready", "status": "True"}


def status(*, ready: bool, restarts: int = 0) -> JsonObject:
    """Return the status of a running pod, its last end not recorded."""
    told = {"name": "checkout", "ready": ready, "restartCount": restarts, "state": {"running": {"startedAt": at(1)}}}
    shown = READY if ready else {**READY, "status": "False"}
    return {"phase": "Running", "conditions": [shown], "containerStatuses": [told]}


def company(*pods: JsonObject, events: tuple[JsonObject, ...] = (), wanted: int = 1) -> Scene:
    """Return checkout with one revision and these pods."""
    sets = [replicaset(8, template(), minutes=5000, wanted=wanted)]
    return scene(pods, [deployment(replicas=wanted)], sets, [parsed(one) for one in events])


def codes(there: Scene) -> dict[str, Role]:
    """Return what is found of the workload, with its role."""
    return {one.code: one.role for one in analyze(there, examine(there, NOW), NOW)}


def test_a_probes_kills_are_told_from_events() -> None:
    """The program ends with success each time, and no last state says why: the kubelet's events do."""
    sick = pod("a", 8, status(ready=False, restarts=6))
    name = name_of(sick)
    said = (
        event(name, "Unhealthy", "Liveness probe failed: statuscode: 500", count=18),
        event(name, "Killing", "Container checkout failed liveness probe, will be restarted", count=6),
    )

    assert codes(company(sick, events=said))["probe_killed"] is Role.CAUSE


def test_a_single_kill_of_a_ready_pod_is_no_illness() -> None:
    """A probe that had a container restarted once, earlier, is a leftover."""
    well = pod("a", 8, status(ready=True, restarts=1))
    said = (event(name_of(well), "Killing", "Container checkout failed liveness probe, will be restarted", minutes=14),)

    assert "probe_killed" not in codes(company(well, events=said))


@pytest.mark.parametrize(("wanted", "code"), [(1, "old_terminating"), (2, "stuck_terminating")])
def test_a_pod_that_will_not_go_hurts_only_where_pods_are_missing(wanted: int, code: str) -> None:
    """All wanted pods serve: what is left of the rollout is no failure of now."""
    old = pod("old", 7, status(ready=False, restarts=2))
    old["metadata"] = {**old["metadata"], "deletionTimestamp": at(50)}  # type: ignore[dict-item]  # a test's own object

    found = codes(company(pod("new", 8, status(ready=True)), old, wanted=wanted))

    assert code in found


@pytest.mark.parametrize(
    ("line", "code", "named"),
    [
        (
            "Error: getaddrinfo ENOTFOUND cache.shop.svc.cluster.local",
            "name_unresolved",
            "cache.shop.svc.cluster.local",
        ),
        ("ERROR lookup db.internal on 10.0.0.2:53: no such host", "name_unresolved", "db.internal"),
        ('ERROR could not translate host name "orders-db" to address', "name_unresolved", "orders-db"),
        ("ERROR java.net.UnknownHostException: kafka-0.kafka", "name_unresolved", "kafka-0.kafka"),
        ('ERROR leases is forbidden: User "system:serviceaccount:shop:x" cannot list', "api_forbidden", ""),
        ("ERROR dial tcp 10.0.0.1:80: i/o timeout: connection timed out", "dependency_down", ""),
    ],
)
def test_a_log_line_has_its_class(line: str, code: str, named: str) -> None:
    """Names that are not resolved, and what RBAC forbids, are told from what does not answer."""
    assert read(lines_of(f"{at(1)} {line}\n")).code == code
    assert host(line) == named or not named


def test_the_pods_in_trouble_speak_first() -> None:
    """Then the youngest; three are enough."""
    pods = [
        pod("well", 8, status(ready=True), minutes=5),
        pod("ill", 8, status(ready=False)),
        pod("old", 8, minutes=90),
    ]

    assert name_of(speakers(pods)[0]).endswith("ill")

"""Pods that do not get as far as running, and those that are replaced already: each is told as what it is."""

import pytest

from tests.tools.kube_objects import NOW, at, deployment, event, pod, replicaset, template, unready, waiting
from tools.contract import Finding, JsonObject, Role
from tools.kube.ailments import obstacle
from tools.kube.blame import blame, examine
from tools.kube.events import event as parsed
from tools.kube.owners import scene

WAITS: JsonObject = {"name": "app", "ready": False, "state": {"waiting": {"reason": "PodInitializing"}}}


def _found(*pods: JsonObject, said: tuple[JsonObject, ...] = (), replicas: int = 1) -> list[Finding]:
    new = template("acme/checkout:2")
    sets = [replicaset(8, new, minutes=9000, wanted=replicas)]
    there = scene(pods, [deployment(pods=new, replicas=replicas)], sets, [parsed(one) for one in said])
    return blame(there, examine(there, NOW), NOW)


def test_an_init_container_that_does_not_end_is_named_with_its_log() -> None:
    """All other containers wait for it, and only its log says what it waits for."""
    runs: JsonObject = {"name": "wait-for-db", "ready": False, "state": {"running": {"startedAt": at(29)}}}
    status = {**unready(WAITS, phase="Pending"), "initContainerStatuses": [runs]}

    [found] = _found(pod("checkout-8-a", 8, status))

    assert (found.code, found.role) == ("init_stuck", Role.SYMPTOM)
    assert "wait-for-db, which runs for 29 min" in found.observed
    assert found.leads_to[0].args["container"] == "wait-for-db"
    assert not found.leads_to[0].args["previous"]


def test_a_sidecar_that_has_started_is_no_init_container_that_hangs() -> None:
    """It runs as long as the pod does."""
    runs: JsonObject = {"name": "proxy", "ready": True, "started": True, "state": {"running": {"startedAt": at(29)}}}
    status = {**unready(WAITS, phase="Pending"), "initContainerStatuses": [runs]}

    assert [one.code for one in _found(pod("checkout-8-a", 8, status))] == ["stuck_creating"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("container has runAsNonRoot and image will run as root", "bad_settings"),
        ('secret "cards" not found', "missing_config"),
        ("couldn't find key url in ConfigMap shop/cards", "missing_config"),
        ("", "missing_config"),
    ],
)
def test_settings_that_are_refused_are_told_from_settings_that_are_missing(message: str, code: str) -> None:
    """Nothing is to be created where the kubelet does not accept what is there."""
    assert [one.code for one in _found(pod("a", 8, waiting("CreateContainerConfigError", message)))] == [code]


def test_a_sidecar_that_keeps_the_pod_from_being_ready_is_named() -> None:
    """The program itself is in order."""
    fine: JsonObject = {"name": "app", "ready": True, "state": {"running": {"startedAt": at(30)}}}
    sick: JsonObject = {"name": "proxy", "ready": False, "state": {"running": {"startedAt": at(30)}}}
    failed = event("a", "Unhealthy", "Readiness probe failed: HTTP 503", count=90)

    [found] = _found(pod("a", 8, unready(fine, sick)), said=(failed,))

    assert "by its container proxy" in found.observed


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("0/3 nodes are available: 3 node(s) had volume node affinity conflict.", "volume"),
        ("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", "node affinity or selector"),
        ("Scheduling is blocked due to non-empty scheduling gates", "a scheduling gate that nobody lifted"),
    ],
)
def test_what_keeps_a_pod_from_a_node_is_named(message: str, what: str) -> None:
    """A volume in another zone is no matter of the pod's own affinity."""
    assert obstacle(message) == what


@pytest.mark.parametrize(("minutes", "role"), [(40, Role.CONTEXT), (5, Role.CAUSE)])
def test_a_pod_that_failed_and_was_replaced_is_a_leftover_after_a_while(minutes: int, role: Role) -> None:
    """Evicted pods are kept for inspection long after others serve in their place."""
    low = "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi."
    gone = pod("a", 8, {"phase": "Failed", "reason": "Evicted", "message": low, "startTime": at(minutes)})

    found = {one.subject: one.role for one in _found(gone, pod("b", 8)) if one.role is not Role.HEALTHY}

    assert found == {"deployment/shop/checkout": role}


def test_a_failed_pod_that_nobody_replaced_stays_trouble() -> None:
    """Fewer pods serve than are wanted."""
    gone = pod("a", 8, {"phase": "Failed", "reason": "Evicted", "message": "low on memory", "startTime": at(40)})

    assert [one.role for one in _found(gone, pod("b", 8), replicas=2)] == [Role.SYMPTOM]

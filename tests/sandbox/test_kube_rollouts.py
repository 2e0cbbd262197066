"""What becomes of workloads over time, on a clock that is moved by hand."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.kube import writing
from sandbox.kube.kinds import DEPLOYMENT, EVENT, POD, REPLICA_SET, Kind
from sandbox.kube.pods import is_active, is_ready
from sandbox.kube.requests import Request
from sandbox.kube.server import Cluster
from sandbox.world import World
from tests.kube_cluster import deployment, world_of


class Company:
    """A cluster on a clock, changed as an API client would."""

    def __init__(self, world: World) -> None:
        self.clock = Clock()
        self.cluster = Cluster(world, self.clock)

    def patch(self, body: dict[str, Any], name: str = "web", kind: Kind = DEPLOYMENT) -> None:
        """Merge-patch an object."""
        media = "application/merge-patch+json"
        request = Request("patch", kind, "shop", name, "", {}, json.dumps(body).encode(), media)
        writing.patch(self.cluster, request)

    def image(self, image: str) -> None:
        """Roll the deployment to an image."""
        containers = [{"name": "web", "image": image}]
        self.patch({"spec": {"template": {"spec": {"containers": containers}}}})

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.forward(timedelta(seconds=seconds))
        self.cluster.tick()

    def pods(self) -> list[dict[str, Any]]:
        """Return the pods that count."""
        return [pod for pod in self.cluster.store.all(POD, "shop") if is_active(pod)]

    def reasons(self) -> set[str]:
        """Return the reasons of all events."""
        return {str(event["reason"]) for event in self.cluster.store.all(EVENT, "shop")}


def test_a_bare_deployment_is_up_from_the_start() -> None:
    """A world need only write deployments; ReplicaSets, pods and statuses are filled in."""
    company = Company(world_of(deployment(replicas=3)))

    assert company.cluster.ready("deployment", "shop", "web")
    assert [is_ready(pod) for pod in company.pods()] == [True, True, True]
    assert len(company.cluster.store.all(REPLICA_SET, "shop")) == 1


def test_new_pods_take_a_moment() -> None:
    """A pod is first creating, then running, then ready."""
    company = Company(world_of(deployment(replicas=1)))
    company.patch({"spec": {"replicas": 2}})

    company.wait(0.6)
    early = company.cluster.ready("deployment", "shop", "web")
    company.wait(5)

    assert not early
    assert company.cluster.ready("deployment", "shop", "web")
    assert {"ScalingReplicaSet", "SuccessfulCreate", "Scheduled", "Pulled", "Started"} <= company.reasons()


@pytest.mark.parametrize(
    ("state", "reason", "event"),
    [
        ("CrashLoopBackOff", "CrashLoopBackOff", "BackOff"),
        ("OOMKilled", "CrashLoopBackOff", "BackOff"),
        ("ImagePullBackOff", "ImagePullBackOff", "Failed"),
    ],
)
def test_a_bad_image_stalls_a_rollout(state: str, reason: str, event: str) -> None:
    """Broken new pods never take the place of the ready ones, beyond what may be unavailable."""
    company = Company(world_of(deployment(replicas=4), behaviors=[{"image": "web:2", "state": state}]))

    company.image("web:2")
    company.wait(60)

    broken = [pod for pod in company.pods() if not is_ready(pod)]
    waiting = {pod["status"]["containerStatuses"][0]["state"].get("waiting", {}).get("reason") for pod in broken}
    assert waiting == {reason}
    assert sum(map(is_ready, company.pods())) >= 3
    assert not company.cluster.ready("deployment", "shop", "web")
    assert event in company.reasons()


def test_a_stalled_rollout_passes_its_deadline() -> None:
    """After progressDeadlineSeconds the deployment says so."""
    world = world_of(deployment(progressDeadlineSeconds=60), behaviors=[{"image": "web:2", "state": "NotReady"}])
    company = Company(world)

    company.image("web:2")
    company.wait(30)
    company.wait(90)

    stored = company.cluster.object("deployment", "shop", "web")
    assert stored
    reasons = {one["type"]: one["reason"] for one in stored["status"]["conditions"]}
    assert reasons["Progressing"] == "ProgressDeadlineExceeded"


def test_a_crash_loop_goes_on() -> None:
    """Restarts grow with the clock, with the kubelet's growing pauses."""
    company = Company(world_of(deployment(replicas=1), behaviors=[{"state": "CrashLoopBackOff", "exit_code": 3}]))
    before = company.pods()[0]["status"]["containerStatuses"][0]

    company.wait(700)

    after = company.pods()[0]["status"]["containerStatuses"][0]
    assert after["restartCount"] > before["restartCount"] > 0
    assert after["lastState"]["terminated"]["exitCode"] == 3


def test_a_restart_of_a_broken_program_stays_broken() -> None:
    """New pods of the program that the world's pods crash with crash too; another image is well."""
    company = Company(world_of(deployment(replicas=2), broken_pod("a"), broken_pod("b")))

    company.patch({"spec": {"template": {"metadata": {"annotations": {"restarted": "now"}}}}})
    company.wait(30)
    restarted = [is_ready(pod) for pod in company.pods()]
    company.image("web:0")
    company.wait(30)

    assert not any(restarted)
    assert company.cluster.ready("deployment", "shop", "web")


def broken_pod(suffix: str) -> dict[str, Any]:
    """Return a crash-looping pod as a world writes it."""
    terminated = {"exitCode": 1, "reason": "Error", "finishedAt": "2026-03-02T14:04:00Z"}
    status = {
        "name": "web",
        "ready": False,
        "restartCount": 4,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": terminated},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"web-5d8f-{suffix}", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }


def test_what_the_world_wrote_stays_until_touched() -> None:
    """Controllers do not correct a world: half a picture stays half a picture."""
    written = {**deployment(replicas=5), "status": {"replicas": 5, "readyReplicas": 1}}
    company = Company(world_of(written, broken_pod("a")))

    company.wait(5)

    stored = company.cluster.object("deployment", "shop", "web")
    assert stored
    assert stored["status"] == {"replicas": 5, "readyReplicas": 1}
    assert len(company.pods()) == 1


def test_a_quota_refuses_pods() -> None:
    """Beyond the quota no pod is created, and an event says why."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "few", "namespace": "shop"},
        "spec": {"hard": {"pods": "4"}},
        "status": {"used": {"pods": "3"}},
    }
    company = Company(world_of(deployment(replicas=3), quota))

    company.patch({"spec": {"replicas": 6}})
    company.wait(10)

    said = [event["message"] for event in company.cluster.store.all(EVENT) if event["reason"] == "FailedCreate"]
    assert len(company.pods()) <= 4
    assert "exceeded quota: few, requested: pods=1, used: pods=4, limited: pods=4" in said[0]


def test_recreate_has_no_two_versions_at_once() -> None:
    """The Recreate strategy stops the old pods before it starts new ones."""
    company = Company(world_of(deployment(replicas=2, strategy={"type": "Recreate"})))
    company.image("web:2")

    images = set()
    for _ in range(20):
        company.wait(0.5)
        images.add(frozenset(pod["spec"]["containers"][0]["image"] for pod in company.pods()))

    assert frozenset({"web:1", "web:2"}) not in images
    assert company.cluster.ready("deployment", "shop", "web")


def test_conditions_hold_since_a_moment() -> None:
    """`holds` says since when, forgets when it no longer does, and knows the empty condition."""
    company = Company(world_of(deployment(replicas=2)))
    small = {"deployment": "shop/web", "replicas_at_most": 1, "ready": True}
    before = company.cluster.holds(small), company.cluster.holds({})

    company.patch({"spec": {"replicas": 1}})
    company.wait(10)
    since = company.cluster.holds(small)
    healed = company.cluster.holds({})
    company.patch({"spec": {"replicas": 2}})
    company.wait(10)

    assert before == (None, None)
    assert since is not None
    assert healed is not None
    assert company.cluster.holds(small) is None


@settings(max_examples=25, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(["scale", "image"]), st.integers(0, 6), st.floats(0, 8)), min_size=1, max_size=6
    )
)
def test_any_history_ends_as_asked(changes: list[tuple[str, int, float]]) -> None:
    """Whatever is changed and whenever: left alone, a deployment of good images ends complete, with no pod too many."""
    company = Company(world_of(deployment(replicas=2)))
    for how, number, pause in changes:
        if how == "scale":
            company.patch({"spec": {"replicas": number}})
        else:
            company.image(f"web:{number}")
        company.wait(pause)

    company.wait(60)
    company.wait(60)

    stored = company.cluster.object("deployment", "shop", "web")
    assert stored
    assert company.cluster.ready("deployment", "shop", "web")
    assert len(company.cluster.store.all(POD, "shop")) == stored["spec"]["replicas"]

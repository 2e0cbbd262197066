"""The sandbox's worlds hold together: what truth.toml calls right works, what it calls wrong does not."""

import json
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.kube import writing
from sandbox.kube.kinds import DEPLOYMENT, JOB, POD, REPLICA_SET
from sandbox.kube.requests import Request
from sandbox.kube.server import Cluster
from sandbox.kube.tables import as_table
from sandbox.world import read_world

WORLDS = Path(__file__).parents[2] / "sandbox" / "worlds"
NAMES = sorted(folder.name for folder in WORLDS.iterdir() if (folder / "world.toml").is_file())
JUDGED = sorted(file.parent.name for file in WORLDS.glob("*/truth.toml"))
ILL = ("bad-deploy", "connections")


def cluster_of(name: str) -> tuple[Cluster, Clock]:
    """Return a world's cluster and its clock."""
    clock = Clock()
    return Cluster(read_world(WORLDS / name), clock), clock


def change(cluster: Cluster, deployment: str, spec: dict[str, Any]) -> None:
    """Patch a deployment's spec."""
    body = json.dumps({"spec": spec}).encode()
    request = Request("patch", DEPLOYMENT, "shop", deployment, "", {}, body, "application/merge-patch+json")
    writing.patch(cluster, request)


def is_healed(cluster: Cluster, clock: Clock) -> bool:
    """Tell whether the world's own condition for being well holds after a while."""
    clock.forward(timedelta(seconds=60))
    return cluster.holds(cluster.heals[0]["when"]) is not None


@pytest.mark.parametrize("name", JUDGED)
def test_every_truth_is_about_its_world(name: str) -> None:
    """truth.toml says whether all is well, and names only tools and deployments that exist."""
    truth = tomllib.loads((WORLDS / name / "truth.toml").read_text("utf-8"))
    cluster, _ = cluster_of(name)

    named = [entry["args"] for entry in (*truth["remedies"], *truth.get("wrong", ()))]

    assert not (truth["healthy"] and truth["remedies"])
    assert all(cluster.object("deployment", args["namespace"], args["deployment"]) for args in named)


@pytest.mark.parametrize("name", NAMES)
def test_every_pod_belongs_and_every_log_has_a_pod(name: str) -> None:
    """No pod is without a ReplicaSet or a Job, and no log without a pod."""
    cluster, _ = cluster_of(name)
    owners = {(kind.name, one["metadata"]["name"]) for kind in (REPLICA_SET, JOB) for one in cluster.store.all(kind)}

    pods = cluster.store.all(POD, "shop")

    owned = [pod["metadata"]["ownerReferences"][0] for pod in pods]

    assert all((owner["kind"], owner["name"]) in owners for owner in owned)
    assert all(cluster.store.get(POD, namespace, pod) for namespace, pod, _, _ in cluster.world.logs)


@pytest.mark.parametrize("name", ILL)
def test_an_ill_world_stays_ill_by_itself(name: str) -> None:
    """Waiting does not help."""
    cluster, clock = cluster_of(name)

    assert not is_healed(cluster, clock)


def test_a_healthy_world_is_healthy() -> None:
    """In the false alarm every deployment is ready."""
    cluster, _ = cluster_of("false-alarm")

    names = [one["metadata"]["name"] for one in cluster.store.all(DEPLOYMENT, "shop")]

    assert all(cluster.ready("deployment", "shop", name) for name in names)


def test_rolling_back_heals_the_bad_deploy() -> None:
    """The previous version starts and every replica is ready."""
    cluster, clock = cluster_of("bad-deploy")
    previous = cluster.object("replicaset", "shop", "checkout-5f6b8d7c9b")
    assert previous

    change(cluster, "checkout", {"template": previous["spec"]["template"]})

    assert is_healed(cluster, clock)
    assert cluster.ready("deployment", "shop", "checkout")


def test_restarting_does_not_heal_the_bad_deploy() -> None:
    """New pods of the broken version crash as the old ones did."""
    cluster, clock = cluster_of("bad-deploy")

    change(cluster, "checkout", {"template": {"metadata": {"annotations": {"restartedAt": "now"}}}})

    assert not is_healed(cluster, clock)


def test_scaling_the_workers_back_heals_the_connections() -> None:
    """With room in the database checkout becomes ready by itself."""
    cluster, clock = cluster_of("connections")

    change(cluster, "orders-worker", {"replicas": 3})

    assert is_healed(cluster, clock)
    clock.forward(timedelta(seconds=20))
    assert cluster.ready("deployment", "shop", "checkout")


def test_restarting_checkout_does_not_heal_the_connections() -> None:
    """The symptom's deployment is not where the cause is."""
    cluster, clock = cluster_of("connections")

    change(cluster, "checkout", {"template": {"metadata": {"annotations": {"restartedAt": "now"}}}})

    assert not is_healed(cluster, clock)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_a_world_with_holes_is_served(chance: Random) -> None:
    """Whatever fields a world leaves out: it loads, time passes, and every kind can be listed."""
    whole = read_world(WORLDS / "bad-deploy")
    objects = tuple(_with_holes(one, chance) for one in whole.objects)

    clock = Clock()
    cluster = Cluster(replace(whole, objects=objects), clock)
    clock.forward(timedelta(seconds=20))
    cluster.tick()

    for kind in cluster.store.kinds():
        rows = as_table(Request("list", kind), {"items": cluster.store.all(kind)}, "as=Table", 0)["rows"]
        assert len(rows) == len(cluster.store.all(kind))


def _with_holes(value: Any, chance: Random, depth: int = 0) -> Any:
    """Return JSON data with an eighth of its fields left out, but for what names an object."""
    if isinstance(value, list):
        return [_with_holes(item, chance, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key for key in value if depth == 0 or key == "name" or chance.random() > 1 / 8}
    return {key: _with_holes(item, chance, depth + 1) for key, item in value.items() if key in kept}

"""The world that changes are made to: the sandbox's cluster, whose own log of writes says what was really done."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.settings import Settings
from sandbox.clock import Clock
from sandbox.kube.server import Cluster, Write
from sandbox.world import World
from tests.kube_cluster import NOW, deployment, serving
from tools import instances, people
from tools.kube import changing
from tools.kube.changing import ACTION

NAMESPACE = "shop"
AT_ONCE = {"start": 0, "ready": 0, "stop": 0}
LOOK_SECONDS, SETTLE_SECONDS = 0.01, 0.3
"""This cluster is quick, so a read-back need not wait for it as long."""


@dataclass(frozen=True)
class Site:
    """A served cluster of small deployments `d0`, `d1` …, which the product's client is pointed at."""

    cluster: Cluster
    kubeconfig: Path

    @property
    def writes(self) -> list[Write]:
        """Everything that was ever done to the cluster."""
        return self.cluster.writes

    def actions(self) -> list[str]:
        """Return the id that each write carries, in order."""
        return [action_of(write) for write in self.writes]


@contextmanager
def serve(deployments: int) -> Iterator[Site]:
    """Serve a cluster for the length of the block."""
    objects = tuple(deployment(f"d{number}", replicas=1) for number in range(deployments))
    world = World(Path(), "site", NOW, "us-east-1", "123456789012", {"pace": AT_ONCE}, objects, {})
    cluster = Cluster(world, Clock())
    with tempfile.TemporaryDirectory(prefix="infra-promises-") as folder, serving(cluster) as url:
        kubeconfig = Path(folder, "kubeconfig")
        kubeconfig.write_text(cluster.kubeconfig(url), "utf-8")
        yield Site(cluster, kubeconfig)


def seen_from_afar(kubeconfig: Path) -> Site:
    """Return a site that another process serves; what is there is asked over HTTP only."""
    return Site(Cluster(World(Path(), "afar", NOW, "us-east-1", "123456789012", {}, (), {}), Clock()), kubeconfig)


@contextmanager
def pointed(site: Site) -> Iterator[None]:
    """Point the product's client at a site for the length of the block."""
    told = Settings(kubeconfig=str(site.kubeconfig), infra_config=site.kubeconfig.parent)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(instances, "settings", lambda: told)
        patched.setattr(people, "settings", lambda: told)  # no people.toml there: every voter acts as Infra
        patched.setattr(changing, "LOOK_SECONDS", LOOK_SECONDS)
        patched.setattr(changing, "SETTLE_SECONDS", SETTLE_SECONDS)
        yield


def action_of(write: Write) -> str:
    """Return the id of the approval that a write says it carries out; empty if it says none."""
    match write.body:
        case {"metadata": {"annotations": {**annotations}}}:
            return str(annotations.get(ACTION, ""))
        case _:
            return ""

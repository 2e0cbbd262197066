"""A cluster to test with: a small world in memory, served in a thread, and real kubectl pointed at it."""

import asyncio
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.clock import Clock
from sandbox.kube.server import Cluster, make_app
from sandbox.world import World

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)

needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")


def deployment(name: str = "web", replicas: int = 3, image: str = "web:1", **spec: Any) -> dict[str, Any]:
    """Return a bare deployment, as a person would write it."""
    labels = {"app": name}
    container = {"name": name, "image": image, "ports": [{"name": "http", "containerPort": 8080}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            **spec,
        },
    }


def service(name: str = "web") -> dict[str, Any]:
    """Return a service in front of a deployment."""
    ports = [{"port": 80, "targetPort": "http"}]
    meta = {"name": name, "namespace": "shop"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": {"app": name}, "ports": ports},
    }


def world_of(
    *objects: dict[str, Any], logs: dict[tuple[str, str, str, str], str] | None = None, **settings: Any
) -> World:
    """Return a world in memory."""
    return World(Path(), "test", NOW, "us-east-1", "123456789012", settings, objects, logs or {})


@dataclass
class Kubectl:
    """Real kubectl, pointed at a cluster."""

    cluster: Cluster
    url: str
    home: Path

    def __call__(self, *arguments: str, fails: bool = False) -> str:
        """Run a command; return what it prints, of both kinds if it is to fail."""
        environment = {"HOME": str(self.home), "KUBECONFIG": str(self.home / "kubeconfig"), "PATH": os.defpath}
        command = [shutil.which("kubectl") or "kubectl", "-n", "shop", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr if fails else done.stdout


@contextmanager
def serving(cluster: Cluster) -> Iterator[str]:
    """Serve a cluster for the length of the block and yield its URL."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(make_app(cluster), access_log=None, shutdown_timeout=0.1)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@contextmanager
def kubectl_on(world: World, home: Path) -> Iterator[Kubectl]:
    """Serve a world's cluster and yield kubectl for it."""
    cluster = Cluster(world, Clock())
    with serving(cluster) as url:
        (home / "kubeconfig").write_text(cluster.kubeconfig(url), "utf-8")
        yield Kubectl(cluster, url, home)


def until(holds: Callable[[], Any], seconds: float = 120) -> None:
    """Wait for something to hold.

    Raises:
        AssertionError: It did not within the time.
    """
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "what was waited for did not happen"
        time.sleep(0.02)

"""A small shop in the sandbox's cluster, and the product's client pointed at it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from config.settings import Settings
from sandbox.clock import Clock
from sandbox.kube.server import Cluster, make_app
from sandbox.world import World
from tools import acting, instances
from tools.contract import Change, JsonObject, Preview
from tools.kube.revisions import REVISION
from tools.proposal import Grant, Proposal

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
GOOD, BAD = "acme/checkout:2.13.0", "acme/checkout:2.14.0"


def at(minutes: float) -> str:
    """Return the time so many minutes before the world's now."""
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def shop() -> World:
    """Return a world in which checkout is healthy on revision 2, and was on another image in revision 1."""
    objects: list[JsonObject] = [
        *_revisions("checkout", (BAD, 4000, 0), (GOOD, 3000, 3)),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "checkout", "namespace": "shop"},
            "spec": {"selector": {"app": "checkout"}, "ports": [{"port": 80, "targetPort": 8080}]},
        },
    ]
    return World(
        path=Path("none"),
        name="shop",
        now=NOW,
        region="us-east-1",
        account="123456789012",
        settings={"pace": {"start": 0, "ready": 0, "stop": 0}},
        objects=tuple(dict(one) for one in objects),
        begins=datetime.now(UTC),
    )


@contextmanager
def served(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Serve a world's cluster and point the client at it for the length of the block."""
    cluster = Cluster(world, Clock())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = web.AppRunner(make_app(cluster), access_log=None, shutdown_timeout=0.1)
    try:
        url = asyncio.run_coroutine_threadsafe(_started(runner), loop).result(10)
        path = folder / "kubeconfig"
        path.write_text(cluster.kubeconfig(url), "utf-8")
        pointed(path, monkeypatch)
        yield cluster
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def pointed(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the client at a kubeconfig."""
    told = Settings(kubeconfig=str(kubeconfig))
    monkeypatch.setattr(instances, "settings", lambda: told)


def granted(change: Change, args: JsonObject, preview: Preview | None = None, name: str = "action-1") -> Grant:
    """Return a grant of a change as it is shown now."""
    proposal = Proposal(
        id=name,
        tool=change.name,
        version=change.version,
        args=args,
        risk=change.risk,
        needs=change.needs,
        preview=preview or change.preview(**args),
        reason="It crashes",
        evidence=("E1",),
        asker="U0ANA0001",
        environment="production",
        service="checkout",
        run_id="run-1",
        at=datetime.now(UTC),
    )
    now = datetime.now(UTC)
    return Grant(proposal, "digest", ("U0BEN0001",), "production", "p1", now, now + timedelta(minutes=15))


def carried_out(change: Change, args: JsonObject, grant: Grant) -> tuple[str, object]:
    """Carry a grant out as the executor does, and return the sentence and the settlement."""
    with acting.acting_on(grant):
        return change.apply(**args), change.settle(**args)


def _revisions(name: str, *steps: tuple[str, float, int]) -> list[JsonObject]:
    """Return a deployment with a ReplicaSet for each (image, minutes ago, pods); the last is current."""
    replicas, image = steps[-1][2], steps[-1][0]
    selector = {"matchLabels": {"app": name}}
    deployment: JsonObject = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-of-{name}",
            "creationTimestamp": at(steps[0][1]),
            "annotations": {REVISION: str(len(steps))},
        },
        "spec": {"replicas": replicas, "selector": selector, "template": _template(name, image)},
    }
    return [deployment, *(_set(name, number, step) for number, step in enumerate(steps, 1))]


def _set(name: str, number: int, step: tuple[str, float, int]) -> JsonObject:
    image, minutes, pods = step
    template = _template(name, image, f"hash{number}")
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name}-hash{number}",
            "namespace": "shop",
            "creationTimestamp": at(minutes),
            "labels": {"app": name, "pod-template-hash": f"hash{number}"},
            "annotations": {REVISION: str(number)},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": name,
                    "uid": f"uid-of-{name}",
                    "controller": True,
                }
            ],
        },
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": {"app": name, "pod-template-hash": f"hash{number}"}},
            "template": template,
        },
    }


def _template(name: str, image: str, hashed: str = "") -> JsonObject:
    labels = {"app": name, **({"pod-template-hash": hashed} if hashed else {})}
    container = {"name": "app", "image": image, "ports": [{"containerPort": 8080}]}
    return {"metadata": {"labels": labels}, "spec": {"containers": [container]}}


async def _started(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


def with_settings(world: World, **settings: object) -> World:
    """Return the world with other settings."""
    return replace(world, settings={**world.settings, **settings})

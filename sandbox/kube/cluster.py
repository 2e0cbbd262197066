"""One cluster: its objects, and all that happens to them as the company's clock goes on."""

from __future__ import annotations

import json
import random
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.kube.access import Access
from sandbox.kube.behaviors import read_behaviors
from sandbox.kube.conditions import Conditions
from sandbox.kube.endpoints import Endpoints
from sandbox.kube.events import Recorder
from sandbox.kube.filling import Filler
from sandbox.kube.kinds import DEPLOYMENT, POD, REPLICA_SET, Kind, Object, Registry, kind_names
from sandbox.kube.kubelet import Kubelet
from sandbox.kube.lives import Pace
from sandbox.kube.loading import load
from sandbox.kube.logs import Logs
from sandbox.kube.parts import labels, owner, place
from sandbox.kube.pods import is_active, is_ready
from sandbox.kube.progress import is_complete
from sandbox.kube.quotas import Quotas
from sandbox.kube.replicas import Habits, Replicas
from sandbox.kube.revisions import revision
from sandbox.kube.rollouts import Rollouts
from sandbox.kube.selectors import chosen_by
from sandbox.kube.store import Store
from sandbox.world import World

STEP = 0.5
"""Seconds of the company's time in one step of the controllers."""
MOST_STEPS = 240
MOST_ASKED = 10_000


@dataclass(frozen=True, slots=True)
class Write:
    """One change somebody made: an accepted request that was not a dry run. The measure of effects in every test."""

    at: float
    verb: str
    resource: str  # such as deployments, or deployments/scale
    namespace: str
    name: str
    body: Any
    agent: str
    user: str = ""  # whom the request acted as
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was allowed, whatever came of it: who may do what is measured by these."""

    user: str
    verb: str
    group: str  # empty for the core group
    resource: str
    namespace: str


class Cluster:
    """The state of a world's cluster. Safe to use from any thread."""

    def __init__(self, world: World, clock: Clock) -> None:
        settings: Mapping[str, Any] = world.settings
        self.world, self.clock = world, clock
        self.lock = threading.RLock()
        self.registry = Registry()
        self.store = Store()
        self.writes: list[Write] = []
        self.asked: deque[Asked] = deque(maxlen=MOST_ASKED)
        self.access = Access.read(settings.get("rbac"))
        self.recorder = Recorder(self.store, clock)
        self.kubelet = Kubelet(self.store, self.recorder, clock, Pace.read(settings.get("pace")))
        habits = Habits(read_behaviors(settings.get("behaviors")), {})
        chance = random.Random(world.name)  # noqa: S311 - names of pods, the same in every run
        self.replicas = Replicas(self.store, self.recorder, self.kubelet, Quotas(self.store), habits, chance)
        self.rollouts = Rollouts(self.store, self.replicas)
        self.endpoints = Endpoints(self.store)
        self.logs = Logs(world, self.kubelet, clock)
        self.heals = _of_the_cluster(_tables(settings.get("heals")))
        self.conditions = Conditions(self.store, world.begins.timestamp())
        self._last = world.begins.timestamp()
        self._begin()

    def _begin(self) -> None:
        load(self.world, self.registry, self.store)
        Filler(self.world, self.store, self.kubelet, self.replicas, self.rollouts).fill()
        self.endpoints.tick(self._last)
        self.conditions.start([heal.get("when") or {} for heal in self.heals])
        self._settled = self.store.version

    def kubeconfig(self, url: str) -> str:
        """Return a kubeconfig whose one context, `sandbox`, points at a URL."""
        named = {"name": "sandbox"}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{**named, "cluster": {"server": url}}],
            "users": [{**named, "user": {"token": "sandbox"}}],
            "contexts": [{**named, "context": {"cluster": "sandbox", "user": "sandbox"}}],
            "current-context": "sandbox",
        }
        return json.dumps(document, indent=2)

    def tick(self) -> None:
        """Let everything happen that is due by now."""
        with self.lock:
            now = self.clock.time()
            steps = 0
            while self._last < now:
                steps += 1
                step = STEP if self._is_busy() and steps < MOST_STEPS else now - self._last
                self._last = min(now, self._last + step)
                self._step(self._last)

    def ready(self, kind: str, namespace: str, name: str) -> bool:
        """Tell whether a workload, pod or node is as ready as it is meant to be."""
        object_ = self.object(kind, namespace, name)
        if object_ is None:
            return False
        match object_["kind"]:
            case "Deployment":
                return is_complete(object_)
            case "Pod" | "Node":
                return is_ready(object_)
            case _:
                with self.lock:
                    chosen = chosen_by((object_.get("spec") or {}).get("selector"))
                    pods = [pod for pod in self.store.all(POD, namespace) if chosen(labels(pod)) and is_active(pod)]
                    return len(pods) >= int(object_["spec"].get("replicas", 1)) and all(map(is_ready, pods))

    def revision(self, namespace: str, deployment: str) -> int:
        """Return the revision a deployment is at, 0 if there is no such deployment."""
        object_ = self.object("deployment", namespace, deployment)
        return revision(object_) if object_ else 0

    def object(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return an object by kind (any name kubectl takes), namespace and name."""
        known = kind_names(self.registry.kinds).get(kind) or kind_names(self.registry.kinds)[kind.lower()]
        with self.lock:
            self.tick()
            return self.store.get(known, namespace if known.namespaced else "", name)

    def holds(self, condition: Mapping[str, Any]) -> datetime | None:
        """Return since when a condition holds, None if it does not.

        Args:
            condition: The `when` of a [[heals]]: deployment (`namespace/name`; every one if left out), ready,
                replicas_at_most, replicas_at_least, image, image_not, restarted, changed. Empty: all that was unready
                at first is ready, or, had nothing been unready, what was changed since is ready.
        """
        with self.lock:
            self.tick()
            return self.conditions.since(condition, self._last)

    def touched(self, kind: Kind, object_: Object) -> None:
        """Wake the controllers of what somebody changed."""
        if kind is DEPLOYMENT:
            self.rollouts.touch(object_)
            return
        reference = owner(object_)
        parent_kind = REPLICA_SET if kind is POD else DEPLOYMENT
        parent = self.store.get(parent_kind, place(object_)[0], str(reference.get("name")))
        if parent is not None and parent["metadata"]["uid"] == reference.get("uid"):
            self.touched(parent_kind, parent)

    def _is_busy(self) -> bool:
        moving = any(life.next_at <= self.clock.time() for life in self.kubelet.lives.values())
        return moving or self.store.version != self._settled

    def _step(self, at: float) -> None:
        before = self.store.version
        self.kubelet.tick(at)
        self.rollouts.tick(at)
        if self.store.version != self._settled:
            self.endpoints.tick(at)
            self.conditions.tick(at)
        self._recover(at)
        if self.store.version == before:
            self._settled = before

    def _recover(self, at: float) -> None:
        """Let the pods that a heal names become ready `after` seconds from when its condition holds."""
        for heal in self.heals:
            if not (named := heal.get("recovers")):
                continue
            since = self.conditions.since(heal.get("when") or {}, at)
            if since is None or at < since.timestamp() + float(heal.get("after", 0)):
                continue
            for deployment in self.store.all(DEPLOYMENT):
                if "/".join(place(deployment)) in named:
                    self._recover_pods(deployment, at)

    def _recover_pods(self, deployment: Object, at: float) -> None:
        for replica_set in self.rollouts.replica_sets(deployment):
            for pod in filter(is_active, self.replicas.pods_of(replica_set)):
                if not is_ready(pod) and pod["status"].get("phase") == "Running":
                    self.kubelet.recover(pod, at)
                    self.rollouts.touch(deployment)


def _of_the_cluster(heals: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out what waits for a merge; that is GitHub's to know."""
    return [heal for heal in heals if "merged" not in (heal.get("when") or {})]


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value or [], list):
        raise ValueError("world.toml: heals must be tables, written [[heals]].")  # noqa: TRY004 - a wrong file
    return list(value or [])

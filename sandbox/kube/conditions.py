"""Since when a condition on the cluster's workloads holds: what [[heals]] in world.toml waits for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.kube.kinds import DEPLOYMENT, POD, STATEFUL_SET, Object
from sandbox.kube.parts import born, containers, digest, labels
from sandbox.kube.pods import is_active, is_ready
from sandbox.kube.progress import is_complete
from sandbox.kube.selectors import chosen_by
from sandbox.kube.store import Store

KEYS = ("deployment", "ready", "replicas_at_most", "replicas_at_least", "image", "image_not", "restarted", "changed")


@dataclass
class Conditions:
    """Watches conditions. The empty one is: all that was not ready at first is ready, or what was changed since is."""

    store: Store
    begins: float
    _since: dict[str, tuple[Mapping[str, Any], float | None]] = field(default_factory=dict)
    _unready: frozenset[str] = frozenset()
    _specs: dict[str, str] = field(default_factory=dict)

    def start(self, conditions: list[Mapping[str, Any]]) -> None:
        """Remember how things are at first, and watch these conditions.

        Raises:
            ValueError: Says which key is unknown.
        """
        self._unready = frozenset(_key(one) for one in self._workloads() if not self._is_ready(one))
        self._specs = {_key(one): digest(one["spec"]) for one in self._workloads()}
        for condition in conditions:
            if unknown := sorted(set(condition) - set(KEYS)):
                raise ValueError(
                    f"world.toml: [[heals]] when has no key {unknown[0]!r}; use some of {', '.join(KEYS)}."
                )
            self._since[_name(condition)] = (condition, None)

    def tick(self, at: float) -> None:
        """Look at every condition that is watched."""
        for name, (condition, since) in list(self._since.items()):
            holds = self._holds(condition)
            self._since[name] = (condition, (at if since is None else since) if holds else None)

    def since(self, condition: Mapping[str, Any], at: float) -> datetime | None:
        """Return since when a condition holds, None if it does not; from now on it is watched."""
        name = _name(condition)
        if name not in self._since:
            self._since[name] = (condition, None)
            self.tick(at)
        since = self._since[name][1]
        return None if since is None else datetime.fromtimestamp(since, UTC)

    def is_changed(self, workload: Object) -> bool:
        """Tell whether a workload is not as it was at first."""
        return self._specs.get(_key(workload)) != digest(workload["spec"])

    def _holds(self, condition: Mapping[str, Any]) -> bool:
        if not condition:
            return self._recovered()
        name = str(condition.get("deployment", ""))
        found = [one for one in self._workloads() if not name or "/".join(_place(one)) == name]
        return bool(found) and all(self._fits(one, condition) for one in found)

    def _recovered(self) -> bool:
        workloads = {_key(one): one for one in self._workloads()}
        if self._unready:
            return all(self._is_ready(workloads[key]) for key in self._unready & set(workloads))
        changed = [one for one in workloads.values() if self.is_changed(one)]
        return bool(changed) and all(map(self._is_ready, changed))

    def _fits(self, workload: Object, condition: Mapping[str, Any]) -> bool:
        replicas = int(workload["spec"].get("replicas", 1))
        images = {str(one.get("image")) for one in containers(workload)}
        truth: dict[str, Callable[[Any], bool]] = {
            "ready": lambda value: self._is_ready(workload) is value,
            "replicas_at_most": lambda value: replicas <= value and len(self._pods(workload)) <= value,
            "replicas_at_least": lambda value: replicas >= value,
            "image": lambda value: value in images,
            "image_not": lambda value: value not in images and not self._runs(workload, value),
            "restarted": lambda value: self._is_restarted(workload) is value,
            "changed": lambda value: self.is_changed(workload) is value,
        }
        return all(truth[key](value) for key, value in condition.items() if key in truth)

    def _runs(self, workload: Object, image: str) -> bool:
        return any(one.get("image") == image for pod in self._pods(workload) for one in containers(pod))

    def _is_restarted(self, workload: Object) -> bool:
        pods = self._pods(workload)
        return bool(pods) and all(born(pod) >= int(self.begins) for pod in pods)

    def _is_ready(self, workload: Object) -> bool:
        if workload["kind"] == "Deployment":
            return _is_complete(workload)
        pods = self._pods(workload)
        return len(pods) >= int(workload["spec"].get("replicas", 1)) and all(map(is_ready, pods))

    def _pods(self, workload: Object) -> list[Object]:
        chosen = chosen_by(workload["spec"].get("selector"))
        return [pod for pod in self.store.all(POD, _place(workload)[0]) if is_active(pod) and chosen(labels(pod))]

    def _workloads(self) -> list[Object]:
        return [*self.store.all(DEPLOYMENT), *self.store.all(STATEFUL_SET)]


def _is_complete(deployment: Object) -> bool:
    """Tell whether all replicas are new and ready; a status written by hand may leave out what is new."""
    status = deployment.get("status") or {}
    ready = status.get("readyReplicas", 0)
    told = {"updatedReplicas": ready, "availableReplicas": ready, "replicas": ready}
    seen = {"observedGeneration": deployment["metadata"].get("generation", 1)}
    return is_complete({**deployment, "status": {**told, **seen, **status}})


def _place(workload: Object) -> tuple[str, str]:
    return str(workload["metadata"].get("namespace")), str(workload["metadata"]["name"])


def _key(workload: Object) -> str:
    return "/".join((str(workload["kind"]), *_place(workload)))


def _name(condition: Mapping[str, Any]) -> str:
    return json.dumps(dict(condition), sort_keys=True, default=str)

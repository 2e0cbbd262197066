"""Which workload, and which revision of it, a pod belongs to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.contract import JsonObject
from tools.kube.client import Reader
from tools.kube.events import Event, every_event
from tools.kube.fields import labels, name_of, namespace_of, number, part, parts, selects, text
from tools.kube.revisions import REVISION, Revision, owned_by, revisions


@dataclass(frozen=True)
class Owner:
    """The workload a pod belongs to; a pod without one is its own owner. `revision` is 0 where there is none."""

    kind: str
    namespace: str
    name: str
    revision: int = 0

    @property
    def subject(self) -> str:
        """How findings name it."""
        return f"{self.kind}/{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Scene:
    """Pods with what owns them and what happened to them, listed once each."""

    pods: tuple[JsonObject, ...] = ()
    deployments: tuple[JsonObject, ...] = ()
    replicasets: tuple[JsonObject, ...] = ()
    events: tuple[Event, ...] = ()
    _sets: dict[tuple[str, str], JsonObject] = field(default_factory=dict)
    _owned: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)

    def owner(self, pod: JsonObject) -> Owner:
        """Return the workload and revision a pod belongs to."""
        above = next(iter(parts(pod, "metadata", "ownerReferences")), {})
        kind, name, namespace = text(above, "kind"), text(above, "name"), namespace_of(pod)
        if kind == "ReplicaSet":
            return self._through(namespace, name)
        if kind and name:
            return Owner(kind.lower(), namespace, name)
        return self._by_labels(pod)

    def history(self, owner: Owner) -> tuple[Revision, ...]:
        """Return the revisions of a deployment, newest first; of anything else, none."""
        deployment = self.deployment(owner)
        return self.revisions(deployment) if deployment else ()

    def revisions(self, deployment: JsonObject) -> tuple[Revision, ...]:
        """Return the revisions of a deployment, newest first."""
        namespace = namespace_of(deployment)
        mine = self._owned.get((namespace, name_of(deployment)), []) + self._owned.get((namespace, ""), [])
        return revisions(deployment, mine)

    def deployment(self, owner: Owner) -> JsonObject:
        """Return the deployment behind an owner, or an empty object."""
        wanted = (owner.namespace, owner.name)
        if owner.kind != "deployment":
            return {}
        return next((one for one in self.deployments if (namespace_of(one), name_of(one)) == wanted), {})

    def _through(self, namespace: str, replicaset: str) -> Owner:
        found = self._sets.get((namespace, replicaset))
        if found is None:
            return Owner("deployment", namespace, re.sub(r"-[a-z0-9]{1,10}$", "", replicaset))
        above = next(iter(parts(found, "metadata", "ownerReferences")), {})
        name = text(above, "name") or next((name_of(one) for one in self.deployments if owned_by(found, one)), "")
        revision = number(found, "metadata", "annotations", REVISION)
        return Owner("deployment", namespace, name, revision) if name else Owner("replicaset", namespace, replicaset)

    def _by_labels(self, pod: JsonObject) -> Owner:
        namespace, mine = namespace_of(pod), labels(pod, "metadata", "labels")
        for one in self.deployments:
            if namespace_of(one) == namespace and selects(part(one, "spec", "selector"), mine):
                return Owner("deployment", namespace, name_of(one))
        return Owner("pod", namespace, name_of(pod))


def scene(
    pods: Iterable[JsonObject] = (),
    deployments: Iterable[JsonObject] = (),
    replicasets: Iterable[JsonObject] = (),
    events: Iterable[Event] = (),
) -> Scene:
    """Put listed objects together."""
    sets = tuple(replicasets)
    index = {(namespace_of(one), name_of(one)): one for one in sets}
    owned: dict[tuple[str, str], list[JsonObject]] = {}
    for one in sets:
        above = next(iter(parts(one, "metadata", "ownerReferences")), {})
        owned.setdefault((namespace_of(one), text(above, "name")), []).append(one)
    return Scene(tuple(pods), tuple(deployments), sets, tuple(events), index, owned)


def look(api: Reader, namespace: str) -> Scene:
    """List what a scene needs, a request a kind; only the pods must be readable."""
    return scene(
        pods=api.every("pods", namespace),
        deployments=api.any("deployments", namespace),
        replicasets=api.any("replicasets", namespace),
        events=every_event(api, namespace),
    )

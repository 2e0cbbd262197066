"""Fill in what a world leaves out: owners, ReplicaSets, pods and statuses; what it wrote stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.kube.behaviors import READY, Behavior
from sandbox.kube.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    NODE,
    POD,
    REPLICA_SET,
    STATEFUL_SET,
    Kind,
    Object,
)
from sandbox.kube.kubelet import Kubelet
from sandbox.kube.learning import Learner
from sandbox.kube.parts import (
    HASH,
    born,
    containers,
    labels,
    owned_by,
    owner,
    place,
    random_name,
    template_hash,
)
from sandbox.kube.pods import is_active, is_ready, make_pod, with_states
from sandbox.kube.progress import deployment_status
from sandbox.kube.replicas import Replicas
from sandbox.kube.revisions import new_replica_set, revision, wanted
from sandbox.kube.rollouts import Rollouts
from sandbox.kube.selectors import chosen_by
from sandbox.kube.store import Store
from sandbox.kube.tidying import named_containers
from sandbox.world import World

OLDEST = 6 * 3600.0
"""Broken pods nobody wrote have been broken for at most so many seconds."""


@dataclass
class Filler:
    """Completes a freshly loaded store."""

    world: World
    store: Store
    kubelet: Kubelet
    replicas: Replicas
    rollouts: Rollouts

    def fill(self) -> None:
        """Complete deployments and other workloads from the top down, statuses from the bottom up."""
        for pod in self.store.all(POD):
            self._pod_status(pod)
        for kind in (REPLICA_SET, POD):
            self._reunite(kind)
        for deployment in self.store.all(DEPLOYMENT):
            self._replica_sets(deployment)
            self._pods(deployment)
        for kind in (STATEFUL_SET, DAEMON_SET):
            for workload in self.store.all(kind):
                self._set_pods(kind, workload)
        self._logged_pods()
        self.kubelet.tick(self.begins)
        Learner(self.world, self.store, self.kubelet, self.replicas).learn()
        for deployment in self.store.all(DEPLOYMENT):
            self._statuses(deployment)
            self.rollouts.still.add(deployment["metadata"]["uid"])

    @property
    def begins(self) -> float:
        """When serving starts, seconds since the epoch."""
        return self.world.begins.timestamp()

    def _reunite(self, kind: Kind) -> None:
        """Hold owners to their names where a uid is left out or made up: names are what people write."""
        above = {one.name: one for one in (DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET)}
        for child in self.store.all(kind):
            told = owner(child)
            found = above.get(told.get("kind", ""))
            parent = self.store.get(found, place(child)[0], told["name"]) if found else None
            if found and parent and parent["metadata"]["uid"] != told.get("uid"):
                self._adopt(kind, child, found, parent)

    def _pod_status(self, pod: Object) -> None:
        """A pod without a status runs; one with a phase only has containers to match."""
        status = pod.get("status") or {}
        if status.get("phase", "Running") != "Running" or status.get("containerStatuses"):
            return
        pod = {**pod, "metadata": dict(pod["metadata"]), "spec": {"nodeName": self._node(), **pod["spec"]}}
        told = next((one for one in status.get("conditions") or [] if one.get("type") == "Ready"), {"status": "True"})
        running = {"running": {"startedAt": status.get("startTime") or pod["metadata"]["creationTimestamp"]}}
        ready = told.get("status", "True") == "True"
        states: dict[str, Object] = {one["name"]: {"state": running, "ready": ready} for one in containers(pod)}
        self.store.put(POD, with_states(pod, states, born(pod)))

    def _node(self) -> str:
        return str(self.store.all(NODE)[0]["metadata"]["name"])

    def _replica_sets(self, deployment: Object) -> None:
        namespace, name = place(deployment)
        chosen = chosen_by(deployment["spec"].get("selector"))
        for rs in self.store.all(REPLICA_SET, namespace):
            stem = rs["metadata"]["name"].rpartition("-")[0]
            if not owner(rs) and (chosen(labels(rs)) or stem == name):
                self._adopt(REPLICA_SET, rs, DEPLOYMENT, deployment)
        found = self.rollouts.replica_sets(deployment)
        if not found:
            self._first_replica_set(deployment)
        elif self.rollouts.current(deployment) is None:
            newest = max(found, key=lambda rs: (revision(rs) == revision(deployment) != 0, revision(rs), born(rs)))
            key = deployment["metadata"]["uid"], template_hash(deployment["spec"]["template"])
            self.rollouts.adopted[key] = newest["metadata"]["name"]

    def _first_replica_set(self, deployment: Object) -> None:
        hashes = [name.split("-")[-2] for name in self._log_names(deployment) if name.count("-") >= _PARTS]
        pods = [pod for pod in self._matching(deployment) if HASH in labels(pod)]
        hash_ = next((labels(pod)[HASH] for pod in pods), None) or (hashes[0] if hashes else "")
        number = max(revision(deployment), 1)
        rs = new_replica_set(deployment, number, born(deployment), hash_)
        rs["spec"]["replicas"] = wanted(deployment)
        rs = self.store.put(REPLICA_SET, rs)
        key = deployment["metadata"]["uid"], template_hash(deployment["spec"]["template"])
        self.rollouts.adopted[key] = rs["metadata"]["name"]

    def _matching(self, deployment: Object) -> list[Object]:
        chosen = chosen_by(deployment["spec"].get("selector"))
        namespace, name = place(deployment)
        return [
            pod
            for pod in self.store.all(POD, namespace)
            if (chosen(labels(pod)) if labels(pod) else pod["metadata"]["name"].startswith(f"{name}-"))
        ]

    def _pods(self, deployment: Object) -> None:
        found = self.rollouts.replica_sets(deployment)
        current = self.rollouts.current(deployment) or found[-1]
        written = self._matching(deployment)
        for pod in written:
            if not owner(pod):
                name, mark = pod["metadata"]["name"], labels(pod).get(HASH)
                fits = [
                    rs for rs in found if labels(rs).get(HASH) == mark or name.startswith(rs["metadata"]["name"] + "-")
                ]
                self._adopt(POD, pod, REPLICA_SET, fits[0] if fits else current)
        if not written and not any(self.replicas.pods_of(rs) for rs in found):
            self._new_pods(deployment, current)

    def _new_pods(self, deployment: Object, current: Object) -> None:
        status = deployment.get("status") or {}
        ready = int(status.get("readyReplicas") or 0) if status else wanted(deployment)
        names = [
            name for name in self._log_names(deployment) if self.store.get(POD, place(deployment)[0], name) is None
        ]
        where = "/".join(place(deployment))
        for index in range(max(wanted(deployment), len(names))):
            told = self.replicas.habits.of(where, deployment["spec"]["template"].get("spec") or {})
            behavior = told if told is not READY or index < ready else Behavior("NotReady")
            name = (
                names[index] if index < len(names) else random_name(self.replicas.chance, current["metadata"]["name"])
            )
            self._start(current, REPLICA_SET, name, behavior)

    def _start(self, workload: Object, kind: Kind, name: str, behavior: Behavior) -> None:
        """Let a pod have started in the past, and live up to now."""
        at = born(workload) if behavior is READY else max(born(workload), self.begins - OLDEST)
        template = workload["spec"].get("template") or {}
        pod = make_pod(template, place(workload)[0], name, owned_by(kind, workload), min(at, self.begins))
        pod["spec"] = named_containers(pod["spec"], "main")
        self.kubelet.run(pod, behavior, min(at, self.begins - 60))

    def _log_names(self, deployment: Object) -> list[str]:
        namespace, name = place(deployment)
        rivals = [one["metadata"]["name"] for one in self.store.all(DEPLOYMENT, namespace)]
        names = {pod for where, pod, _, _ in self.world.logs if where == namespace and pod.startswith(f"{name}-")}
        longer = [rival for rival in rivals if rival.startswith(f"{name}-")]
        return sorted(pod for pod in names if not any(pod.startswith(f"{rival}-") for rival in longer))

    def _set_pods(self, kind: Kind, workload: Object) -> None:
        namespace, name = place(workload)
        workload.setdefault("spec", {}).setdefault("selector", {"matchLabels": {"app": name}})
        chosen = chosen_by(workload["spec"]["selector"])
        written = [pod for pod in self.store.all(POD, namespace) if chosen(labels(pod))]
        for pod in written:
            if not owner(pod):
                self._adopt(POD, pod, kind, workload)
        if written or not (workload["spec"].get("template") or {}).get("spec"):
            return
        count = int(workload["spec"].get("replicas", 1)) if kind is STATEFUL_SET else len(self.store.all(NODE))
        for index in range(count):
            pod_name = f"{name}-{index}" if kind is STATEFUL_SET else random_name(self.replicas.chance, name)
            self._start(workload, kind, pod_name, READY)

    def _logged_pods(self) -> None:
        """A pod that only has a log is a pod all the same."""
        for namespace, name, container, _ in sorted(self.world.logs):
            if self.store.get(POD, namespace, name) is None:
                pod = make_pod({}, namespace, name, None, self.begins - 3600)
                pod["spec"]["containers"] = [{"name": container or "main", "image": "unknown"}]
                self.kubelet.run(pod, READY, self.begins - 3600)

    def _adopt(self, kind: Kind, child: Object, parent_kind: Kind, parent: Object) -> None:
        meta = {**child["metadata"], "ownerReferences": [owned_by(parent_kind, parent)]}
        self.store.put(kind, {**child, "metadata": meta})

    def _statuses(self, deployment: Object) -> None:
        """Count what is there where the world does not say."""
        found = self.rollouts.replica_sets(deployment)
        for rs in found:
            if not rs.get("status") or rs["status"] == {"replicas": 0}:
                self._replica_set_status(rs)
        if deployment.get("status"):
            return
        current = self.rollouts.current(deployment) or found[-1]
        counts = self.rollouts.counts(deployment, current)
        status = deployment_status(deployment, counts, max(born(current), born(deployment)))
        self.store.put(DEPLOYMENT, {**deployment, "metadata": dict(deployment["metadata"]), "status": status})

    def _replica_set_status(self, rs: Object) -> None:
        pods = list(filter(is_active, self.replicas.pods_of(rs)))
        if "replicas" not in rs["spec"]:
            rs = {**rs, "spec": {**rs["spec"], "replicas": len(pods)}}
        ready = sum(map(is_ready, pods))
        status = {"replicas": len(pods), "readyReplicas": ready, "availableReplicas": ready, "observedGeneration": 1}
        self.store.put(REPLICA_SET, {**rs, "metadata": dict(rs["metadata"]), "status": status})


_PARTS = 2

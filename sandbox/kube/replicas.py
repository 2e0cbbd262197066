"""The ReplicaSet controller: as many pods as asked for, no more, no fewer."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sandbox.kube.behaviors import READY, Behavior
from sandbox.kube.events import Recorder
from sandbox.kube.kinds import POD, REPLICA_SET, Object
from sandbox.kube.kubelet import Kubelet
from sandbox.kube.parts import born, labels, owned_by, owner, place, program, random_name, stamp, with_condition
from sandbox.kube.pods import is_active, is_ready, make_pod
from sandbox.kube.quotas import Quotas
from sandbox.kube.store import Store


@dataclass
class Habits:
    """How new pods behave: what world.toml says comes first, then what the world's own pods showed, by program."""

    written: tuple[Behavior, ...]
    seen: dict[str, Behavior]

    def of(self, deployment: str, pod_spec: Object) -> Behavior:
        """Return the behavior of a new pod of a deployment (`namespace/name`)."""
        told = next((one for one in self.written if one.fits(deployment, pod_spec)), None)
        return told or self.seen.get(f"{deployment} {program(pod_spec)}", READY)


@dataclass
class Replicas:
    """Creates and removes pods of ReplicaSets, and reports."""

    store: Store
    recorder: Recorder
    kubelet: Kubelet
    quotas: Quotas
    habits: Habits
    chance: random.Random

    def pods_of(self, workload: Object) -> list[Object]:
        """Return the pods a workload controls."""
        return self.store.owned(POD, workload["metadata"]["uid"])

    def reconcile(self, workload: Object, at: float) -> None:
        """Create or remove pods, then write the status."""
        pods = [pod for pod in self.pods_of(workload) if is_active(pod)]
        missing = int(workload["spec"].get("replicas", 1)) - len(pods)
        refused = self._create(workload, missing, at) if missing > 0 else ""
        if missing < 0:
            for pod in sorted(pods, key=_dispensable)[:-missing]:
                self.remove(workload, pod, at)
        self._report(workload, refused, at)

    def make(self, workload: Object, name: str, at: float) -> str:
        """Create one pod; return why not if a quota refuses it."""
        spec = workload["spec"].get("template") or {}
        kind = REPLICA_SET
        pod = make_pod(spec, place(workload)[0], name, owned_by(kind, workload), at)
        if refused := self.quotas.refusal(pod):
            return f'Error creating: pods "{name}" is forbidden: {refused}'
        self.quotas.count(pod, 1)
        self.recorder.normal(workload, "SuccessfulCreate", f"Created pod: {name}", "replicaset-controller", at)
        self.kubelet.run(pod, self.habits.of(deployment_of(workload), pod["spec"]), at)
        return ""

    def remove(self, workload: Object, pod: Object, at: float) -> None:
        """Stop one pod."""
        name = pod["metadata"]["name"]
        self.recorder.normal(workload, "SuccessfulDelete", f"Deleted pod: {name}", "replicaset-controller", at)
        self.quotas.count(pod, -1)
        self.kubelet.stop(pod, at)

    def _create(self, workload: Object, count: int, at: float) -> str:
        for _ in range(count):
            name = random_name(self.chance, workload["metadata"]["name"])
            if refused := self.make(workload, name, at):
                known = (workload.get("status") or {}).get("conditions") or []
                if not any(one.get("type") == "ReplicaFailure" for one in known):
                    self.recorder.warning(workload, "FailedCreate", refused, "replicaset-controller", at)
                return refused
        return ""

    def _report(self, workload: Object, refused: str, at: float) -> None:
        pods = [pod for pod in self.pods_of(workload) if is_active(pod)]
        ready = sum(map(is_ready, pods))
        conditions = [
            one for one in (workload.get("status") or {}).get("conditions") or [] if one["type"] != "ReplicaFailure"
        ]
        if refused:
            failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": refused}
            conditions = with_condition(conditions, failure, stamp(at))
        status = {
            "replicas": len(pods),
            "fullyLabeledReplicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "observedGeneration": workload["metadata"].get("generation", 1),
            "conditions": conditions,
        }
        self.store.put(REPLICA_SET, {**workload, "metadata": dict(workload["metadata"]), "status": _trim(status)})


def deployment_of(workload: Object) -> str:
    """Return `namespace/name` of the deployment a ReplicaSet belongs to, or its own."""
    reference = owner(workload)
    name = reference.get("name") if reference.get("kind") == "Deployment" else workload["metadata"]["name"]
    return f"{place(workload)[0]}/{name}"


def hash_of(replica_set: Object) -> str:
    """Return the pod template hash in a ReplicaSet's labels."""
    return labels(replica_set).get("pod-template-hash", "")


def _dispensable(pod: Object) -> tuple[bool, bool, float]:
    """Order pods as the controller removes them: not scheduled, then not ready, then youngest first."""
    return bool(pod["spec"].get("nodeName")), is_ready(pod), -born(pod)


def _trim(status: Object) -> Object:
    """Leave out what is zero or empty, as the API does."""
    return {key: value for key, value in status.items() if value or key in {"replicas", "observedGeneration"}}

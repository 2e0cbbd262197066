"""The Deployment controller: revisions, rolling updates by surge and unavailability, progress and availability."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.kube.kinds import DEPLOYMENT, REPLICA_SET, Object
from sandbox.kube.parts import (
    REVISION,
    born,
    notes,
    place,
    same_template,
    template_hash,
)
from sandbox.kube.pods import is_active, is_ready
from sandbox.kube.progress import deployment_status
from sandbox.kube.replicas import Replicas
from sandbox.kube.revisions import DESIRED, HISTORY, MOST, new_replica_set, revision, size, surge, unavailable, wanted
from sandbox.kube.store import Store


@dataclass
class Rollouts:
    """Moves deployments towards their spec. A deployment of the world is left as written until somebody touches it."""

    store: Store
    replicas: Replicas
    still: set[str] = field(default_factory=set)
    adopted: dict[tuple[str, str], str] = field(default_factory=dict)

    def touch(self, deployment: Object) -> None:
        """Start to look after a deployment."""
        self.still.discard(deployment["metadata"]["uid"])

    def tick(self, at: float) -> None:
        """Take one step with every deployment that is being looked after."""
        for deployment in self.store.all(DEPLOYMENT):
            if deployment["metadata"]["uid"] not in self.still:
                self._reconcile(deployment, at)

    def replica_sets(self, deployment: Object) -> list[Object]:
        """Return a deployment's ReplicaSets, the oldest revision first."""
        found = self.store.owned(REPLICA_SET, deployment["metadata"]["uid"])
        return sorted(found, key=lambda rs: (revision(rs), born(rs)))

    def current(self, deployment: Object) -> Object | None:
        """Return the ReplicaSet of the deployment's template."""
        template = deployment["spec"]["template"]
        found = self.replica_sets(deployment)
        adopted = self.adopted.get((deployment["metadata"]["uid"], template_hash(template)))
        named = [rs for rs in found if rs["metadata"]["name"] == adopted]
        return next(
            iter(named or [rs for rs in found if same_template(rs["spec"].get("template") or {}, template)]), None
        )

    def _reconcile(self, deployment: Object, at: float) -> None:
        new = self._prepared(deployment, at)
        deployment = self.store.get(DEPLOYMENT, *place(deployment)) or deployment
        others = [rs for rs in self.replica_sets(deployment) if rs["metadata"]["uid"] != new["metadata"]["uid"]]
        if not self._rescale(deployment, new, others, at):
            recreate = (deployment["spec"].get("strategy") or {}).get("type") == "Recreate"
            (self._recreate if recreate else self._roll)(deployment, new, others, at)
        for rs in self.replica_sets(deployment):
            self.replicas.reconcile(rs, at)
        status = deployment_status(deployment, self.counts(deployment, new), at)
        self.store.put(DEPLOYMENT, {**deployment, "metadata": dict(deployment["metadata"]), "status": status})

    def _prepared(self, deployment: Object, at: float) -> Object:
        """Return the ReplicaSet of the template, created or brought to the newest revision."""
        found = self.replica_sets(deployment)
        current = self.current(deployment)
        newest = max((revision(rs) for rs in found), default=0)
        if current is None:
            current = self.store.put(REPLICA_SET, new_replica_set(deployment, newest + 1, at))
        elif revision(current) < newest:
            current = self._renewed(current, newest + 1)
        self._number(deployment, revision(current))
        return current

    def _renewed(self, replica_set: Object, number: int) -> Object:
        old = notes(replica_set)
        history = ",".join(part for part in (old.get(HISTORY), old.get(REVISION)) if part)
        meta = {**replica_set["metadata"], "annotations": {**old, REVISION: str(number), HISTORY: history}}
        return self.store.put(REPLICA_SET, {**replica_set, "metadata": meta})

    def _number(self, deployment: Object, number: int) -> None:
        if notes(deployment).get(REVISION) != str(number):
            meta = {**deployment["metadata"], "annotations": {**notes(deployment), REVISION: str(number)}}
            self.store.put(DEPLOYMENT, {**deployment, "metadata": meta})

    def _rescale(self, deployment: Object, new: Object, others: list[Object], at: float) -> bool:
        """Spread a change of `replicas` over the ReplicaSets that are up, in proportion, as the controller does."""
        up = [rs for rs in (*others, new) if size(rs)]
        desired = wanted(deployment)
        if not any(notes(rs).get(DESIRED, str(desired)) != str(desired) for rs in up):
            return False
        allowed = desired + (surge(deployment) if len(up) > 1 else 0) if desired else 0
        total = sum(map(size, up))
        sizes = [min(size(rs) * allowed // total, allowed) for rs in up]
        largest = max(range(len(up)), key=lambda index: size(up[index]))
        sizes[largest] += allowed - sum(sizes)
        for rs, count in zip(up, sizes, strict=True):
            self._scale(deployment, rs, count, at)
        return True

    def _roll(self, deployment: Object, new: Object, others: list[Object], at: float) -> None:
        """Take one step of a rolling update: first up within the surge, then down within the unavailability."""
        desired = wanted(deployment)
        room = desired + surge(deployment) - sum(map(size, (*others, new)))
        target = desired if size(new) > desired else min(desired, size(new) + max(0, room))
        if target != size(new):
            self._scale(deployment, new, target, at)
            return
        self._shrink(deployment, new, others, at)

    def _shrink(self, deployment: Object, new: Object, others: list[Object], at: float) -> None:
        """Take old pods away: broken ones first, then ready ones as far as enough stay ready."""
        least = wanted(deployment) - unavailable(deployment)
        spare = sum(map(size, others)) - least + self._ready(new)
        for rs in others:
            broken = min(max(0, spare), size(rs) - self._ready(rs))
            if broken > 0:
                self._scale(deployment, rs, size(rs) - broken, at)
                return
        excess = sum(self._ready(rs) for rs in (*others, new)) - least
        for rs in others:
            fewer = min(max(0, excess), size(rs))
            if fewer:
                self._scale(deployment, rs, size(rs) - fewer, at)
                excess -= fewer

    def _recreate(self, deployment: Object, new: Object, others: list[Object], at: float) -> None:
        for rs in others:
            if size(rs):
                self._scale(deployment, rs, 0, at)
        if not any(self.replicas.pods_of(rs) for rs in others) and size(new) != wanted(deployment):
            self._scale(deployment, new, wanted(deployment), at)

    def _scale(self, deployment: Object, replica_set: Object, count: int, at: float) -> None:
        before = size(replica_set)
        numbers = {DESIRED: str(wanted(deployment)), MOST: str(wanted(deployment) + surge(deployment))}
        old = replica_set["metadata"]
        meta = {**old, "annotations": {**notes(replica_set), **numbers}}
        meta["generation"] = int(old.get("generation", 1)) + (1 if before != count else 0)
        changed = {**replica_set, "metadata": meta, "spec": {**replica_set["spec"], "replicas": count}}
        self.store.put(REPLICA_SET, changed)
        if before != count:
            way = "up" if count > before else "down"
            message = f"Scaled {way} replica set {old['name']} from {before} to {count}"
            self.replicas.recorder.normal(deployment, "ScalingReplicaSet", message, "deployment-controller", at)

    def _ready(self, replica_set: Object) -> int:
        return sum(is_ready(pod) for pod in self.replicas.pods_of(replica_set))

    def counts(self, deployment: Object, new: Object) -> Object:
        """Return what `deployment_status` counts, `new` being the ReplicaSet of the template."""
        found = self.replica_sets(deployment)
        active = {rs["metadata"]["uid"]: [p for p in self.replicas.pods_of(rs) if is_active(p)] for rs in found}
        failures = [
            one
            for rs in found
            for one in rs.get("status", {}).get("conditions") or []
            if one.get("type") == "ReplicaFailure"
        ]
        return {
            "replicas": sum(map(len, active.values())),
            "updated": len(active[new["metadata"]["uid"]]),
            "ready": sum(is_ready(pod) for pods in active.values() for pod in pods),
            "name": new["metadata"]["name"],
            "failure": failures[0] if failures else None,
            "least": wanted(deployment) - unavailable(deployment),
        }

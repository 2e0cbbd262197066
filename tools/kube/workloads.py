"""Workloads: which deployments, stateful sets and daemon sets serve, and what changed about them lately."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import Reader, reader
from tools.kube.events import Everywhere, every_event
from tools.kube.fields import (
    ago,
    condition,
    created,
    first,
    moment,
    name_of,
    namespace_of,
    number,
    part,
    plural,
    some,
    subject,
    text,
)
from tools.kube.owners import Scene, scene
from tools.kube.queues import used
from tools.kube.revisions import images, short
from tools.kube.rollouts import rollout
from tools.kube.scalings import scaled

FINDINGS = {
    "unavailable": "A workload has fewer ready pods than it should.",
    "many_healthy": "Workloads that have all their pods, told together because there are many.",
    "no_workloads": "There is no workload in the namespace.",
}
KINDS = {"deployments": "deployment", "statefulsets": "statefulset", "daemonsets": "daemonset"}
ROWS, APART = 80, 30


@dataclass(frozen=True)
class Workload:
    """One workload with its counts."""

    kind: str
    obj: JsonObject

    @property
    def wanted(self) -> int:
        """Pods it should have."""
        if self.kind == "daemonset":
            return number(self.obj, "status", "desiredNumberScheduled")
        return number(self.obj, "spec", "replicas", default=1)

    @property
    def ready(self) -> int:
        """Pods that are ready."""
        return number(self.obj, "status", "numberReady" if self.kind == "daemonset" else "readyReplicas")


@reads(
    needs=(
        "apps/deployments:list",
        "apps/statefulsets:list",
        "apps/daemonsets:list",
        "apps/replicasets:list",
        "core/events:list",
        "autoscaling/horizontalpodautoscalers:list",
    )
)
def kube_workloads(namespace: Everywhere = "") -> Observation:
    """List deployments, stateful sets and daemon sets: ready counts, images, age, and what changed in the last day."""
    api, now = reader(), datetime.now(UTC)
    workloads = [Workload(kind, one) for kinds, kind in KINDS.items() for one in _listed(api, kinds, namespace)]
    there = scene(
        deployments=[one.obj for one in workloads if one.kind == "deployment"],
        replicasets=api.any("replicasets", namespace),
        events=every_event(api, namespace),
    )
    findings = analyze(workloads, there, api.any("horizontalpodautoscalers", namespace), now)
    workloads.sort(key=lambda one: (one.ready >= one.wanted, namespace_of(one.obj), name_of(one.obj)))
    lacking = sum(one.ready < one.wanted for one in workloads)
    head = f"{plural(len(workloads), 'workload')} in {namespace or 'all namespaces'}, {lacking} short of pods."
    rows = [_row(one, now) for one in workloads[:ROWS]]
    more = [f"… and {len(workloads) - ROWS} more"] if len(workloads) > ROWS else []
    return Observation("\n".join([head, *rows, *more, *api.unseen]), findings)


def analyze(
    workloads: Sequence[Workload], there: Scene, scalers: Iterable[JsonObject], now: datetime
) -> tuple[Finding, ...]:
    """Return who is short of pods, what changed, and who is in order."""
    if not workloads:
        return (Finding("no_workloads", "cluster", "No workload was found.", "the list", 0.8, Role.CONTEXT),)
    scaler = {(namespace_of(one), text(one, "spec", "scaleTargetRef", "name")): one for one in scalers}
    found = [*(_standing(one) for one in workloads), *used(one.obj for one in workloads)]
    for one in there.deployments:
        history = there.revisions(one)
        changes = (
            rollout(one, history, now),
            scaled(one, history, there.events, scaler.get((namespace_of(one), name_of(one)), {}), now),
        )
        found += [change for change in changes if change]
    return tuple(sorted(_gathered(found), key=lambda one: one.role in {Role.HEALTHY, Role.CONTEXT}))


def _listed(api: Reader, kinds: str, namespace: str) -> list[JsonObject]:
    return api.every(kinds, namespace) if kinds == "deployments" else api.any(kinds, namespace)


def _standing(one: Workload) -> Finding:
    name, where = name_of(one.obj), subject(one.kind, one.obj)
    count = f"{one.ready} of {plural(one.wanted, 'pod')} of {name} ready"
    if one.wanted == 0 and one.kind != "daemonset":
        return Finding("scaled_to_zero", where, f"{name} is scaled to 0.", "spec.replicas", 0.5, Role.CONTEXT)
    if one.ready >= one.wanted:
        return Finding("workload_healthy", where, f"{count}.", "status.readyReplicas", 0.8, Role.HEALTHY)
    here = namespace_of(one.obj)
    calls = [Call("kube_pods", {"namespace": here, "workload": name})]
    if one.kind == "deployment":
        calls.append(Call("kube_rollout_status", {"namespace": here, "deployment": name}))
    available = condition(one.obj, "Available")
    since = moment(available, "lastTransitionTime") if text(available, "status") == "False" else None
    return Finding("unavailable", where, f"{count}.", "status.readyReplicas", 0.8, Role.SYMPTOM, since, tuple(calls))


def _gathered(found: list[Finding]) -> list[Finding]:
    """Tell many healthy workloads in one finding, so that they do not drown the others."""
    healthy = [one for one in found if one.code == "workload_healthy"]
    if len(healthy) <= APART:
        return found
    names = some((one.subject for one in healthy), 10)
    said = f"{len(healthy)} workloads have all their pods: {names}."
    together = Finding("many_healthy", "cluster", said, "status.readyReplicas", 0.8, Role.HEALTHY)
    return [*(one for one in found if one.code != "workload_healthy"), together]


def _row(one: Workload, now: datetime) -> str:
    template = part(one.obj, "spec", "template")
    available = condition(one.obj, "Available")
    why = f": {first(text(available, 'message'), 120)}" if one.ready < one.wanted and text(available, "message") else ""
    return (
        f"{one.kind} {namespace_of(one.obj)}/{name_of(one.obj)} {one.ready}/{one.wanted} ready, "
        f"{some(map(short, images(template)), 2)}, created {ago(created(one.obj), now)}{why}"
    )

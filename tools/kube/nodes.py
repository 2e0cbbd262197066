"""Nodes: conditions, pressure, and how much of what they can give is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.fields import ago, condition, first, flag, moment, name_of, parts, plural, text, value
from tools.kube.owners import scene
from tools.kube.quantity import quantity

FINDINGS = {
    "node_not_ready": "A node is not ready, so its pods are not served and will be moved.",
    "node_pressure": "A node is short of memory, disk, process ids or network, and may evict pods.",
    "node_cordoned": "A node takes no new pods.",
    "node_full": "Nearly all of a node's cores or memory is requested, so larger pods do not fit.",
    "nodes_fine": "All nodes are ready and without pressure.",
}
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
FULL = 0.95
OVER = {"Succeeded", "Failed"}

WORKLOADS = 6
"""Looks that one node's trouble leads to, at most."""

Pods: TypeAlias = dict[str, list[JsonObject]]
"""Pods by node."""

Suffering: TypeAlias = dict[str, tuple[Call, ...]]
"""Looks at the workloads that do not serve, by node."""


@reads(needs=("core/nodes:list", "core/pods:list"))
def kube_nodes() -> Observation:
    """Look at nodes: ready or not, pressure, cordons, and requests against what is allocatable."""
    api, now = reader(), datetime.now(UTC)
    nodes, all_pods = api.every("nodes"), api.any("pods")
    pods = by_node(all_pods)
    rows = [_row(one, pods, now) for one in nodes]
    return Observation("\n".join([*(rows or ["No node."]), *api.unseen]), analyze(nodes, pods, suffering(all_pods)))


def by_node(pods: Iterable[JsonObject]) -> Pods:
    """Return the pods that hold requests, by the node they are on."""
    found: Pods = {}
    for pod in pods:
        if text(pod, "status", "phase") not in OVER:
            found.setdefault(text(pod, "spec", "nodeName"), []).append(pod)
    return found


def suffering(pods: Iterable[JsonObject]) -> Suffering:
    """Return, by node, a look at each workload with a pod there that does not serve or was evicted."""
    found: dict[str, dict[str, Call]] = {}
    for pod in pods:
        if text(condition(pod, "Ready"), "status") == "True" or text(pod, "status", "phase") == "Succeeded":
            continue
        owner = scene().owner(pod)
        look = Call("kube_pods", {"namespace": owner.namespace, "workload": owner.name})
        found.setdefault(text(pod, "spec", "nodeName"), {})[owner.subject] = look
    return {node: tuple(calls.values())[:WORKLOADS] for node, calls in found.items()}


def analyze(nodes: Sequence[JsonObject], pods: Pods, hurt: Suffering | None = None) -> tuple[Finding, ...]:
    """Return the nodes in trouble with the workloads that suffer by it, or that there are none."""
    looks = (_down, _pressed, _cordoned, _full)
    found = [
        replace(finding, leads_to=(hurt or {}).get(name_of(one), ())) if finding.role is Role.CAUSE else finding
        for one in nodes
        for look in looks
        for finding in look(one, pods)
    ]
    if found or not nodes:
        return tuple(found)
    said = f"{plural(len(nodes), 'node')} ready, none under pressure."
    return (Finding("nodes_fine", "cluster", said, "node conditions", 0.8, Role.HEALTHY),)


def requested(node: JsonObject, pods: Pods, resource: str) -> tuple[float, float]:
    """Return what the node's pods request of a resource, and what the node can give."""
    asked = sum(
        quantity(value(one, "resources", "requests", resource) or "")
        for pod in pods.get(name_of(node), ())
        for one in parts(pod, "spec", "containers")
    )
    return asked, quantity(value(node, "status", "allocatable", resource) or "")


def _down(node: JsonObject, _pods: Pods) -> Iterator[Finding]:
    state = condition(node, "Ready")
    if text(state, "status") not in {"False", "Unknown"}:
        return
    why = first(text(state, "message") or text(state, "reason"), 200)
    yield Finding(
        code="node_not_ready",
        subject=f"node/{name_of(node)}",
        observed=f"Node {name_of(node)} is not ready (Ready={text(state, 'status')}): {why}",
        pointer="condition Ready",
        confidence=0.9,
        role=Role.CAUSE,
        since=moment(state, "lastTransitionTime"),
        advice="Look at the machine and its kubelet; drain it if it does not come back.",
    )


def _pressed(node: JsonObject, _pods: Pods) -> Iterator[Finding]:
    for kind in PRESSURES:
        state, where = condition(node, kind), f"node/{name_of(node)}"
        if text(state, "status") == "True":
            said = f"Node {name_of(node)} has {kind}: {first(text(state, 'message'), 160)}"
            since = moment(state, "lastTransitionTime")
            yield Finding("node_pressure", where, said, f"condition {kind}", 0.8, Role.CAUSE, since)


def _cordoned(node: JsonObject, _pods: Pods) -> Iterator[Finding]:
    if flag(node, "spec", "unschedulable"):
        said = f"Node {name_of(node)} is cordoned and takes no new pods."
        yield Finding("node_cordoned", f"node/{name_of(node)}", said, "spec.unschedulable", 0.9, Role.CONTEXT)


def _full(node: JsonObject, pods: Pods) -> Iterator[Finding]:
    for resource in ("cpu", "memory"):
        asked, has = requested(node, pods, resource)
        if has and asked / has >= FULL:
            said = f"{asked / has:.0%} of the {resource} of node {name_of(node)} is requested."
            where, at = f"node/{name_of(node)}", f"requests of {resource}"
            yield Finding("node_full", where, said, at, 0.6, Role.CONTEXT)


def _row(node: JsonObject, pods: Pods, now: datetime) -> str:
    state = condition(node, "Ready")
    pressed = [kind for kind in PRESSURES if text(condition(node, kind), "status") == "True"]
    shares = []
    for resource in ("cpu", "memory"):
        asked, has = requested(node, pods, resource)
        shares.append(f"{resource} {asked / has:.0%} requested" if has else f"{resource} unknown")
    cordon = ", cordoned" if flag(node, "spec", "unschedulable") else ""
    since = ago(moment(state, "lastTransitionTime"), now)
    return (
        f"{name_of(node)} Ready={text(state, 'status') or 'Unknown'} since {since}{cordon}, "
        f"{', '.join(pressed) or 'no pressure'}, {', '.join(shares)}"
    )

"""Pods: their states and restarts, and why those that do not serve do not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from tools.contract import Finding, Observation
from tools.declare import reads
from tools.kube.ailments import leaving, ready, restarts
from tools.kube.blame import Patient, blame, examine
from tools.kube.client import reader
from tools.kube.creation import refused
from tools.kube.events import Everywhere
from tools.kube.fields import ago, created, first, name_of, namespace_of, plural, text
from tools.kube.owners import Owner, Scene, look
from tools.kube.rollouts import rollout

FINDINGS = {
    "image_pull": "Containers cannot start because their image cannot be pulled.",
    "missing_config": "Containers cannot start because a ConfigMap, Secret or key they name does not exist.",
    "bad_command": "Containers cannot start because their command cannot be run.",
    "crash_loop": "Containers keep ending by themselves.",
    "oom_killed": "Containers keep being killed for using more memory than their limit.",
    "probe_killed": "Containers keep being killed because a liveness or startup probe fails.",
    "unschedulable": "Pods find no node.",
    "volume_unavailable": "Pods wait for a volume.",
    "no_sandbox": "Pods get no network or sandbox on their node.",
    "bad_settings": "Containers cannot start because the kubelet does not accept their settings, such as the user.",
    "init_stuck": "An init container does not end, so the containers after it never start.",
    "stuck_creating": "Pods are Pending for longer than a start takes, for no reason Kubernetes tells.",
    "not_ready": "Pods run but do not take traffic.",
    "evicted": "Pods were evicted from their node in the last hour.",
    "pod_failed": "Pods failed in the last hour.",
    "stuck_terminating": "Pods should be gone and are not.",
    "starting": "Pods are young and have time left.",
    "old_restart": "Containers were restarted earlier and are ready again.",
    "old_probe_failure": "Pods failed probes earlier and are ready now.",
    "old_failure": "Pods failed over an hour ago.",
    "old_terminating": "A pod of an earlier revision is still terminating while all wanted pods serve.",
    "workload_healthy": "Every pod of the workload is ready.",
}

Workload = Annotated[str, Field(max_length=253, description="a workload's or pod's name; empty for all")]
ROWS = 60


@reads(needs=("core/pods:list", "apps/deployments:list", "apps/replicasets:list", "core/events:list"))
def kube_pods(namespace: Everywhere = "", workload: Workload = "") -> Observation:
    """Look at pods: state, restarts, owner and revision, and the reason why any of them does not serve.

    Trouble is told per workload: how many pods, which revisions, since when, and whether rolling back would end it.
    """
    api, now = reader(), datetime.now(UTC)
    scene = narrowed(look(api, namespace), workload)
    patients = sorted(examine(scene, now), key=lambda one: (not one.sick, namespace_of(one.pod), name_of(one.pod)))
    sick = sum(one.sick for one in patients)
    where = f"{f'of {workload} ' if workload else ''}in {namespace or 'all namespaces'}"
    rows = [_row(one, now) for one in patients[:ROWS]]
    more = [f"… and {len(patients) - ROWS} more"] if len(patients) > ROWS else []
    head = f"{plural(len(patients), 'pod')} {where}, {sick} in trouble."
    return Observation("\n".join([head, *rows, *more, *api.unseen]), analyze(scene, patients, now))


def analyze(scene: Scene, patients: Sequence[Patient], now: datetime) -> tuple[Finding, ...]:
    """Return what is wrong, with the rollouts of the workloads that are in trouble, and what is in order."""
    found = blame(scene, patients, now) + refused(scene, now)
    troubled = {one.owner.subject: replace(one.owner, revision=0) for one in patients if one.sick}
    for owner in troubled.values():
        if deployment := scene.deployment(owner):
            change = rollout(deployment, scene.history(owner), now)
            found += [change] if change else []
    return tuple(sorted(found, key=lambda one: (one.role == "healthy", one.role == "context", -one.confidence)))


def narrowed(scene: Scene, workload: str) -> Scene:
    """Return the scene with the pods of one workload (or one pod) only; all of them if none is named."""
    if not workload:
        return scene
    chosen = tuple(pod for pod in scene.pods if workload in {scene.owner(pod).name, name_of(pod)})
    deployments = tuple(one for one in scene.deployments if name_of(one) == workload)
    return replace(scene, pods=chosen, deployments=deployments or scene.deployments)


def _row(one: Patient, now: datetime) -> str:
    state = "Terminating" if leaving(one.pod) else text(one.pod, "status", "phase") or "Unknown"
    serving = "ready" if ready(one.pod) else "not ready"
    again = f", {plural(restarts(one.pod), 'restart')}" if restarts(one.pod) else ""
    ails = f": {first(one.ails.says, 220)}" if one.ails else ""
    return (
        f"{namespace_of(one.pod)}/{name_of(one.pod)} {state}, {serving}{again}, "
        f"created {ago(created(one.pod), now)}{_of(one.owner)}{ails}"
    )


def _of(owner: Owner) -> str:
    return f", {owner.kind} {owner.name}{f' revision {owner.revision}' if owner.revision else ''}"

"""What the ailments of a workload's pods have in common, and whether going back a revision would end them; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import yaml

from tools.contract import Call, Finding, JsonObject, Role
from tools.kube.ailments import ailment, leaving, ready
from tools.kube.containers import Ailment
from tools.kube.events import Event, about
from tools.kube.fields import name_of, plural, some, text, within
from tools.kube.owners import Owner, Scene
from tools.kube.revisions import Revision, differences, good

PASSING = {"terminating", "completed", "starting", "old_restart", "old_probe_failure", "old_failure"}
"""Ailments that are over, or part of a normal life."""
SYMPTOMS = {"not_ready", "stuck_terminating", "evicted", "pod_failed", "stuck_creating"}
SURE = {"image_pull": 0.9, "missing_config": 0.9, "oom_killed": 0.85, "unschedulable": 0.85, "bad_command": 0.85}
RELEVANT = {
    "image_pull": ("image",),
    "missing_config": ("env", "volumes", "config", "secret"),
    "bad_command": ("command", "args", "image"),
    "oom_killed": ("image", "resources", "env", "args", "command"),
    "probe_killed": ("probe", "image", "ports", "command", "args", "env"),
    "not_ready": ("probe", "image", "ports", "command", "args", "env", "resources"),
    "unschedulable": ("resources", "nodeselector", "affinity", "tolerations", "topology", "volumes"),
}
"""Which parts of a template can bring an ailment about; a crash can come from any."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Patient:
    """A pod with its owner and what is wrong with it, if anything."""

    pod: JsonObject
    owner: Owner
    ails: Ailment | None

    @property
    def sick(self) -> bool:
        """Tell whether something is wrong with it now."""
        return self.ails is not None and self.ails.code not in PASSING


def examine(scene: Scene, now: datetime) -> list[Patient]:
    """Look at every pod of a scene."""
    by_pod: dict[str, list[Event]] = {}
    for one in scene.events:
        if one.kind == "Pod":
            by_pod.setdefault(one.name, []).append(one)
    return [
        Patient(
            pod,
            scene.owner(pod),
            ailment(pod, about(by_pod.get(name_of(pod), ()), "pod", name_of(pod), text(pod, "metadata", "uid")), now),
        )
        for pod in scene.pods
    ]


def blame(scene: Scene, patients: Sequence[Patient], now: datetime) -> list[Finding]:
    """Return a finding for each ailment of each workload, and one for each workload in order."""
    found: list[Finding] = []
    for mates in _by_owner(patients).values():
        groups: dict[str, list[Patient]] = {}
        for one in mates:
            if one.ails is not None and one.ails.code not in {"completed", "terminating"}:
                groups.setdefault(one.ails.code, []).append(one)
        found += [_finding(scene, group, mates, now) for group in groups.values()]
        if not any(one.sick for one in mates):
            found += _healthy(mates)
    return found


def cure(ails: str, needle: str, history: Sequence[Revision], now: datetime, *, alone: bool) -> tuple[int, str]:
    """Return the revision that would end an ailment of the current one (0 for none), and why or why not.

    Args:
        ails: The ailment's code.
        needle: The name that is missing, if something is.
        history: Revisions, newest first.
        now: The time.
        alone: Whether only pods of the current revision have the ailment.
    """
    before = good(history)
    if before is None:
        return 0, "There is no earlier revision to go back to."
    if not alone:
        return 0, "Pods of earlier revisions have it too, so rolling back would not help."
    current = history[0]
    changed = differences(before.template, current.template)
    relevant = [line for line in changed if any(word in line.lower() for word in RELEVANT.get(ails, ("",)))]
    if not relevant or (needle and needle in yaml.safe_dump(before.template)):
        return 0, f"Revision {before.number} has the same in this respect, so rolling back would not help."
    if not within(current.created, now, DAY) and not before.ready:
        return 0, f"Revision {current.number} has run for over a day, so it is not the change that broke it."
    serving = f" and has {plural(before.ready, 'ready pod')}" if before.ready else ""
    return before.number, f"Revision {before.number} differs in {some(relevant, 3)}{serving}."


def _finding(scene: Scene, group: Sequence[Patient], mates: Sequence[Patient], now: datetime) -> Finding:
    lead = max(group, key=lambda one: (one.owner.revision, name_of(one.pod)))
    ails, owner = lead.ails, lead.owner
    assert ails is not None  # noqa: S101  groups are made of pods that ail
    if ails.code in PASSING:
        return _leftover(lead, ails, len(group))
    history = scene.history(owner)
    target, why = _cure(ails, group, history, now)
    here: JsonObject = {"namespace": owner.namespace, "deployment": owner.name}
    count = (
        f"{len(group)} of {plural(len(mates), 'pod')} of {owner.name}" if len(mates) > 1 else f"Pod {name_of(lead.pod)}"
    )
    return Finding(
        code=ails.code,
        subject=owner.subject,
        observed=f"{count} {ails.says}. {_revisions(group, mates, history)}{why}".strip(),
        pointer=f"pod {name_of(lead.pod)}, {ails.pointer}",
        confidence=SURE.get(ails.code, 0.75 if ails.code not in SYMPTOMS else 0.6),
        role=Role.SYMPTOM if ails.code in SYMPTOMS else Role.CAUSE,
        since=min((one.ails.since for one in group if one.ails and one.ails.since), default=None),
        leads_to=tuple(_next(lead, ails, deployed=len(history) > 1)),
        remedy=Call("kube_rollback", {**here, "revision": target}) if target else None,
        advice="" if target else ADVICE.get(ails.code, ""),
    )


ADVICE = {
    "image_pull": "Push the image, or correct its name or the pull secret.",
    "missing_config": "Create what is missing, or remove the reference to it.",
    "bad_command": "Correct the command or the image.",
    "oom_killed": "Raise the memory limit in the manifest, or find what uses the memory.",
    "probe_killed": "Correct the probe, or find out why the program answers it too slowly.",
    "crash_loop": "Read the last lines of the previous container's log.",
    "unschedulable": "Add nodes or lower requests; check taints, affinity and volumes.",
    "volume_unavailable": "Check the claim, its volume and where it is attached.",
    "no_sandbox": "Check the network plugin and its addresses on that node.",
    "stuck_terminating": "Find what holds the finalizer, or whether its node is gone.",
    "evicted": "Check the node's memory and disk, and the pod's requests.",
    "not_ready": "Find out what the readiness probe waits for.",
}


def _cure(ails: Ailment, group: Sequence[Patient], history: Sequence[Revision], now: datetime) -> tuple[int, str]:
    revised = {one.owner.revision for one in group if one.owner.revision}
    if not history or not revised or ails.code not in {*RELEVANT, "crash_loop"}:
        return 0, ""
    return cure(ails.code, ails.needle, history, now, alone=revised == {history[0].number})


def _revisions(group: Sequence[Patient], mates: Sequence[Patient], history: Sequence[Revision]) -> str:
    """Say how the ailing and the ready pods spread over revisions."""
    if len(history) < 2 or not any(one.owner.revision for one in group):  # noqa: PLR2004  a spread needs two
        return ""
    ailing = sorted({one.owner.revision for one in group})
    fine = sorted({one.owner.revision for one in mates if ready(one.pod) and not one.sick})
    images = some(history[0].images, 2)
    at = f"They are of revision {some(map(str, ailing))} (current is {history[0].number}: {images})"
    return f"{at}; pods of revision {some(map(str, fine))} are ready. " if fine else f"{at}; no pod is ready. "


def _leftover(lead: Patient, ails: Ailment, count: int) -> Finding:
    more = f" (and {count - 1} more)" if count > 1 else ""
    said = f"Pod {name_of(lead.pod)}{more} {ails.says}."
    pointer = f"pod {name_of(lead.pod)}, {ails.pointer}"
    return Finding(ails.code, lead.owner.subject, said, pointer, 0.5, Role.CONTEXT, ails.since)


def _healthy(mates: Sequence[Patient]) -> list[Finding]:
    """Say that a workload's pods are in order; pods that have ended by design say nothing."""
    alive = [one for one in mates if not leaving(one.pod) and (one.ails is None or one.ails.code != "completed")]
    if not alive or not all(ready(one.pod) for one in alive):
        return []
    owner = alive[0].owner
    said = (
        f"All {plural(len(alive), 'pod')} of {owner.name} are ready."
        if len(alive) > 1
        else f"The pod of {owner.name} is ready."
    )
    return [Finding("workload_healthy", owner.subject, said, "condition Ready", 0.85, Role.HEALTHY)]


def _next(lead: Patient, ails: Ailment, *, deployed: bool) -> Iterable[Call]:
    namespace, pod = lead.owner.namespace, name_of(lead.pod)
    if ails.code in {"crash_loop", "probe_killed", "not_ready", "oom_killed", "bad_command"}:
        before = ails.code != "not_ready"
        yield Call("kube_logs", {"namespace": namespace, "pod": pod, "container": ails.container, "previous": before})
    if deployed:
        yield Call("kube_rollout_history", {"namespace": namespace, "deployment": lead.owner.name})
    if ails.code in {"unschedulable", "evicted", "stuck_terminating", "no_sandbox"}:
        yield Call("kube_nodes", {})
    if ails.code == "unschedulable":
        yield Call("kube_quotas", {"namespace": namespace})


def _by_owner(patients: Iterable[Patient]) -> dict[str, list[Patient]]:
    found: dict[str, list[Patient]] = {}
    for one in patients:
        found.setdefault(one.owner.subject, []).append(one)
    return found

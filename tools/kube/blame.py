"""What the ailments of a workload's pods have in common, and whether going back a revision would end them; pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tools.contract import Call, Finding, JsonObject, Role
from tools.kube.ailments import RECENT, ailment, leaving, ready
from tools.kube.containers import Ailment
from tools.kube.cures import ADVICE, RELEVANT, cure
from tools.kube.events import Event, about
from tools.kube.fields import name_of, number, plural, some, text
from tools.kube.owners import Owner, Scene
from tools.kube.revisions import Revision, short

PASSING = {"terminating", "completed", "starting", "old_restart", "old_probe_failure", "old_failure", "old_terminating"}
"""Ailments that are over, or part of a normal life."""
SYMPTOMS = {"not_ready", "stuck_terminating", "evicted", "pod_failed", "stuck_creating", "init_stuck"}
SURE = {
    "image_pull": 0.9,
    "missing_config": 0.9,
    "bad_settings": 0.9,
    "oom_killed": 0.85,
    "unschedulable": 0.85,
    "bad_command": 0.85,
}


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


@dataclass(frozen=True)
class Group:
    """Pods of one workload with the same ailment; `lead` is the one that speaks for them."""

    lead: Patient
    ails: Ailment
    pods: tuple[Patient, ...]


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
    for each in _by_owner(patients).values():
        mates = _replaced(scene, _let_go(scene, each), now)
        found += [_finding(scene, group, mates, now) for group in _by_ailment(mates)]
        if not any(one.sick for one in mates):
            found += _healthy(mates)
    return found


def _let_go(scene: Scene, mates: Sequence[Patient]) -> list[Patient]:
    """Return the patients, those of a finished rollout that will not go as leftovers: all wanted pods serve."""
    staying = [one for one in mates if not leaving(one.pod)]
    wanted = number(scene.deployment(mates[0].owner), "spec", "replicas", default=1)
    if not staying or len(staying) < wanted or not all(ready(one.pod) for one in staying):
        return list(mates)
    return [_left_over(one, len(staying)) if leaving(one.pod) else one for one in mates]


def _replaced(scene: Scene, mates: Sequence[Patient], now: datetime) -> list[Patient]:
    """Return the patients, pods of a deployment that failed a while ago as leftovers: others serve in their place."""
    deployment = scene.deployment(mates[0].owner)
    serving = sum(ready(one.pod) and not one.sick for one in mates)
    if not deployment or serving < max(1, number(deployment, "spec", "replicas", default=1)):
        return list(mates)
    return [replace(one, ails=_over(one.ails, serving, now)) for one in mates]


def _over(ails: Ailment | None, serving: int, now: datetime) -> Ailment | None:
    if ails is None or ails.code not in {"evicted", "pod_failed"} or ails.since is None or now - ails.since <= RECENT:
        return ails
    return replace(ails, code="old_failure", says=f"{ails.says.rstrip('.')}; {plural(serving, 'pod')} serve since")


def _left_over(one: Patient, serving: int) -> Patient:
    ails = one.ails
    if ails is None or ails.code != "stuck_terminating":
        return one
    says = (
        f"is terminating, a leftover of an earlier ReplicaSet after a rollout: it {ails.says}, takes no traffic, and "
        f"{plural(serving, 'current pod')} of {one.owner.name} serve; it is not a current failure"
    )
    return replace(one, ails=replace(ails, code="old_terminating", says=says))


def _finding(scene: Scene, group: Group, mates: Sequence[Patient], now: datetime) -> Finding:
    lead, ails, owner = group.lead, group.ails, group.lead.owner
    if ails.code in PASSING:
        return _leftover(group)
    history = scene.history(owner)
    target, why = _cure(group, history, now)
    here: JsonObject = {"namespace": owner.namespace, "deployment": owner.name}
    return Finding(
        code=ails.code,
        subject=owner.subject,
        observed=f"{_share(group, mates)}: {ails.says.rstrip('.')}. {_revisions(group, mates, history)}{why}".strip(),
        pointer=f"pod {name_of(lead.pod)}, {ails.pointer}",
        confidence=0.9 if _greedy(ails) else SURE.get(ails.code, 0.75 if ails.code not in SYMPTOMS else 0.6),
        role=Role.SYMPTOM if ails.code in SYMPTOMS and not _greedy(ails) else Role.CAUSE,
        since=min((one.ails.since for one in group.pods if one.ails and one.ails.since), default=None),
        leads_to=tuple(_next(lead, ails, deployed=len(history) > 1)),
        remedy=Call("kube_rollback", {**here, "revision": target}) if target else None,
        advice="" if target else ADVICE.get(ails.code, ""),
    )


def _greedy(ails: Ailment) -> bool:
    """Tell whether a pod was evicted for what it used itself, as the kubelet says, and is no victim of others."""
    return ails.code == "evicted" and bool(re.search(r"larger consumption|exceeds? (its|the|pod)", ails.says))


def _cure(group: Group, history: Sequence[Revision], now: datetime) -> tuple[int, str]:
    revised = {one.owner.revision for one in group.pods if one.owner.revision}
    ails = group.ails
    if not history or not revised or ails.code not in {*RELEVANT, "crash_loop"}:
        return 0, ""
    return cure(ails, history, now, alone=revised == {history[0].number})


def _share(group: Group, mates: Sequence[Patient]) -> str:
    if len(mates) == 1:
        return f"Pod {name_of(group.lead.pod)}"
    share = f"{len(group.pods)} of {len(mates)} pods of {group.lead.owner.name}"
    return f"{share} ({name_of(group.lead.pod)})" if len(group.pods) == 1 else share


def _revisions(group: Group, mates: Sequence[Patient], history: Sequence[Revision]) -> str:
    """Say how the ailing and the ready pods spread over revisions."""
    if len(history) < 2 or not any(one.owner.revision for one in group.pods):  # noqa: PLR2004  a spread needs two
        return ""
    ailing = sorted({one.owner.revision for one in group.pods})
    fine = sorted({one.owner.revision for one in mates if ready(one.pod) and not one.sick})
    current = f"revision {history[0].number} ({some(map(short, history[0].images), 2)})"
    at = f"All are of the current {current}" if ailing == [history[0].number] else _older(ailing, current)
    return f"{at}; pods of revision {some(map(str, fine))} are ready. " if fine else f"{at}; no pod is ready. "


def _older(ailing: Sequence[int], current: str) -> str:
    return f"They are of revision {some(map(str, ailing))}, the current is {current}"


def _leftover(group: Group) -> Finding:
    lead, ails, count = group.lead, group.ails, len(group.pods)
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
    if ails.code in {"crash_loop", "probe_killed", "not_ready", "oom_killed", "bad_command", "init_stuck"}:
        before = ails.code not in {"not_ready", "init_stuck"}
        yield Call("kube_logs", {"namespace": namespace, "pod": pod, "container": ails.container, "previous": before})
    if deployed:
        yield Call("kube_rollout_history", {"namespace": namespace, "deployment": lead.owner.name})
    if ails.code in {"unschedulable", "evicted", "stuck_terminating", "no_sandbox", "not_ready"}:
        yield Call("kube_nodes", {})
    if ails.code == "unschedulable":
        yield Call("kube_quotas", {"namespace": namespace})
        yield Call("aws_quotas", {"service": "ec2"})


def _by_owner(patients: Iterable[Patient]) -> dict[str, list[Patient]]:
    found: dict[str, list[Patient]] = {}
    for one in patients:
        found.setdefault(one.owner.subject, []).append(one)
    return found


def _by_ailment(mates: Iterable[Patient]) -> list[Group]:
    """Group by code; the newest revision speaks for all."""
    found: dict[str, list[tuple[Patient, Ailment]]] = {}
    for one in mates:
        if one.ails is not None and one.ails.code not in {"completed", "terminating"}:
            found.setdefault(one.ails.code, []).append((one, one.ails))
    groups = []
    for pairs in found.values():
        lead, ails = max(pairs, key=lambda pair: (pair[0].owner.revision, name_of(pair[0].pod)))
        groups.append(Group(lead, ails, tuple(one for one, _ in pairs)))
    return groups

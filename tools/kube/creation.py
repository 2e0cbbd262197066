"""Pods that were never created, because something refuses them: a quota, an admission webhook, a limit range; pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from tools.contract import Call, Finding, Role
from tools.kube.events import Event
from tools.kube.fields import ago, first, name_of, namespace_of, number
from tools.kube.owners import Owner, Scene

FINDINGS = {
    "quota_exceeded": "New pods are refused because the namespace's quota is used up.",
    "webhook_unreachable": "New pods are refused because an admission webhook cannot be called.",
    "pods_refused": "New pods are refused by the API server, for instance by an admission webhook.",
}
ADVICE = {
    "quota_exceeded": "Raise the quota, or scale down what uses it.",
    "webhook_unreachable": "Bring back the service behind the webhook; no revision of this workload would fare better.",
    "pods_refused": "Read what the webhook or limit asks for.",
}
STILL = timedelta(minutes=30)
"""Kubernetes tries again at growing intervals of up to about 16 minutes; older refusals are over."""


def refused(scene: Scene, now: datetime) -> list[Finding]:
    """Return a finding for each workload whose pods are being refused."""
    known = {one.subject for one in map(scene.owner, scene.pods)} | {
        f"deployment/{namespace_of(one)}/{name_of(one)}" for one in scene.deployments
    }
    found: dict[str, Finding] = {}
    for one in scene.events:
        if one.reason != "FailedCreate" or one.last is None or now - one.last > STILL or _has_all(scene, one):
            continue
        owner = _owner(scene, one)
        if owner.subject in known:
            found.setdefault(owner.subject, _finding(owner, one, now))
    return list(found.values())


def quota(message: str) -> str:
    """Say which quota is exceeded and by what, from the API's sentence; empty if it speaks of none."""
    hit = re.search(r"exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)", message)
    if hit:
        return (
            f"quota {hit[1]} allows {first(hit[4], 80)}, {first(hit[3], 80)} is used, a pod needs {first(hit[2], 80)}"
        )
    return "the quota is exceeded" if "exceeded quota" in message else ""


def _code(one: Event, limit: str) -> str:
    unreachable = re.search(r"fail(ed|s|ure)? (to )?call(ing)? webhook", one.message)
    return "quota_exceeded" if limit else "webhook_unreachable" if unreachable else "pods_refused"


def _finding(owner: Owner, one: Event, now: datetime) -> Finding:
    limit = quota(one.message)
    times = f"{one.count} times, last {ago(one.last, now)}"
    said = f"New pods of {owner.name} are refused, {times}: {limit or first(one.message)}"
    return Finding(
        code=_code(one, limit),
        subject=owner.subject,
        observed=f"{said}.",
        pointer=f"event FailedCreate of {one.kind.lower()} {one.name}",
        confidence=0.85,
        role=Role.CAUSE,
        since=one.first,
        leads_to=(Call("kube_quotas", {"namespace": one.namespace}),) if limit else (),
        advice=ADVICE[_code(one, limit)],
    )


def _has_all(scene: Scene, one: Event) -> bool:
    """Tell whether the ReplicaSet has got all its pods since."""
    mine = _named(scene, one)
    return bool(mine) and all(
        number(it, "status", "replicas") >= number(it, "spec", "replicas", default=1) for it in mine
    )


def _named(scene: Scene, one: Event) -> list[dict[str, object]]:
    sets: Iterable[dict[str, object]] = scene.replicasets if one.kind == "ReplicaSet" else ()
    return [it for it in sets if (namespace_of(it), name_of(it)) == (one.namespace, one.name)]


def _owner(scene: Scene, one: Event) -> Owner:
    if one.kind != "ReplicaSet":
        return Owner(one.kind.lower(), one.namespace, one.name)
    above = {"kind": "ReplicaSet", "name": one.name}
    return scene.owner({"metadata": {"namespace": one.namespace, "ownerReferences": [above]}})

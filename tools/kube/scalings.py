"""Whether somebody changed how many pods a deployment has: when, who, and from how many; pure."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Role
from tools.kube.changing import ACTION
from tools.kube.events import Event, about
from tools.kube.fields import (
    ago,
    clock,
    created,
    moment,
    name_of,
    namespace_of,
    number,
    part,
    parts,
    subject,
    text,
    within,
)
from tools.kube.revisions import Revision

FINDINGS = {
    "scaled_recently": "Somebody, or an autoscaler, changed the number of pods in the last day.",
    "scaled_to_zero": "A workload is scaled to 0, so nothing serves.",
}
DECLARED = "kubectl.kubernetes.io/last-applied-configuration"
AUTOSCALER = "kube-controller-manager"
ROLLING = timedelta(minutes=10)
"""Within this of a ReplicaSet's birth its scaling belongs to the rollout."""
DAY, FRESH = timedelta(days=1), timedelta(hours=2)


@dataclass(frozen=True)
class Scaling:
    """One change of the number of pods; `before` is -1 where nothing tells."""

    at: datetime
    before: int
    who: str
    pointer: str


def scaled(
    deployment: JsonObject, history: Sequence[Revision], events: Iterable[Event], scaler: JsonObject, now: datetime
) -> Finding | None:
    """Return the change that scaling the deployment was, if it is less than a day old."""
    found = _latest(deployment, history, events)
    replicas = number(deployment, "spec", "replicas", default=1)
    if found is None or not within(found.at, now, DAY) or found.before == replicas:
        return None
    by_itself = bool(scaler) or found.who == AUTOSCALER
    here: JsonObject = {"namespace": namespace_of(deployment), "deployment": name_of(deployment)}
    back = Call("kube_scale", {**here, "replicas": found.before})
    return Finding(
        code="scaled_recently",
        subject=subject("deployment", deployment),
        observed=_sentence(deployment, found, now, by_itself=by_itself),
        pointer=found.pointer,
        confidence=0.7 if within(found.at, now, FRESH) else 0.4,
        role=Role.CHANGE,
        since=found.at,
        leads_to=(Call("kube_hpa", {"namespace": namespace_of(deployment)}),) if by_itself else (),
        remedy=back if found.before > 0 and not by_itself else None,
        advice="Change the autoscaler's limits, since it sets the number by itself." if by_itself else "",
    )


def step(message: str) -> tuple[str, int, int] | None:
    """Return ReplicaSet, from and to of a ScalingReplicaSet event; from is -1 where Kubernetes did not say.

    Kubernetes has written `to 3`, `to 3 from 2` and `from 2 to 3` over the years.
    """
    hit = re.search(r"replica set (\S+)(?: from (\d{1,6}))? to (\d{1,6})(?: from (\d{1,6}))?", message)
    if hit is None:
        return None
    before = hit[2] or hit[4]
    return hit[1], int(before) if before else -1, int(hit[3])


def _sentence(deployment: JsonObject, found: Scaling, now: datetime, *, by_itself: bool) -> str:
    replicas = number(deployment, "spec", "replicas", default=1)
    came = f"from {found.before} " if found.before >= 0 else ""
    who = "the autoscaler" if by_itself else found.who or "somebody"
    when = f"{ago(found.at, now)} ({clock(found.at)})"
    return f"{name_of(deployment)} was scaled {came}to {replicas} pods {when} by {who}."


def _latest(deployment: JsonObject, history: Sequence[Revision], events: Iterable[Event]) -> Scaling | None:
    """Prefer what an event says, completed by who wrote the field; else the field's time and the declared number."""
    told, written = _told(deployment, history, events), _written(deployment)
    if told and written and abs(told.at - written.at) < ROLLING:
        return Scaling(told.at, told.before, written.who, told.pointer)
    if told and (written is None or told.at >= written.at):
        return Scaling(told.at, told.before, _who(deployment), told.pointer)
    return written


def _told(deployment: JsonObject, history: Sequence[Revision], events: Iterable[Event]) -> Scaling | None:
    replicas = number(deployment, "spec", "replicas", default=1)
    name, found = name_of(deployment), []
    for one in about(events, "Deployment", name):
        took = step(one.message) if one.reason == "ScalingReplicaSet" else None
        if took and one.last and took[2] == replicas and not _in_rollout(took[0], one.last, history):
            known = took[1] if took[1] >= 0 else _declared(deployment)
            found.append(Scaling(one.last, known, "", f"event ScalingReplicaSet of deployment {name}"))
    return max(found, key=lambda one: one.at, default=None)


def _in_rollout(replicaset: str, when: datetime, history: Sequence[Revision]) -> bool:
    born = [one.created for one in history if one.created]
    named = [one.created for one in history if one.name == replicaset and one.created]
    first = not born or (len(born) == 1 and not named)
    return not first and any(abs(when - one) < ROLLING for one in born)


def _written(deployment: JsonObject) -> Scaling | None:
    """Read the field managers: who last wrote spec.replicas, apart from writing the whole object at its creation."""
    made = created(deployment)
    for one in parts(deployment, "metadata", "managedFields"):
        when = moment(one, "time")
        spec = part(one, "fieldsV1", "f:spec")
        alone = "f:template" not in spec or text(one, "subresource") == "scale"
        if "f:replicas" in spec and alone and when and (made is None or when - made > ROLLING):
            return Scaling(when, _declared(deployment), text(one, "manager"), "metadata.managedFields")
    return None


def _declared(deployment: JsonObject) -> int:
    """Return the number of pods in the manifest that was last applied, -1 if it says none."""
    try:
        manifest: object = json.loads(text(deployment, "metadata", "annotations", DECLARED) or "{}")
    except (ValueError, RecursionError):
        return -1
    return number(manifest, "spec", "replicas", default=-1)


def _who(deployment: JsonObject) -> str:
    return "Infra" if text(deployment, "metadata", "annotations", ACTION) else ""

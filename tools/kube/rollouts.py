"""Rollouts of a deployment: how far the current one is, and what the earlier ones were."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import KubeName, reads
from tools.kube.changing import progress, rolled_out
from tools.kube.client import reader
from tools.kube.fields import (
    ago,
    clock,
    condition,
    first,
    flag,
    moment,
    name_of,
    namespace_of,
    number,
    some,
    subject,
    text,
    within,
)
from tools.kube.revisions import Revision, began, differences, gone_back, good, revisions, short, unified

FINDINGS = {
    "recent_rollout": "A new pod template was rolled out in the last day; rolling back would undo it.",
    "rollout_stuck": "A rollout does not get on: its new pods do not become available.",
    "rollout_in_progress": "A rollout is going on and has time left.",
    "rollout_paused": "A rollout is paused, so changes of the template do nothing.",
    "rollout_complete": "Every pod runs the current template and is available.",
    "rolled_back": "The current pod template is an earlier one that was put back.",
    "no_recent_rollout": "The pod template has been the same for over a day.",
}

FRESH, DAY = timedelta(hours=2), timedelta(days=1)
LINES = 40


@reads(needs=("apps/deployments:get", "apps/deployments:list"))
def kube_rollout_status(namespace: KubeName, deployment: KubeName) -> Observation:
    """Say how far a deployment's rollout is: pods on the current template, ready, available, and conditions."""
    now = reader().one("deployments", namespace, deployment)
    lines = [f"Deployment {deployment} in {namespace}: {progress(now)}.", *_conditions(now)]
    return Observation("\n".join(lines), (status(now),))


@reads(needs=("apps/deployments:get", "apps/deployments:list", "apps/replicasets:list"))
def kube_rollout_history(namespace: KubeName, deployment: KubeName) -> Observation:
    """List a deployment's revisions with time and image, and what the current one changed."""
    api, at = reader(), datetime.now(UTC)
    now = api.one("deployments", namespace, deployment)
    history = revisions(now, api.every("replicasets", namespace))
    lines = [_row(one, at, current=one is history[0]) for one in history]
    before = good(history)
    if before is not None:
        old, new = f"revision {before.number}", f"revision {history[0].number}"
        diff = unified(before.template, history[0].template, old=old, new=new).splitlines()
        lines += [f"Changed from {old} to {new}:", *diff[:LINES], *(["…"] if len(diff) > LINES else [])]
    text_ = "\n".join([f"Revisions of {deployment} in {namespace}:", *lines, *api.unseen])
    return Observation(text_, (rollout(now, history, at) or _settled(now, history, at),))


def status(now: JsonObject) -> Finding:
    """Say where a deployment's rollout stands."""
    here = {"namespace": namespace_of(now), "deployment": name_of(now)}
    pods = Call("kube_pods", {"namespace": namespace_of(now), "workload": name_of(now)})
    where, got = subject("deployment", now), progress(now)
    progressing = condition(now, "Progressing")
    if rolled_out(now):
        return Finding("rollout_complete", where, f"{got}.", "status", 0.9, Role.HEALTHY)
    if flag(now, "spec", "paused"):
        return Finding("rollout_paused", where, f"The rollout is paused: {got}.", "spec.paused", 0.9, Role.CONTEXT)
    if text(progressing, "status") == "False":
        why = first(text(progressing, "message") or text(progressing, "reason"))
        said, since = f"The rollout is stuck, {got}: {why}", moment(progressing, "lastTransitionTime")
        next_ = (pods, Call("kube_rollout_history", dict(here)))
        return Finding("rollout_stuck", where, said, "condition Progressing", 0.9, Role.SYMPTOM, since, next_)
    rolling = number(now, "status", "updatedReplicas") < number(now, "spec", "replicas", default=1)
    code, role = ("rollout_in_progress", Role.CONTEXT) if rolling else ("unavailable", Role.SYMPTOM)
    return Finding(code, where, f"Not all pods are available: {got}.", "status", 0.7, role, None, (pods,))


def rollout(now: JsonObject, history: Sequence[Revision], at: datetime) -> Finding | None:
    """Return the change that the newest rollout was, if it is less than a day old and not the first one."""
    before, since = good(history), began(history)
    if before is None or not within(since, at, DAY) or gone_back(history):
        return None
    current = history[0]
    changed = differences(before.template, current.template)
    here: JsonObject = {"namespace": namespace_of(now), "deployment": name_of(now)}
    return Finding(
        code="recent_rollout",
        subject=subject("deployment", now),
        observed=f"{name_of(now)} was rolled out {ago(since, at)} ({clock(since)}): revision "
        f"{before.number} → {current.number}, changing {first(some(changed, 4), 260)}"
        f"{f' ({first(current.cause, 80)})' if current.cause else ''}.",
        pointer=f"replicaset {current.name}, creationTimestamp",
        confidence=0.7 if within(since, at, FRESH) else 0.4,
        role=Role.CHANGE,
        since=since,
        leads_to=(Call("kube_rollout_history", here),),
        remedy=Call("kube_rollback", {**here, "revision": before.number}),
    )


def _settled(now: JsonObject, history: Sequence[Revision], at: datetime) -> Finding:
    since = began(history)
    age = f"revision {history[0].number} is from {ago(since, at)}" if history else "no revision is recorded"
    said = f"No rollout of {name_of(now)} in the last day: {age}."
    if gone_back(history):
        said = f"{name_of(now)} is back on an earlier template, now revision {history[0].number}."
        when = moment(condition(now, "Progressing"), "lastUpdateTime")
        return Finding("rolled_back", subject("deployment", now), said, "replicasets", 0.8, Role.CONTEXT, when)
    if within(since, at, DAY):
        said = f"{name_of(now)} was first rolled out {ago(since, at)}; there is no earlier template to compare with."
    return Finding("no_recent_rollout", subject("deployment", now), said, "replicasets", 0.8, Role.HEALTHY, since)


def _row(one: Revision, at: datetime, *, current: bool) -> str:
    mark = "current" if current else "earlier"
    cause = f", {first(one.cause, 80)}" if one.cause else ""
    return (
        f"{mark} revision {one.number}: {some(map(short, one.images))}, created {ago(one.created, at)}, "
        f"{one.ready} of {one.wanted} pods ready ({one.name}{cause})"
    )


def _conditions(now: JsonObject) -> list[str]:
    status_ = (condition(now, kind) for kind in ("Progressing", "Available", "ReplicaFailure"))
    lines = [
        f"{text(c, 'type')}={text(c, 'status')} {text(c, 'reason')}: {first(text(c, 'message'))}" for c in status_ if c
    ]
    seen, generation = number(now, "status", "observedGeneration"), number(now, "metadata", "generation")
    behind = [] if seen >= generation else [f"The controller has not seen generation {generation} yet."]
    return lines + behind

"""What is wrong with one pod, from its status and its events; pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from tools.contract import JsonObject
from tools.kube.containers import Ailment, crash, missing, probed, stuck
from tools.kube.events import Event
from tools.kube.fields import (
    ago,
    condition,
    created,
    first,
    flag,
    lasting,
    moment,
    number,
    part,
    parts,
    text,
    texts,
)

RECENT = timedelta(minutes=15)
"""A restart longer ago than this, of a container that is ready again, is history."""
STARTING = timedelta(minutes=2)
"""How long a new pod may take before not being ready says something."""
LEAVING = timedelta(minutes=2)


def ailment(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    """Return the most telling thing that is wrong with a pod now, or what is left of old trouble, or None."""
    looks = (_leaving, _ended, _unscheduled, _waiting, _crashing, _shot, _mounting, _unready, _recovered)
    return next((found for look in looks if (found := look(pod, events, now))), None)


def ready(pod: JsonObject) -> bool:
    """Tell whether the pod takes traffic."""
    return text(condition(pod, "Ready"), "status") == "True" and not leaving(pod)


def leaving(pod: JsonObject) -> bool:
    """Tell whether the pod is being deleted."""
    return bool(text(pod, "metadata", "deletionTimestamp"))


def restarts(pod: JsonObject) -> int:
    """Return how often its containers were restarted."""
    return sum(number(one, "restartCount") for one in containers(pod))


def containers(pod: JsonObject) -> list[JsonObject]:
    """Return the statuses of its containers, init containers first."""
    return parts(pod, "status", "initContainerStatuses") + parts(pod, "status", "containerStatuses")


def _leaving(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    del events
    due = moment(pod, "metadata", "deletionTimestamp")
    if due is None:
        return None
    if now - due < LEAVING:
        return Ailment("terminating", "is being deleted", "metadata.deletionTimestamp", due)
    held = ", ".join(texts(pod, "metadata", "finalizers")) or "no finalizer"
    says = f"should have been gone {ago(due, now)} and is still there ({held})"
    return Ailment("stuck_terminating", says, "metadata.deletionTimestamp", due)


def _ended(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    del events
    phase, reason, message = (text(pod, "status", one) for one in ("phase", "reason", "message"))
    if phase == "Succeeded":
        return Ailment("completed", "ended with success", "status.phase")
    if phase != "Failed":
        return None
    when = _failed_at(pod)
    what = "evicted" if reason == "Evicted" else "pod_failed"
    says = f"failed {ago(when, now)}: {first(f'{reason} {message}'.strip() or 'no reason given')}"
    old = when is not None and now - when > timedelta(hours=1)
    return Ailment("old_failure" if old else what, says, "status.reason", when)


def _unscheduled(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    del now
    scheduled = condition(pod, "PodScheduled")
    said = next((one for one in events if one.reason == "FailedScheduling"), None)
    if text(pod, "spec", "nodeName") or text(pod, "status", "phase") not in {"Pending", ""}:
        return None
    if text(scheduled, "status") != "False" and said is None:
        return None
    message = text(scheduled, "message") or (said.message if said else "")
    says = f"cannot be scheduled ({obstacle(message)}): {first(message, 200)}"
    since = moment(scheduled, "lastTransitionTime") or created(pod)
    return Ailment("unschedulable", says, "condition PodScheduled", since)


def obstacle(message: str) -> str:
    """Name what keeps a pod from being scheduled, in the scheduler's order of mention."""
    words = {
        r"[Ii]nsufficient (\S+?)[,.]?(?:\s|$)": "not enough {}",
        r"(persistentvolumeclaim|volume node affinity|unbound)": "volume",
        r"(taint)": "taints",
        r"((?<!volume )node affinity|node selector|didn't match Pod's)": "node affinity or selector",
        r"(topology spread)": "topology spread",
        r"(Too many pods)": "too many pods on the nodes",
        r"(unschedulable)": "cordoned nodes",
        r"(scheduling gates)": "a scheduling gate that nobody lifted",
    }
    found = [(hit.start(), say.format(hit[1])) for sign, say in words.items() if (hit := re.search(sign, message))]
    return ", ".join(say for _, say in sorted(found)) or "reason not given"


def _waiting(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    for one in containers(pod):
        found = stuck(one, events, since=created(pod), now=now)
        if found:
            return found
    return None


def _crashing(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    """See a container that keeps ending, between the moments in which it is called CrashLoopBackOff."""
    for one in containers(pod):
        ended = part(one, "state", "terminated") or part(one, "lastState", "terminated")
        when = moment(ended, "finishedAt")
        failed = text(ended, "exitCode") not in {"", "0"} or text(pod, "spec", "restartPolicy") in {"Always", ""}
        again = bool(part(one, "state", "terminated")) or number(one, "restartCount") > 1
        if ended and failed and again and not _over(one, now) and when is not None and now - when <= RECENT:
            return crash(one, events, since=created(pod), now=now)
    return None


def _shot(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    """See a container that its probe keeps having killed, where only events tell: it may end with success each time."""
    killings = [one for one in events if one.reason == "Killing" and one.last and now - one.last <= RECENT]
    repeated = sum(one.count for one in killings) > 1 or (killings and restarts(pod) > 1)
    if not repeated or leaving(pod):
        return None
    sick = next((one for one in containers(pod) if number(one, "restartCount")), {})
    return probed(sick, events, now) if sick else None


def _over(one: JsonObject, now: datetime) -> bool:
    """Tell whether an init container has finished, or a container has outlived its last life by far."""
    if text(one, "state", "terminated", "exitCode") == "0" and flag(one, "ready"):
        return True
    lived, ended = (moment(one, "lastState", "terminated", key) for key in ("startedAt", "finishedAt"))
    up = moment(one, "state", "running", "startedAt")
    if up is None or lived is None or ended is None or not flag(one, "ready"):
        return False
    return now - up > max(3 * (ended - lived), STARTING)


def _mounting(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    since = created(pod)
    if text(pod, "status", "phase") != "Pending" or since is None or now - since < STARTING / 2:
        return None
    for one in events:
        if one.reason in {"FailedMount", "FailedAttachVolume"}:
            gone = missing(one.message)
            code, what = ("missing_config", "what does not exist") if gone else ("volume_unavailable", "a volume")
            return Ailment(code, f"waits for {what}: {first(one.message)}", f"event {one.reason}", since, "", gone)
        if one.reason == "FailedCreatePodSandBox":
            return Ailment(
                "no_sandbox", f"has no network or sandbox: {first(one.message)}", f"event {one.reason}", since
            )
    if now - since < STARTING:
        return Ailment("starting", f"was created {ago(since, now)}", "status.phase", since)
    return _initializing(pod, now) or Ailment(
        "stuck_creating", f"is still Pending, {lasting(now - since)} after creation", "status.phase", since
    )


def _initializing(pod: JsonObject, now: datetime) -> Ailment | None:
    """See an init container that does not end, while all others wait for it; one that has started is a sidecar."""
    for one in parts(pod, "status", "initContainerStatuses"):
        up, name = moment(one, "state", "running", "startedAt"), text(one, "name")
        if up is not None and not flag(one, "started") and not flag(one, "ready"):
            says = f"waits for its init container {name}, which runs for {lasting(now - up)} and does not end"
            return Ailment("init_stuck", says, f"container {name}, state.running", up, name)
    return None


def _unready(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    if ready(pod) or not containers(pod) or text(pod, "status", "phase") != "Running":
        return None
    since = moment(condition(pod, "Ready"), "lastTransitionTime") or created(pod)
    if since is not None and now - since < STARTING / 4:
        return Ailment("starting", f"is starting for {lasting(now - since)}", "condition Ready", since)
    probe = next((one for one in events if one.reason == "Unhealthy" and "eadiness" in one.message), None)
    why = f"readiness probe: {first(probe.message, 200)}" if probe else first(text(condition(pod, "Ready"), "message"))
    unready = next((text(one, "name") for one in reversed(containers(pod)) if not flag(one, "ready")), "")
    whose = f", by its container {unready}," if unready and len(containers(pod)) > 1 else ""
    says = f"runs but is not ready{whose} since {ago(since, now)} ({why or 'no reason given'})"
    return Ailment("not_ready", says, "condition Ready", since, unready)


def _recovered(pod: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    """Say what is left of trouble that is over."""
    for one in containers(pod):
        ended = part(one, "lastState", "terminated")
        when = moment(ended, "finishedAt")
        if number(one, "restartCount") and ended:
            why = text(ended, "reason") or f"exit code {text(ended, 'exitCode')}"
            says = f"restarted {ago(when, now)} ({why}) and is ready again"
            return Ailment("old_restart", says, f"container {text(one, 'name')}, lastState", when, text(one, "name"))
    if any(one.reason == "Unhealthy" for one in events) and ready(pod):
        return Ailment("old_probe_failure", "failed probes earlier and is ready now", "event Unhealthy")
    return None


def _failed_at(pod: JsonObject) -> datetime | None:
    ends = [moment(one, "state", "terminated", "finishedAt") for one in containers(pod)]
    return max((one for one in ends if one), default=moment(pod, "status", "startTime") or created(pod))

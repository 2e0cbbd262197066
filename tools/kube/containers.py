"""Why a container does not run: its image, its configuration, its command, its memory, a probe, or itself; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.contract import JsonObject
from tools.kube.events import Event
from tools.kube.fields import ago, first, moment, number, part, text

IMAGE = {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}
COMMAND = {"CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun"}
KILLED, UNRUNNABLE = {137, 143}, {126, 127}
BACKOFF = timedelta(minutes=5)
"""https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy"""
EXIT_CODES = {
    0: "ended by itself with success",
    1: "application error",
    2: "wrong usage or application error",
    126: "command not executable",
    127: "command not found",
    134: "aborted itself, SIGABRT",
    137: "killed, SIGKILL",
    139: "segmentation fault",
    143: "terminated, SIGTERM",
}
"""What shells and runtimes mean by them: 126 and 127 of POSIX, 128 + the signal's number for the rest."""


@dataclass(frozen=True)
class Ailment:
    """What is wrong with a pod.

    Attributes:
        code: One of the codes of `tools.kube.pods.FINDINGS`.
        says: What was observed, without the pod's name.
        pointer: The field or event that says so.
        since: When it began.
        container: The container it is about.
        needle: The name that is missing (a ConfigMap, a Secret, an image), to look for in the template.
    """

    code: str
    says: str
    pointer: str
    since: datetime | None = None
    container: str = ""
    needle: str = ""


def stuck(one: JsonObject, events: Sequence[Event], *, since: datetime | None, now: datetime) -> Ailment | None:
    """Return why a waiting container waits, if the reason is one that does not pass by itself."""
    reason, message = (text(one, "state", "waiting", key) for key in ("reason", "message"))
    name, image = text(one, "name"), text(one, "image")
    pointer = f"container {name}, state.waiting.reason {reason}"
    if reason in IMAGE:
        said = next(
            (e.message for e in events if e.reason == "Failed" and "failed to pull" in e.message.lower()), message
        )
        says = f"cannot pull image {image} ({reason}): {pull_problem(said)} ({first(said or reason, 200)})"
        return Ailment("image_pull", says, pointer, since, name, image)
    if reason == "CreateContainerConfigError":
        return _unstartable(name, message, pointer, since)
    if reason in COMMAND:
        return Ailment("bad_command", f"cannot run container {name}: {first(message)}", pointer, since, name)
    return crash(one, events, since=since, now=now) if reason == "CrashLoopBackOff" else None


def _unstartable(name: str, message: str, pointer: str, since: datetime | None) -> Ailment:
    """Tell settings that are not there from settings that the kubelet does not accept."""
    if message and not missing(message) and "not found" not in message:
        return Ailment("bad_settings", f"cannot start container {name}: {first(message)}", pointer, since, name)
    says = f"cannot start container {name}, configuration is missing: {first(message)}"
    return Ailment("missing_config", says, pointer, since, name, missing(message))


def pull_problem(message: str) -> str:
    """Say what a registry's refusal means."""
    said = message.lower()
    signs = {
        "the registry is limiting requests": ("toomanyrequests", "rate limit", "429"),
        "not allowed, or the repository does not exist": ("unauthorized", "denied", "authorization", "401", "403"),
        "there is no such image or tag": ("not found", "manifest unknown", "notfound", "does not exist"),
        "the registry cannot be reached": ("timeout", "no such host", "connection refused", "i/o", "tls"),
        "the image name is not valid": ("invalid", "couldn't parse"),
    }
    return next((meaning for meaning, words in signs.items() if any(word in said for word in words)), "pull failed")


def missing(message: str) -> str:
    """Return the name that a message says is missing: a key, a ConfigMap or a Secret."""
    hit = re.search(r"""couldn't find key (\S+)|(?:configmap|secret)s? "([^"]+)" not found""", message)
    return (hit[1] or hit[2]) if hit else ""


def crash(one: JsonObject, events: Sequence[Event], *, since: datetime | None, now: datetime) -> Ailment:
    """Say why a container keeps ending: memory, a probe, its command, or the program itself."""
    ended = part(one, "lastState", "terminated") or part(one, "state", "terminated")
    when = moment(ended, "finishedAt")
    probe = _probe(events) if number(ended, "exitCode") in KILLED else None
    code, says = _killed(one, ended, probe) or _exited(one, ended)
    tail = f"{number(one, 'restartCount')} restarts, the last {ago(when, now)}"
    pointer = f"event {probe.reason}" if code == "probe_killed" and probe else "lastState.terminated"
    began = min(
        (e.first for e in events if e.reason == "BackOff" and e.first),
        default=_began(since, when, number(one, "restartCount"), now),
    )
    name = text(one, "name")
    return Ailment(code, f"{says}, {tail}", f"container {name}, {pointer}", began, name)


def probed(one: JsonObject, events: Sequence[Event], now: datetime) -> Ailment | None:
    """Return that a container is killed by a probe as events tell, whatever its status says; None if none says so."""
    killing, failing = _probe(events, "Killing"), _probe(events, "Unhealthy")
    if killing is None:
        return None
    name, why = text(one, "name"), first((failing or killing).message, 200)
    times = number(one, "restartCount")
    says = (
        f"container {name} is killed by its {_which(killing)} probe: {why}; {times} restarts, "
        f"the last {ago(killing.last, now)}; it is not out of memory (no OOMKilled) and does not crash by itself"
    )
    began = min((one.first for one in (killing, failing) if one and one.first), default=killing.last)
    return Ailment("probe_killed", says, f"container {name}, event Killing", began, name)


def _which(killing: Event) -> str:
    return "startup" if "startup probe" in killing.message.lower() else "liveness"


def _killed(one: JsonObject, ended: JsonObject, probe: Event | None) -> tuple[str, str] | None:
    name = text(one, "name")
    if text(ended, "reason") == "OOMKilled":
        return "oom_killed", f"container {name} exceeds its memory limit (OOMKilled)"
    if probe is not None:
        return (
            "probe_killed",
            f"container {name} is killed by its liveness or startup probe ({first(probe.message, 160)})",
        )
    return None


def _exited(one: JsonObject, ended: JsonObject) -> tuple[str, str]:
    name, reason, said = text(one, "name"), text(ended, "reason"), first(text(ended, "message"), 200)
    code = number(ended, "exitCode", default=-1)
    meaning = EXIT_CODES.get(code, reason or "reason not given")
    saying = f", saying: {said}" if said else ""
    if code in UNRUNNABLE or reason in COMMAND or "exec format error" in said:
        return "bad_command", f"cannot run container {name}: {meaning}{saying}"
    return "crash_loop", f"container {name} exits with code {code if code >= 0 else 'unknown'} ({meaning}){saying}"


def _probe(events: Sequence[Event], *reasons: str) -> Event | None:
    """Return the event of a probe that has containers killed; readiness never does."""
    signs, wanted = ("liveness probe", "startup probe"), reasons or ("Unhealthy", "Killing")
    return next((e for e in events if e.reason in wanted and any(s in e.message.lower() for s in signs)), None)


def _began(since: datetime | None, ended: datetime | None, restarts: int, now: datetime) -> datetime | None:
    """Return since when a container has crashed: from its start if its restarts reach back to it, else its last end.

    A container that crashes at once is restarted at least every 5 minutes or so, the longest back-off there is.
    """
    if since is None or ended is None:
        return ended or since
    reach = ended - restarts * BACKOFF - 2 * BACKOFF
    young = now - since < timedelta(hours=1)
    return since if young or reach <= since else ended

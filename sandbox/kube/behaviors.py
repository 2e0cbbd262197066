"""How a new pod behaves: as world.toml says, else as the world's own pods of its program do, else it becomes Ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sandbox.kube.kinds import Object
from sandbox.kube.parts import condition, containers

STATES = ("Ready", "NotReady", "CrashLoopBackOff", "OOMKilled", "ImagePullBackOff", "Unschedulable", "Stuck")
_PULL = {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull"}


@dataclass(frozen=True)
class Behavior:
    """What becomes of a pod's container.

    Attributes:
        state: One of STATES; `Stuck` waits for ever with `reason`.
        deployment: `namespace/name` it is for; empty for any.
        image: The image it is for; empty for any.
        env: Environment variables it is for, name to value; a null value means "not set".
        container: The container that misbehaves; the first if empty.
        exit_code: For crashes.
        reason: Waiting or termination reason, where the state leaves it open.
        message: What the kubelet, the registry or the scheduler says.
        log: What the container writes in a run.
        warnings: Warning events the pod gives rise to, as (reason, message).
    """

    state: str = "Ready"
    deployment: str = ""
    image: str = ""
    env: tuple[tuple[str, str | None], ...] = ()
    container: str = ""
    exit_code: int = 1
    reason: str = ""
    message: str = ""
    log: str = ""
    warnings: tuple[tuple[str, str], ...] = ()

    def fits(self, deployment: str, pod_spec: Object) -> bool:
        """Tell whether a pod of a deployment (`namespace/name`) behaves like this."""
        found = containers({"spec": pod_spec})
        values = {
            str(entry.get("name")): str(entry.get("value", "")) for one in found for entry in one.get("env") or []
        }
        return (
            self.deployment in {"", deployment}
            and (not self.image or any(one.get("image") == self.image for one in found))
            and all(values.get(name) == value for name, value in self.env)
        )


READY = Behavior()


def read_behaviors(table: Any) -> tuple[Behavior, ...]:
    """Return the [[behaviors]] of a world.

    Raises:
        ValueError: Says which entry is wrong.
    """
    if not isinstance(table or [], list):
        raise ValueError("world.toml: behaviors must be tables, written [[behaviors]].")  # noqa: TRY004 - a wrong file
    return tuple(_behavior(entry) for entry in table or [])


def _behavior(entry: Mapping[str, Any]) -> Behavior:
    known = {field.name for field in fields(Behavior)}
    if unknown := sorted(set(entry) - known):
        raise ValueError(
            f"world.toml: [[behaviors]] has no key {unknown[0]!r}; use some of {', '.join(sorted(known))}."
        )
    if entry.get("state", "Ready") not in STATES:
        raise ValueError(f"world.toml: [[behaviors]] state must be one of {', '.join(STATES)}.")
    env = tuple(
        (str(name), None if value in {"", None} else str(value)) for name, value in entry.get("env", {}).items()
    )
    warnings = tuple((str(reason), str(message)) for reason, message in entry.get("warnings", ()))
    return Behavior(**{**entry, "env": env, "warnings": warnings})


def seen_in(pod: Object, log: str = "", events: Iterable[Object] = ()) -> Behavior | None:
    """Return how a pod of the world misbehaves, None if it is in order."""
    if (pod.get("status") or {}).get("phase") in {"Succeeded", "Failed"} or "deletionTimestamp" in pod["metadata"]:
        return None
    said = tuple(
        (str(event.get("reason")), str(event.get("message", "")))
        for event in events
        if event.get("type") == "Warning" and event.get("reason") not in {"BackOff", "Failed"}
    )
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        message = str(scheduled.get("message", ""))
        return Behavior("Unschedulable", message=message, reason="Unschedulable", warnings=said)
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    broken = next((one for one in statuses if not one.get("ready")), None)
    return _container_behavior(broken, log, said) if broken else None


def _container_behavior(status: Object, log: str, said: tuple[tuple[str, str], ...]) -> Behavior:
    state = status.get("state") or {}
    waiting = state.get("waiting") or {}
    ended = (status.get("lastState") or {}).get("terminated") or state.get("terminated") or {}
    reason, message = str(waiting.get("reason", "")), str(waiting.get("message", ""))
    name = str(status.get("name", ""))
    if reason in _PULL:
        return Behavior("ImagePullBackOff", container=name, message=message, warnings=said)
    if reason == "CrashLoopBackOff" or (not state.get("running") and ended):
        oom = ended.get("reason") == "OOMKilled"
        code, why = int(ended.get("exitCode", 1)), str(ended.get("reason", ""))
        kind = "OOMKilled" if oom else "CrashLoopBackOff"
        return Behavior(kind, container=name, exit_code=code, reason=why, log=log, warnings=said)
    if waiting:
        return Behavior("Stuck", container=name, reason=reason, message=message, warnings=said)
    return Behavior("NotReady", container=name, log=log, warnings=said)

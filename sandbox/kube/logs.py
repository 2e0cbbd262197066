"""Container logs: the world's for its own pods, the behavior's for new ones, cut as `kubectl logs` asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from sandbox.clock import Clock
from sandbox.kube.kinds import Object
from sandbox.kube.kubelet import Kubelet
from sandbox.kube.lives import Life, Phase
from sandbox.kube.parts import born, containers, place, seconds, stamp
from sandbox.kube.refusals import bad_request
from sandbox.shift import Shift
from sandbox.world import World

Query: TypeAlias = dict[str, str]

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?")


@dataclass
class Logs:
    """Reads logs."""

    world: World
    kubelet: Kubelet
    clock: Clock

    def read(self, pod: Object, query: Query) -> str:
        """Return a container's log.

        Args:
            pod: The pod.
            query: container, previous, tailLines, sinceSeconds, sinceTime, timestamps, limitBytes, as in the API.

        Raises:
            Refusal: There is no such container, or it has not written yet.
        """
        container = _container(pod, query.get("container", ""))
        previous = query.get("previous") == "true"
        return cut(self._text(pod, container, previous=previous), query, born(pod), self.clock.time())

    def _text(self, pod: Object, container: str, *, previous: bool) -> str:
        state = _state(pod, container)
        life = self.kubelet.lives.get(place(pod))
        written = self._written(pod, container, previous=previous, crashing=bool(state.get("lastState")))
        if written is not None and not (life and life.ended):
            return written
        _check_started(pod, container, state, previous=previous)
        if life and (life.behavior.container in {"", container}):
            return moved(life.behavior.log, _spoke(life, previous=previous))
        return ""

    def _written(self, pod: Object, container: str, *, previous: bool, crashing: bool) -> str | None:
        """Return the world's log; of a container that crashes, either run's where only one was written."""
        namespace, name = place(pod)
        wanted = ("previous", "current") if previous else ("current", "previous")
        first = container == containers(pod)[0]["name"]
        for which in wanted if crashing else wanted[:1]:
            for part in (container, "") if first else (container,):
                text = self.world.logs.get((namespace, name, part, which))
                if text is not None:
                    return str(self.world.shifted(text))
        return None


def moved(text: str, at: float) -> str:
    """Return a log with its times moved so that the last one is `at`, seconds since the epoch."""
    times = _TIME.findall(text)
    last = seconds(times[-1].replace(",", ".")) if times else None
    return Shift(datetime.fromtimestamp(last, UTC), datetime.fromtimestamp(at, UTC)).text(text) if last else text


def cut(text: str, query: Query, start: float, now: float) -> str:
    """Return the part of a log that is asked for; a line without a time has that of the line before."""
    lines = []
    at = start
    for line in text.splitlines():
        found = _TIME.search(line)
        at = (seconds(found[0].replace(",", ".")) if found else None) or at
        lines.append((at, line))
    since = max(now - float(query.get("sinceSeconds") or now), seconds(query.get("sinceTime")) or 0.0)
    kept = [(at, line) for at, line in lines if at >= since]
    if query.get("tailLines"):
        kept = kept[-int(query["tailLines"]) :] if int(query["tailLines"]) else []
    marked = query.get("timestamps") == "true"
    whole = "".join(f"{_nano(at)} {line}\n" if marked else f"{line}\n" for at, line in kept)
    limit = int(query.get("limitBytes") or 0)
    return whole.encode()[:limit].decode("utf-8", "ignore") if limit else whole


def _nano(at: float) -> str:
    return f"{stamp(at)[:-1]}.{round(at % 1 * 1_000_000):06d}000Z"


def _spoke(life: Life, *, previous: bool) -> float:
    crashed = previous or life.phase is Phase.CRASHED
    return (life.ended if crashed else life.started) or life.started


def _container(pod: Object, name: str) -> str:
    names = [str(one["name"]) for one in (*containers(pod), *(pod["spec"].get("initContainers") or []))]
    if name and name not in names:
        raise bad_request(f"container {name} is not valid for pod {pod['metadata']['name']}")
    if not name and len(containers(pod)) > 1:
        listed = f"[{' '.join(names)}]"
        raise bad_request(
            f"a container name must be specified for pod {pod['metadata']['name']}, choose one of: {listed}"
        )
    return name or names[0]


def _state(pod: Object, container: str) -> Object:
    statuses = pod.get("status", {}).get("containerStatuses") or []
    found: Object = next((one for one in statuses if one.get("name") == container), {})
    return found


def _check_started(pod: Object, container: str, status: Object, *, previous: bool) -> None:
    name = pod["metadata"]["name"]
    if previous and not (status.get("lastState") or {}).get("terminated"):
        raise bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
    waiting = (status.get("state") or {}).get("waiting")
    if waiting and not status.get("lastState"):
        reason = waiting.get("reason", "ContainerCreating")
        why = "trying and failing to pull image" if "Pull" in reason else reason
        raise bad_request(f'container "{container}" in pod "{name}" is waiting to start: {why}')

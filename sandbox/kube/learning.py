"""Learn from a world's pods how they are broken, and let them go on being so."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.kube.behaviors import Behavior, seen_in
from sandbox.kube.kinds import EVENT, REPLICA_SET, Object, kind_names
from sandbox.kube.kubelet import Kubelet
from sandbox.kube.parts import owner, place, program, seconds
from sandbox.kube.pods import is_active
from sandbox.kube.replicas import Replicas
from sandbox.kube.store import Store
from sandbox.world import World


@dataclass
class Learner:
    """Looks at a filled store once."""

    world: World
    store: Store
    kubelet: Kubelet
    replicas: Replicas

    def learn(self) -> None:
        """Remember how the world's broken pods are broken, and let them go on being so."""
        self._refer()
        events = self._events()
        by_program: dict[str, list[Behavior | None]] = {}
        for rs in self.store.all(REPLICA_SET):
            name = f"{place(rs)[0]}/{owner(rs).get('name') or rs['metadata']['name']}"
            key = f"{name} {program((rs['spec'].get('template') or {}).get('spec') or {})}"
            for pod in filter(is_active, self.replicas.pods_of(rs)):
                by_program.setdefault(key, []).append(self._resumed(pod, events.get(place(pod), [])))
        for key, seen in by_program.items():
            broken = [behavior for behavior in seen if behavior]
            if broken and len(broken) == len(seen):
                self.replicas.habits.seen[key] = broken[0]

    def _resumed(self, pod: Object, events: list[Object]) -> Behavior | None:
        known = self.kubelet.lives.get(place(pod))
        if known:
            return None if known.behavior.state == "Ready" else known.behavior
        behavior = seen_in(pod, self._log(pod), events)
        if behavior:
            restarts, due = self._next(pod)
            self.kubelet.resume(pod, behavior, restarts, due)
        return behavior

    def _next(self, pod: Object) -> tuple[int, float]:
        """Return how often a broken pod has been restarted, and when it is its turn again."""
        statuses = pod["status"].get("containerStatuses") or []
        broken: Object = next((one for one in statuses if not one.get("ready")), {})
        restarts = int(broken.get("restartCount") or 0)
        ended = seconds(((broken.get("lastState") or {}).get("terminated") or {}).get("finishedAt"))
        pace, begins = self.kubelet.pace, self.world.begins.timestamp()
        return restarts, max((ended or begins) + pace.pause(restarts), begins + pace.backoff)

    def _log(self, pod: Object) -> str:
        texts = [text for (namespace, name, _, _), text in self.world.logs.items() if (namespace, name) == place(pod)]
        return str(self.world.shifted(max(texts, key=len, default="")))

    def _events(self) -> dict[tuple[str, str], list[Object]]:
        found: dict[tuple[str, str], list[Object]] = {}
        for event in self.store.all(EVENT):
            name = str((event.get("involvedObject") or {}).get("name"))
            found.setdefault((place(event)[0], name), []).append(event)
        return found

    def _refer(self) -> None:
        """Let events name the very object they are about: clients look for events by uid."""
        names = kind_names(self.store.kinds())
        for event in self.store.all(EVENT):
            about = event.get("involvedObject") or {}
            kind = names.get(str(about.get("kind")))
            object_ = kind and self.store.get(
                kind, about.get("namespace", "") if kind.namespaced else "", str(about.get("name"))
            )
            if object_ and not about.get("uid"):
                about = {**about, "uid": object_["metadata"]["uid"], "apiVersion": object_["apiVersion"]}
                self.store.put(EVENT, {**event, "metadata": dict(event["metadata"]), "involvedObject": about})

"""What becomes of pods on their nodes: they start, become ready, crash, wait, restart and stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.kube.behaviors import Behavior
from sandbox.kube.events import Recorder
from sandbox.kube.kinds import NODE, POD, Object
from sandbox.kube.lives import Life, Pace, Phase
from sandbox.kube.parts import containers, place, stamp
from sandbox.kube.pods import with_states
from sandbox.kube.store import Store

EVERY = 30.0
"""Seconds between repeated warnings about a pod that stays broken."""


@dataclass
class Kubelet:
    """All nodes' kubelets in one."""

    store: Store
    recorder: Recorder
    clock: Clock
    pace: Pace
    lives: dict[tuple[str, str], Life] = field(default_factory=dict)
    _turn: int = 0

    def run(self, pod: Object, behavior: Behavior, at: float) -> None:
        """Schedule a new pod and start its life."""
        if behavior.state == "Unschedulable":
            self._refuse(pod, behavior, at)
            return
        node = self._node()
        pod = {**pod, "spec": {**pod["spec"], "nodeName": node}}
        pod = self.store.put(POD, with_states(pod, {}, at))
        where = "/".join(place(pod))
        self.recorder.normal(pod, "Scheduled", f"Successfully assigned {where} to {node}", "default-scheduler", at)
        self.lives[place(pod)] = Life(behavior, Phase.CREATING, at + self.pace.start)

    def resume(self, pod: Object, behavior: Behavior, restarts: int, at: float) -> None:
        """Go on with a broken pod the world wrote; it next moves at `at`."""
        match behavior.state:
            case "CrashLoopBackOff" | "OOMKilled":
                self.lives[place(pod)] = Life(behavior, Phase.CRASHED, at, restarts)
            case "ImagePullBackOff":
                self.lives[place(pod)] = Life(behavior, Phase.PULLING, at)
            case _:
                self.lives[place(pod)] = Life(behavior, Phase.WAITING, at)

    def recover(self, pod: Object, at: float) -> None:
        """Let a running pod become ready: what it waited for is there again."""
        self.lives.pop(place(pod), None)
        self._set(pod, {one["name"]: {"ready": True} for one in containers(pod)}, at)

    def stop(self, pod: Object, at: float, grace: int | None = None) -> None:
        """Ask a pod to stop; it is gone a moment later."""
        if "deletionTimestamp" in pod["metadata"] and grace != 0:
            return
        if grace == 0:
            self._forget(pod)
            return
        seconds = grace if grace is not None else pod["spec"].get("terminationGracePeriodSeconds", 30)
        meta = {**pod["metadata"], "deletionTimestamp": stamp(at + seconds), "deletionGracePeriodSeconds": seconds}
        pod = self.store.put(POD, {**pod, "metadata": meta})
        for one in containers(pod):
            self._say(pod, "Killing", f"Stopping container {one['name']}", at)
        behavior = self.lives[place(pod)].behavior if place(pod) in self.lives else Behavior()
        self.lives[place(pod)] = Life(behavior, Phase.STOPPING, at + self.pace.stop)

    def tick(self, now: float) -> None:
        """Let everything happen that is due."""
        for key, life in list(self.lives.items()):
            while self.lives.get(key) is life and life.next_at <= now:
                pod = self.store.get(POD, *key)
                if pod is None:
                    del self.lives[key]
                else:
                    self._advance(pod, life, life.next_at)

    def _advance(self, pod: Object, life: Life, at: float) -> None:
        match life.phase:
            case Phase.CREATING if life.behavior.state == "ImagePullBackOff":
                self._pull(pod, life, at)
            case Phase.CREATING if life.behavior.state == "Stuck":
                self._wait(pod, life, at)
            case Phase.CREATING | Phase.CRASHED:
                self._start(pod, life, at)
            case Phase.RUNNING:
                self._settle(pod, life, at)
            case Phase.PULLING:
                self._back_off_pull(pod, life, at)
            case Phase.WAITING:
                self._wait(pod, life, at)
            case Phase.STOPPING:
                self._forget(pod)

    def _start(self, pod: Object, life: Life, at: float) -> None:
        """Start the containers: all of them at first, the broken one after a crash."""
        again = life.phase is Phase.CRASHED
        life.restarts += 1 if again else 0
        names = [self._culprit(pod, life)] if again else [one["name"] for one in containers(pod)]
        state = {"state": {"running": {"startedAt": stamp(at)}}, "ready": False}
        restarted = state | ({"restartCount": life.restarts} if again else {})
        self._set(pod, dict.fromkeys(names, restarted), at)
        for one in containers(pod):
            if one["name"] in names:
                self._say(pod, "Pulled", f'Container image "{one.get("image")}" already present on machine', at)
                self._say(pod, "Created", f"Created container: {one['name']}", at)
                self._say(pod, "Started", f"Started container {one['name']}", at)
        crashing = life.behavior.state in {"CrashLoopBackOff", "OOMKilled"}
        life.phase, life.started = Phase.RUNNING, at
        life.next_at = at + (self.pace.crash if crashing else self.pace.ready)

    def _settle(self, pod: Object, life: Life, at: float) -> None:
        """Running long enough: the pod becomes ready, stays unready, or crashes."""
        culprit = self._culprit(pod, life)
        others: dict[str, Object] = {one["name"]: {"ready": True} for one in containers(pod) if one["name"] != culprit}
        match life.behavior.state:
            case "CrashLoopBackOff" | "OOMKilled":
                self._crash(pod, life, others, at)
            case "NotReady":
                self._set(pod, others, at)
                self._warn(pod, life, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", at)
                life.phase, life.next_at = Phase.WAITING, at + EVERY
            case _:
                self._set(pod, {**others, culprit: {"ready": True}}, at)
                life.next_at = float("inf")

    def _crash(self, pod: Object, life: Life, others: dict[str, Object], at: float) -> None:
        culprit = self._culprit(pod, life)
        oom = life.behavior.state == "OOMKilled"
        ended = {
            "exitCode": 137 if oom else life.behavior.exit_code,
            "reason": "OOMKilled" if oom else life.behavior.reason or "Error",
            "startedAt": stamp(life.started),
            "finishedAt": stamp(at),
        }
        pause = self.pace.pause(life.restarts)
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        which = f"container={culprit} pod={name}_{namespace}({pod['metadata']['uid']})"
        message = f"back-off {_duration(pause)} restarting failed {which}"
        waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
        broken = {"state": waiting, "lastState": {"terminated": ended}, "ready": False}
        self._set(pod, {**others, culprit: broken}, at)
        said = f"Back-off restarting failed container {culprit} in pod {name}_{namespace}({pod['metadata']['uid']})"
        self.recorder.warning(pod, "BackOff", said, "kubelet", at)
        life.phase, life.ended, life.next_at = Phase.CRASHED, at, at + pause

    def _pull(self, pod: Object, life: Life, at: float) -> None:
        culprit = self._culprit(pod, life)
        image = next((one.get("image") for one in containers(pod) if one["name"] == culprit), "")
        why = life.behavior.message or f'failed to resolve reference "{image}": {image}: not found'
        self._set(pod, {culprit: {"state": {"waiting": {"reason": "ErrImagePull", "message": why}}}}, at)
        self._say(pod, "Pulling", f'Pulling image "{image}"', at)
        self.recorder.warning(pod, "Failed", f'Failed to pull image "{image}": {why}', "kubelet", at)
        self.recorder.warning(pod, "Failed", "Error: ErrImagePull", "kubelet", at)
        life.phase, life.next_at = Phase.PULLING, at + self.pace.crash

    def _back_off_pull(self, pod: Object, life: Life, at: float) -> None:
        culprit = self._culprit(pod, life)
        image = next((one.get("image") for one in containers(pod) if one["name"] == culprit), "")
        message = f'Back-off pulling image "{image}"'
        waiting = {"reason": "ImagePullBackOff", "message": message}
        self._set(pod, {culprit: {"state": {"waiting": waiting}}}, at)
        self.recorder.normal(pod, "BackOff", message, "kubelet", at)
        self.recorder.warning(pod, "Failed", "Error: ImagePullBackOff", "kubelet", at)
        life.next_at = at + EVERY

    def _wait(self, pod: Object, life: Life, at: float) -> None:
        """Stay as it is, and say again why."""
        if life.phase is Phase.CREATING:
            waiting = {"reason": life.behavior.reason, "message": life.behavior.message}
            self._set(pod, {self._culprit(pod, life): {"state": {"waiting": waiting}}}, at)
            life.phase = Phase.WAITING
        self._warn(pod, life, "Failed", life.behavior.message, at)
        life.next_at = at + EVERY

    def _refuse(self, pod: Object, behavior: Behavior, at: float) -> None:
        message = behavior.message or "0/3 nodes are available: 3 Insufficient cpu."
        pod = with_states(pod, {}, at, scheduled=False)
        blocked = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        pod["status"]["conditions"] = [{**blocked, "lastTransitionTime": stamp(at)}]
        pod = self.store.put(POD, pod)
        self.recorder.warning(pod, "FailedScheduling", message, "default-scheduler", at)
        life = Behavior("Unschedulable", warnings=(("FailedScheduling", message),))
        self.lives[place(pod)] = Life(life, Phase.WAITING, at + EVERY)

    def _warn(self, pod: Object, life: Life, reason: str, message: str, at: float) -> None:
        for why, what in life.behavior.warnings or ((reason, message),):
            if what:
                self.recorder.warning(pod, why, what, "kubelet", at)

    def _set(self, pod: Object, states: dict[str, Object], at: float) -> None:
        self.store.put(POD, with_states(pod, states, at))

    def _say(self, pod: Object, reason: str, message: str, at: float) -> None:
        self.recorder.normal(pod, reason, message, "kubelet", at)

    def _culprit(self, pod: Object, life: Life) -> str:
        return life.behavior.container or str(containers(pod)[0]["name"])

    def _forget(self, pod: Object) -> None:
        self.lives.pop(place(pod), None)
        self.store.remove(POD, *place(pod))

    def _node(self) -> str:
        names = [
            str(node["metadata"]["name"])
            for node in self.store.all(NODE)
            if not (node.get("spec") or {}).get("unschedulable")
        ]
        self._turn += 1
        return names[self._turn % len(names)] if names else "node-1"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"

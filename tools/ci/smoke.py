"""Look at a service after a deployment: rollout, alarms, and its error rates, latencies and logs against before."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from tools.aws.alarm_records import Alarm, Input, alarms
from tools.aws.client import cloudwatch
from tools.aws.logs import aws_log_errors
from tools.aws.metrics import aws_metric
from tools.contract import Observation, Role, ToolError
from tools.knowledge.services import Service, services
from tools.kube.rollouts import kube_rollout_status

LOOK_SECONDS = 10
_GOING_ON = frozenset({"rollout_in_progress", "unavailable"})
_HURTS = frozenset({Role.CAUSE, Role.SYMPTOM})


class State(StrEnum):
    """How one look ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it could not be read, or there is nothing to compare


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at, and what there was, in a sentence; `ongoing` if it may pass yet."""

    name: str
    state: State
    words: str
    ongoing: bool = False


def smoke(name: str, minutes: int, pause: Callable[[float], None] = time.sleep) -> tuple[Look, ...]:
    """Look at everything that the catalogue says belongs to a service, once its rollout is over.

    Args:
        name: Name of the service in config/services.yaml.
        minutes: How long ago the deployment was, at most; compared with the time before. So long a rollout is waited
            for, unless something else has failed already.
        pause: How to wait.

    Raises:
        ToolError: There is no such service.
    """
    known = services()
    if name not in known:
        raise ToolError(f"There is no service {name} in services.yaml; there are: {', '.join(known) or 'none'}.")
    looks = tuple(_looks(known[name], minutes))
    for _ in range(minutes * 60 // LOOK_SECONDS):
        if not _worth_waiting(looks):
            break
        pause(LOOK_SECONDS)
        looks = tuple(_looks(known[name], minutes))
    return looks


def verdict(looks: tuple[Look, ...]) -> State:
    """Return how it is as a whole: one failure fails it; nothing passes by what could not be read."""
    states = {look.state for look in looks}
    if State.FAILED in states:
        return State.FAILED
    return State.PASSED if states == {State.PASSED} else State.UNKNOWN


def _worth_waiting(looks: tuple[Look, ...]) -> bool:
    return any(look.ongoing for look in looks) and all(look.ongoing or look.state is not State.FAILED for look in looks)


def _looks(service: Service, minutes: int) -> Iterator[Look]:
    if service.namespace and service.deployment:
        yield _rollout(service.namespace, service.deployment)
    if service.alarms:
        yield from _alarms(service, minutes)
    if service.log_group:
        group = service.log_group
        yield _seen(f"log {group}", lambda: aws_log_errors.call(group, minutes=minutes))


def _rollout(namespace: str, deployment: str) -> Look:
    """Look at the rollout: only a complete one passes."""
    try:
        found = kube_rollout_status.call(namespace, deployment).findings[0]
    except ToolError as error:
        return Look("rollout", State.UNKNOWN, str(error))
    state = State.PASSED if found.code == "rollout_complete" else State.FAILED
    return Look("rollout", state, found.observed, ongoing=found.code in _GOING_ON)


def _alarms(service: Service, minutes: int) -> Iterator[Look]:
    try:
        with cloudwatch() as client:
            there = {alarm.name: alarm for alarm in alarms(client)}
    except ToolError as error:
        yield Look("alarms", State.UNKNOWN, str(error))
        return
    for name in service.alarms:
        if alarm := there.get(name):
            yield _quiet(alarm)
            yield from against_before(alarm, minutes)
        else:
            yield Look(f"alarm {name}", State.UNKNOWN, f"CloudWatch has no alarm {name}.")


def _quiet(alarm: Alarm) -> Look:
    states = {"OK": State.PASSED, "ALARM": State.FAILED}
    why = f": {alarm.reason}" if alarm.state != "OK" and alarm.reason else ""
    return Look(f"alarm {alarm.name}", states.get(alarm.state, State.UNKNOWN), f"It is {alarm.state}{why}")


def against_before(alarm: Alarm, minutes: int) -> Iterator[Look]:
    """Compare what an alarm watches, an error rate or a latency, with the time before; of metric math, each metric."""
    own = Input(alarm.namespace, alarm.metric, alarm.dimensions, alarm.stat)
    inputs = (own,) if alarm.namespace else alarm.inputs
    if not inputs:
        yield Look(f"metric {alarm.metric}", State.UNKNOWN, f"{alarm.name} watches no metric of its own.")
    for one in inputs:
        yield _seen(f"metric {one.metric}", partial(_measured, one, minutes))


def _measured(one: Input, minutes: int) -> Observation:
    return aws_metric.call(one.namespace, one.metric, one.dimensions, minutes=minutes, stat=one.stat or "Average")


def _seen(name: str, reading: Callable[[], Observation]) -> Look:
    """Return a look of what a reading finds: what hurts fails it, and no finding at all says nothing."""
    try:
        findings = reading().findings
    except ToolError as error:
        return Look(name, State.UNKNOWN, str(error))
    if bad := [one for one in findings if one.role in _HURTS]:
        return Look(name, State.FAILED, bad[0].observed)
    if not findings or any(one.code in {"metric_missing", "log_silent"} for one in findings):
        return Look(name, State.UNKNOWN, findings[0].observed if findings else "There is nothing to compare.")
    return Look(name, State.PASSED, findings[0].observed)

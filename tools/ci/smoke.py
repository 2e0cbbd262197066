"""Look at a service after a deployment: rollout, alarms, and its error rates, latencies and logs against before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tools.aws.alarm_records import Alarm, alarms
from tools.aws.client import cloudwatch
from tools.aws.logs import aws_log_errors
from tools.aws.metrics import aws_metric
from tools.contract import Observation, Role, ToolError
from tools.knowledge.services import Service, services
from tools.kube.rollouts import kube_rollout_status

_HURTS = frozenset({Role.CAUSE, Role.SYMPTOM})


class State(StrEnum):
    """How one look ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it could not be read, or there is nothing to compare


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at, and what there was, in a sentence."""

    name: str
    state: State
    words: str


def smoke(name: str, minutes: int) -> tuple[Look, ...]:
    """Look at everything that the catalogue says belongs to a service.

    Args:
        name: Name of the service in config/services.yaml.
        minutes: How long ago the deployment was, at most; compared with the time before.

    Raises:
        ToolError: There is no such service.
    """
    known = services()
    if name not in known:
        raise ToolError(f"There is no service {name} in services.yaml; there are: {', '.join(known) or 'none'}.")
    return tuple(_looks(known[name], minutes))


def verdict(looks: tuple[Look, ...]) -> State:
    """Return how it is as a whole: one failure fails it; nothing passes by what could not be read."""
    states = {look.state for look in looks}
    if State.FAILED in states:
        return State.FAILED
    return State.PASSED if states == {State.PASSED} else State.UNKNOWN


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
    return Look("rollout", State.PASSED if found.code == "rollout_complete" else State.FAILED, found.observed)


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
            yield _against_before(alarm, minutes)
        else:
            yield Look(f"alarm {name}", State.UNKNOWN, f"CloudWatch has no alarm {name}.")


def _quiet(alarm: Alarm) -> Look:
    states = {"OK": State.PASSED, "ALARM": State.FAILED}
    why = f": {alarm.reason}" if alarm.state != "OK" and alarm.reason else ""
    return Look(f"alarm {alarm.name}", states.get(alarm.state, State.UNKNOWN), f"It is {alarm.state}{why}")


def _against_before(alarm: Alarm, minutes: int) -> Look:
    """Compare what an alarm watches, an error rate or a latency, with the time before."""
    name = f"metric {alarm.metric}"
    if not alarm.namespace:
        return Look(name, State.UNKNOWN, f"{alarm.name} watches an expression, which is not compared with before.")
    return _seen(
        name,
        lambda: aws_metric.call(
            alarm.namespace, alarm.metric, alarm.dimensions, minutes=minutes, stat=alarm.stat or "Average"
        ),
    )


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

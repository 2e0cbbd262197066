"""Autoscalers: what they measure, what they want, and whether they are at a limit or blind."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    ago,
    condition,
    first,
    moment,
    name_of,
    namespace_of,
    number,
    parts,
    some,
    text,
)

FINDINGS = {
    "hpa_at_limit": "An autoscaler wants more pods than it may have.",
    "hpa_blind": "An autoscaler cannot read its metrics, so it does not scale.",
    "hpa_fine": "An autoscaler is within its limits and sees its metrics.",
    "no_hpa": "No autoscaler; the number of pods is what people set.",
}


@reads(needs=("autoscaling/horizontalpodautoscalers:list",))
def kube_hpa(namespace: Everywhere = "") -> Observation:
    """Look at horizontal pod autoscalers: target, limits, current and wanted pods, metrics, conditions."""
    api, now = reader(), datetime.now(UTC)
    scalers = api.every("horizontalpodautoscalers", namespace)
    rows = [_row(one, now) for one in scalers]
    return Observation("\n".join([*(rows or ["No autoscaler."]), *api.unseen]), analyze(scalers, namespace))


def analyze(scalers: Sequence[JsonObject], namespace: str = "") -> tuple[Finding, ...]:
    """Return where each autoscaler stands."""
    if not scalers:
        return (Finding("no_hpa", f"namespace/{namespace or 'all'}", "No autoscaler.", "the list", 0.6, Role.CONTEXT),)
    return tuple(_standing(one) for one in scalers)


def measures(scaler: JsonObject) -> list[tuple[str, int, int]]:
    """Return each resource metric with its current and its target value, in percent of the request."""
    aims = {_metric(one): _percent(one, "target") for one in parts(scaler, "spec", "metrics")}
    current = parts(scaler, "status", "currentMetrics")
    return [(_metric(one), _percent(one, "current"), aims.get(_metric(one), 0)) for one in current]


def _standing(one: JsonObject) -> Finding:
    return _blind(one) or _capped(one) or _fine(one)


def _blind(one: JsonObject) -> Finding | None:
    active = condition(one, "ScalingActive")
    if text(active, "status") != "False" or text(active, "reason") == "ScalingDisabled":
        return None
    said = f"Autoscaler {name_of(one)} cannot scale {_target(one)}: {first(text(active, 'message'), 200)}"
    since = moment(active, "lastTransitionTime")
    advice = "Bring the metrics API (metrics-server) back, or give the containers the requests that the target is of."
    at = "condition ScalingActive"
    return Finding("hpa_blind", _subject(one), said, at, 0.6, Role.CAUSE, since, _look(one), advice=advice)


def _capped(one: JsonObject) -> Finding | None:
    limited, most = condition(one, "ScalingLimited"), number(one, "spec", "maxReplicas")
    over = [f"{name} {has} % of {aim} %" for name, has, aim in measures(one) if aim and has > aim]
    stopped = text(limited, "status") == "True" and text(limited, "reason") == "TooManyReplicas"
    if not most or number(one, "status", "currentReplicas") < most or not (over or stopped):
        return None
    wants = f": {some(over)}" if over else ""
    return Finding(
        code="hpa_at_limit",
        subject=_subject(one),
        observed=f"Autoscaler {name_of(one)} holds {_target(one)} at its maximum of {most} pods{wants}.",
        pointer="condition ScalingLimited",
        confidence=0.6,
        role=Role.CAUSE if over else Role.SYMPTOM,
        since=moment(limited, "lastTransitionTime"),
        leads_to=_look(one),
        advice=f"Find out why the load rose, or raise maxReplicas above {most}.",
    )


def _fine(one: JsonObject) -> Finding:
    least, most = number(one, "spec", "minReplicas", default=1), number(one, "spec", "maxReplicas")
    current = number(one, "status", "currentReplicas")
    said = f"Autoscaler {name_of(one)} has {_target(one)} at {current} pods, between {least} and {most}."
    return Finding("hpa_fine", _subject(one), said, "status.currentReplicas", 0.7, Role.HEALTHY)


def _target(one: JsonObject) -> str:
    return text(one, "spec", "scaleTargetRef", "name")


def _subject(one: JsonObject) -> str:
    kind = text(one, "spec", "scaleTargetRef", "kind") or "Deployment"
    return f"{kind.lower()}/{namespace_of(one)}/{_target(one)}"


def _look(one: JsonObject) -> tuple[Call, ...]:
    return (Call("kube_pods", {"namespace": namespace_of(one), "workload": _target(one)}),)


def _percent(one: JsonObject, which: str) -> int:
    return number(one, "resource", which, "averageUtilization")


def _metric(one: JsonObject) -> str:
    return text(one, "resource", "name") or text(one, "type")


def _row(one: JsonObject, now: datetime) -> str:
    aims = some(f"{name} {has}%/{aim}%" for name, has, aim in measures(one)) or "no metric read"
    said = (
        f"{text(state, 'type')}={text(state, 'status')} {text(state, 'reason')}: {first(text(state, 'message'), 160)}"
        for state in parts(one, "status", "conditions")
    )
    scaled = moment(one, "status", "lastScaleTime")
    return (
        f"{namespace_of(one)}/{name_of(one)} scales {text(one, 'spec', 'scaleTargetRef', 'name')}: "
        f"{number(one, 'status', 'currentReplicas')} pods, wants {number(one, 'status', 'desiredReplicas')}, "
        f"between {number(one, 'spec', 'minReplicas', default=1)} and {number(one, 'spec', 'maxReplicas')}; {aims}; "
        f"last scaled {ago(scaled, now) if scaled else 'never'}; {some(said)}"
    )

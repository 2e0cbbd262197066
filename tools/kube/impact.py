"""Who would notice a change of a deployment: its share of capacity, its services, budgets and autoscaler."""

from tools.contract import JsonObject
from tools.kube.client import Reader
from tools.kube.fields import labels, name_of, namespace_of, number, part, plural, selects, some, text, value


def autoscaler(api: Reader, deployment: JsonObject) -> JsonObject:
    """Return the autoscaler that owns the replica count, or an empty object."""
    for one in api.any("horizontalpodautoscalers", namespace_of(deployment)):
        target = part(one, "spec", "scaleTargetRef")
        if text(target, "name") == name_of(deployment) and text(target, "kind") in {"Deployment", ""}:
            return one
    return {}


def rolling(api: Reader, deployment: JsonObject) -> str:
    """Say who would notice that every pod is replaced."""
    wanted = number(deployment, "spec", "replicas", default=1)
    strategy = text(deployment, "spec", "strategy", "type") or "RollingUpdate"
    if strategy == "Recreate":
        how = "all at once (strategy Recreate), so there is an outage until the new ones are ready"
    else:
        rolling_update = part(deployment, "spec", "strategy", "rollingUpdate")
        down, up = (_bound(rolling_update, one) for one in ("maxUnavailable", "maxSurge"))
        how = f"step by step (at most {down} unavailable, {up} extra)"
    return f"Replaces {plural(wanted, 'pod')} {how}. {surroundings(api, deployment)}"


def scaling(api: Reader, deployment: JsonObject, replicas: int) -> str:
    """Say who would notice another number of pods."""
    now = number(deployment, "spec", "replicas", default=1)
    share = f", to {replicas / now:.0%} of its capacity now" if now else ""
    effect = f"{'Adds' if replicas > now else 'Removes'} {plural(abs(replicas - now), 'pod')}{share}."
    return f"{effect} {surroundings(api, deployment)}"


def fights(scaler: JsonObject, replicas: int) -> str:
    """Say what an autoscaler would do about a replica count, in a sentence, or nothing."""
    if not scaler:
        return ""
    low, high = number(scaler, "spec", "minReplicas", default=1), number(scaler, "spec", "maxReplicas")
    outside = "" if low <= replicas <= high else f", and {replicas} is outside it"
    return (
        f"Autoscaler {name_of(scaler)} ({low} to {high} pods{outside}) sets the count by itself and will override this."
    )


def surroundings(api: Reader, deployment: JsonObject) -> str:
    """Name what sends traffic to the deployment's pods and what protects them."""
    chosen = labels(deployment, "spec", "template", "metadata", "labels")
    namespace = namespace_of(deployment)
    services = [
        name_of(one) for one in api.any("services", namespace) if selects(part(one, "spec", "selector"), chosen)
    ]
    budgets = [
        f"{name_of(one)} ({_allowance(one)})"
        for one in api.any("poddisruptionbudgets", namespace)
        if selects(part(one, "spec", "selector"), chosen)
    ]
    traffic = f"Traffic comes through service {some(services)}." if services else "No service sends it traffic."
    return traffic + (f" Disruption budget: {some(budgets)}." if budgets else "")


def _allowance(budget: JsonObject) -> str:
    """Return what a disruption budget sets: one of the two, as the API has it."""
    least, most = (value(budget, "spec", name) for name in ("minAvailable", "maxUnavailable"))
    return f"at least {least} available" if least is not None else f"at most {most} unavailable"


def _bound(rolling_update: JsonObject, which: str) -> str:
    """Return a rolling update's bound; 25% is the default that Kubernetes documents for both."""
    return text(rolling_update, which) or "25%"

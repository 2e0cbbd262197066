"""Services: whether what they select is there, ready, and listens where they send traffic."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.ailments import ready
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    labels,
    name_of,
    namespace_of,
    number,
    part,
    parts,
    plural,
    selects,
    some,
    subject,
    text,
    value,
)
from tools.kube.owners import Scene, scene
from tools.kube.undoing import Fits, undoing

FINDINGS = {
    "no_endpoints": "A service has no ready pod to send traffic to.",
    "selector_mismatch": "A service selects no pod at all; its labels match nothing.",
    "port_mismatch": "A service sends traffic to a port that its pods do not name.",
    "few_endpoints": "Some of a service's pods are not ready; the others carry its traffic.",
    "service_healthy": "All of a service's pods are ready.",
}


@reads(needs=("core/services:list", "core/pods:list", "apps/deployments:list", "apps/replicasets:list"))
def kube_services(namespace: Everywhere = "") -> Observation:
    """Look at services: ports, selected and ready pods, and mismatches of selector or port."""
    api = reader()
    services, pods = api.every("services", namespace), api.every("pods", namespace)
    rows = [_row(one, chosen(one, pods)) for one in services]
    there = scene(deployments=api.any("deployments", namespace), replicasets=api.any("replicasets", namespace))
    found = analyze(services, pods, there, datetime.now(UTC))
    return Observation("\n".join([*(rows or ["No service."]), *api.unseen]), found)


def analyze(
    services: Sequence[JsonObject], pods: Sequence[JsonObject], there: Scene, now: datetime
) -> tuple[Finding, ...]:
    """Return what is wrong with each service that selects pods, or that it is in order."""
    found = [_standing(one, pods, there, now) for one in services if part(one, "spec", "selector")]
    return tuple(sorted(found, key=lambda one: one.role is Role.HEALTHY))


def chosen(service: JsonObject, pods: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the pods a service selects."""
    selector, here = part(service, "spec", "selector"), namespace_of(service)
    return [one for one in pods if namespace_of(one) == here and selects(selector, labels(one, "metadata", "labels"))]


def unmatched(service: JsonObject, pods: Sequence[JsonObject]) -> list[str]:
    """Return the service's target ports that its pods do not have.

    A named port must be named by a container. A number needs no declaration, so it counts only where the containers
    declare other numbers.
    """
    ports = _declared(pods)
    names = {text(one, "name") for one in ports} - {""}
    numbers = {number(one, "containerPort") for one in ports} - {0}
    wrong = []
    for port in parts(service, "spec", "ports"):
        target = value(port, "targetPort") or value(port, "port")
        named = isinstance(target, str) and not target.isdigit()
        if (named and target not in names) or (not named and numbers and number({"t": target}, "t") not in numbers):
            wrong.append(str(target))
    return wrong


def _declared(pods: Sequence[JsonObject]) -> list[JsonObject]:
    return [port for pod in pods for one in parts(pod, "spec", "containers") for port in parts(one, "ports")]


def _has(pods: Sequence[JsonObject]) -> str:
    """Name the ports that pods declare, as a service may call them."""
    ports = _declared(pods)
    pairs = {(number(one, "containerPort"), text(one, "name")) for one in ports}
    return some([f"{port} ({name})" if name else str(port) for port, name in sorted(pairs)]) or "none"


def _standing(service: JsonObject, pods: Sequence[JsonObject], there: Scene, now: datetime) -> Finding:
    mine = chosen(service, pods)
    if not mine:
        meant = [one for one in there.deployments if _meant(service, one)]
        return _empty(service, meant[0]) if meant else _chooses_none(service, there, now)
    name, where, count = name_of(service), subject("service", service), plural(len(mine), "pod")
    serving = sum(ready(one) for one in mine)
    if not serving:
        said = f"Service {name} has no endpoint: none of {count} with {_selector(service)} is ready."
        look = (Call("kube_pods", {"namespace": namespace_of(service)}),)
        return Finding("no_endpoints", where, said, "pods selected", 0.9, Role.SYMPTOM, None, look)
    if unmatched(service, mine):
        return _deaf(service, mine, there, now)
    said = f"Service {name} has {serving} of {count} ready."
    if serving < len(mine):
        return Finding("few_endpoints", where, said, "pods selected", 0.6, Role.CONTEXT)
    return Finding("service_healthy", where, said, "pods selected", 0.7, Role.HEALTHY)


def _deaf(service: JsonObject, mine: Sequence[JsonObject], there: Scene, now: datetime) -> Finding:
    """Return that no pod listens where the service sends."""
    wrong = some(unmatched(service, mine))
    said = (
        f"Service {name_of(service)} sends traffic to port {wrong}, which its pods do not have; they have {_has(mine)}."
    )
    where, advice = subject("service", service), "Correct targetPort or the container's ports."
    found = Finding("port_mismatch", where, said, "spec.ports", 0.7, Role.CAUSE, advice=advice)
    meant = [one for one in there.deployments if _meant(service, one)]
    return _weighed(found, there, meant, lambda template: not unmatched(service, [template]), now)


def _meant(service: JsonObject, deployment: JsonObject) -> bool:
    """Tell whether a service selects the pods that a deployment would have."""
    marked = labels(deployment, "spec", "template", "metadata", "labels")
    same = namespace_of(service) == namespace_of(deployment)
    return same and selects(part(service, "spec", "selector"), marked)


def _empty(service: JsonObject, deployment: JsonObject) -> Finding:
    said = f"Service {name_of(service)} has no endpoint: deployment {name_of(deployment)} has no pod."
    look = (Call("kube_workloads", {"namespace": namespace_of(service)}),)
    return Finding("no_endpoints", subject("service", service), said, "pods selected", 0.9, Role.SYMPTOM, None, look)


def _chooses_none(service: JsonObject, there: Scene, now: datetime) -> Finding:
    selector, here = part(service, "spec", "selector"), namespace_of(service)
    found = Finding(
        code="selector_mismatch",
        subject=subject("service", service),
        observed=f"Service {name_of(service)} selects {_selector(service)}, and no pod has these labels.",
        pointer="spec.selector",
        confidence=0.8,
        role=Role.CAUSE,
        leads_to=(Call("kube_workloads", {"namespace": here}),),
        advice="Correct the selector, or scale the workload up if it is at 0.",
    )
    mates = [one for one in there.deployments if namespace_of(one) == here]
    return _weighed(
        found, there, mates, lambda template: selects(selector, labels(template, "metadata", "labels")), now
    )


def _weighed(found: Finding, there: Scene, deployments: Sequence[JsonObject], fits: Fits, now: datetime) -> Finding:
    """Return a finding with the rollback that ends it, where a rollout brought it about."""
    back = undoing(there, deployments, fits, now)
    advice = "" if back.remedy else found.advice
    return replace(found, observed=f"{found.observed}{back.why}", remedy=back.remedy, since=back.since, advice=advice)


def _selector(service: JsonObject) -> str:
    return some(f"{key}={one}" for key, one in labels(service, "spec", "selector").items())


def _row(service: JsonObject, mine: Sequence[JsonObject]) -> str:
    ports = some(
        f"{number(one, 'port')}→{value(one, 'targetPort') or number(one, 'port')}"
        for one in parts(service, "spec", "ports")
    )
    kind = text(service, "spec", "type") or "ClusterIP"
    return (
        f"{namespace_of(service)}/{name_of(service)} {kind} {ports}, {_selector(service) or 'no selector'}: "
        f"{sum(ready(one) for one in mine)} of {len(mine)} selected pods ready"
    )

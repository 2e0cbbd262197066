"""Network policies: whether they keep a service's own clients, or the cluster's DNS, away from its pods."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    ago,
    created,
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
    texts,
    value,
    within,
)
from tools.kube.owners import scene
from tools.kube.services import chosen

FINDINGS = {
    "policy_blocks_all": "Network policies let nobody reach the pods behind a service.",
    "policy_admits_nobody": "A network policy admits only pods by labels that no pod has.",
    "policy_wrong_port": "A network policy admits traffic to other ports than the one the service sends it to.",
    "policy_blocks_dns": "A network policy lets pods ask nothing of DNS (port 53), so they resolve no name.",
    "policies_fine": "No network policy keeps traffic from the pods of a service.",
}
LATELY, DNS = timedelta(days=1), 53


@dataclass(frozen=True)
class Around:
    """What policies stand between."""

    policies: Sequence[JsonObject]
    services: Sequence[JsonObject]
    pods: Sequence[JsonObject]
    now: datetime


@reads(needs=("networking.k8s.io/networkpolicies:list", "core/services:list", "core/pods:list"))
def kube_network_policies(namespace: Everywhere = "") -> Observation:
    """Look at network policies: which pods they isolate, whom they admit, and whether services stay reachable."""
    api = reader()
    policies = api.any("networkpolicies", namespace)
    around = Around(policies, api.any("services", namespace), api.any("pods"), datetime.now(UTC))
    rows = [_row(one, around) for one in policies]
    return Observation("\n".join([*(rows or ["No network policy."]), *api.unseen]), analyze(around, namespace))


def analyze(around: Around, namespace: str = "") -> tuple[Finding, ...]:
    """Return which services and pods policies cut off, or that none does."""
    found = [each for one in around.services if (each := _cut(one, around))]
    found += [each for one in around.policies for each in _deaf(one, around)]
    if found:
        return tuple(found)
    said = f"{_count(around)} in the way."
    return (Finding("policies_fine", f"namespace/{namespace or 'all'}", said, "spec", 0.6, Role.HEALTHY),)


def _count(around: Around) -> str:
    return "No network policy is" if not around.policies else f"None of {len(around.policies)} network policies is"


def _cut(service: JsonObject, around: Around) -> Finding | None:
    pods = chosen(service, around.pods)
    mine = [one for one in around.policies if _about(one, "Ingress") and any(_isolates(one, pod) for pod in pods)]
    if not pods or not mine:
        return None
    rules = [(policy, rule) for policy in mine for rule in parts(policy, "spec", "ingress")]
    if not rules:
        return _finding("policy_blocks_all", service, mine, "admits no traffic at all to", around)
    admitting = [(policy, rule) for policy, rule in rules if _admits_somebody(policy, rule, around)]
    if not admitting:
        return _finding("policy_admits_nobody", service, mine, "admits only pods by labels that no pod has to", around)
    if not any(_admits_port(rule, service, pods) for _, rule in admitting):
        ports = some(str(value(port, "port")) for _, rule in admitting for port in parts(rule, "ports"))
        wanted = some(str(each) for each in sorted(map(str, _targets(service, pods))))
        does = f"admits only port {ports}, not {wanted}, to"
        return _finding("policy_wrong_port", service, mine, does, around)
    return None


def _finding(code: str, service: JsonObject, policies: Sequence[JsonObject], does: str, around: Around) -> Finding:
    newest = max(policies, key=lambda one: created(one) or datetime.min.replace(tzinfo=UTC))
    since, name = created(newest), name_of(newest)
    age = f", created {ago(since, around.now)}" if since else ""
    return Finding(
        code=code,
        subject=subject("networkpolicy", newest),
        observed=f"NetworkPolicy {name}{age} {does} the pods of service {name_of(service)}: traffic is blocked.",
        pointer=f"networkpolicy {name}, spec.ingress",
        confidence=0.8 if within(since, around.now, LATELY) else 0.6,
        role=Role.CAUSE,
        since=since,
        leads_to=_behind(chosen(service, around.pods)),
        advice=f"Have the policy admit the clients of {name_of(service)} on its port, or remove the policy.",
    )


def _deaf(policy: JsonObject, around: Around) -> Iterator[Finding]:
    """Yield a finding where a policy's pods may ask nothing of DNS, and no other policy lets them."""
    pods = [one for one in around.pods if _isolates(policy, one)]
    if not pods or not _about(policy, "Egress") or _may_ask(policy):
        return
    others = [one for one in around.policies if one is not policy and _about(one, "Egress") and _may_ask(one)]
    if any(_isolates(one, pods[0]) for one in others):
        return
    since, name = created(policy), name_of(policy)
    said = f"NetworkPolicy {name} (egress) does not let its pods reach DNS on port 53, so they resolve no name."
    sure = 0.75 if within(since, around.now, LATELY) else 0.5
    where, at = subject("networkpolicy", policy), f"networkpolicy {name}, spec.egress"
    advice = "Allow egress to kube-system on port 53, UDP and TCP."
    yield Finding("policy_blocks_dns", where, said, at, sure, Role.CAUSE, since, _behind(pods), advice=advice)


def _may_ask(policy: JsonObject) -> bool:
    rules = parts(policy, "spec", "egress")
    return any(not parts(one, "ports") or any(_covers(port, DNS) for port in parts(one, "ports")) for one in rules)


def _about(policy: JsonObject, way: str) -> bool:
    """Tell whether a policy is about a direction; without types it is about ingress, and egress where it has rules.

    https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
    """
    types = texts(policy, "spec", "policyTypes")
    return way in types if types else way == "Ingress" or bool(parts(policy, "spec", "egress"))


def _isolates(policy: JsonObject, pod: JsonObject) -> bool:
    selector = part(policy, "spec", "podSelector")
    same = namespace_of(policy) == namespace_of(pod)
    plain = not parts(selector, "matchExpressions")  # what cannot be judged here is not held against a policy
    every = not selector or not part(selector, "matchLabels")
    return same and plain and (every or selects(selector, labels(pod, "metadata", "labels")))


def _admits_somebody(policy: JsonObject, rule: JsonObject, around: Around) -> bool:
    peers = parts(rule, "from")
    return not peers or any(_there(policy, peer, around) for peer in peers)


def _there(policy: JsonObject, peer: JsonObject, around: Around) -> bool:
    """Tell whether a peer can be somebody: addresses and other namespaces are given the benefit of the doubt."""
    wanted = part(peer, "podSelector")
    if not part(wanted, "matchLabels") or parts(wanted, "matchExpressions") or value(peer, "ipBlock"):
        return True
    here = None if "namespaceSelector" in peer else namespace_of(policy)
    living = (one for one in around.pods if here in {None, namespace_of(one)})
    return any(selects(wanted, labels(one, "metadata", "labels")) for one in living)


def _admits_port(rule: JsonObject, service: JsonObject, pods: Sequence[JsonObject]) -> bool:
    ports, targets = parts(rule, "ports"), _targets(service, pods)
    return not ports or not targets or any(_covers(port, each) for port in ports for each in targets)


def _targets(service: JsonObject, pods: Sequence[JsonObject]) -> set[int | str]:
    """Return where a service sends traffic: numbers, and the names that its pods give them."""
    named = {
        str(value(port, "name")): number(port, "containerPort")
        for pod in pods
        for one in parts(pod, "spec", "containers")
        for port in parts(one, "ports")
    }
    asked = [value(port, "targetPort") or number(port, "port") for port in parts(service, "spec", "ports")]
    found: set[int | str] = {one for one in asked if isinstance(one, int | str)}
    return found | {named[one] for one in asked if isinstance(one, str) and one in named}


def _covers(port: JsonObject, wanted: int | str) -> bool:
    allowed = value(port, "port")
    last = number(port, "endPort")
    if isinstance(allowed, int) and isinstance(wanted, int) and last:
        return allowed <= wanted <= last
    return allowed is None or allowed == wanted


def _behind(pods: Sequence[JsonObject]) -> tuple[Call, ...]:
    owners = {one.subject: one for one in map(scene().owner, pods)}
    return tuple(Call("kube_pods", {"namespace": one.namespace, "workload": one.name}) for one in owners.values())[:4]


def _row(one: JsonObject, around: Around) -> str:
    held = sum(_isolates(one, pod) for pod in around.pods)
    types = some(texts(one, "spec", "policyTypes")) or "Ingress"
    return f"{namespace_of(one)}/{name_of(one)} {types}, isolates {plural(held, 'pod')}"

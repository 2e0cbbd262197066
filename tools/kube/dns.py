"""The cluster's own DNS: whether CoreDNS runs and what it complains of."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tools.contract import Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.ailments import ready
from tools.kube.client import reader
from tools.kube.crowd import lines_said
from tools.kube.fields import labels, name_of, number, plural, some
from tools.kube.logwords import Reading, read

FINDINGS = {
    "dns_down": "No CoreDNS pod is ready, so no name is resolved in the cluster.",
    "dns_short": "Some of the CoreDNS pods are not ready.",
    "dns_complains": "CoreDNS itself logs errors, such as an upstream resolver that does not answer.",
    "dns_fine": "CoreDNS has all its pods.",
    "dns_unseen": "No CoreDNS is to be seen, as where the provider runs it.",
}
SYSTEM, LABEL, NAMES = "kube-system", "k8s-app", ("coredns", "kube-dns")
"""https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/"""
SUBJECT = "dns/cluster"


@reads(needs=("core/pods:list", "apps/deployments:list", "core/pods/log:get"))
def kube_dns() -> Observation:
    """Look at the cluster's DNS: CoreDNS pods and what they log."""
    api, now = reader(), datetime.now(UTC)
    pods = [one for one in api.any("pods", SYSTEM) if _serves(one)]
    wanted = sum(number(one, "spec", "replicas", default=1) for one in api.any("deployments", SYSTEM) if _named(one))
    seen = read(lines_said(api, pods[:2], now))
    found = analyze(pods, wanted, seen)
    rows = [f"{name_of(one)}: {'ready' if ready(one) else 'not ready'}" for one in pods]
    return Observation("\n".join([found[0].observed, *rows, *api.unseen]), found)


def analyze(pods: Sequence[JsonObject], wanted: int, seen: Reading) -> tuple[Finding, ...]:
    """Return how the cluster's DNS stands."""
    serving, where = sum(map(ready, pods)), "pods k8s-app=kube-dns in kube-system"
    if not pods and not wanted:
        unseen = "No CoreDNS is to be seen in kube-system, so nothing is said about DNS."
        return (Finding("dns_unseen", SUBJECT, unseen, where, 0.6, Role.CONTEXT),)
    count = f"{serving} of {plural(max(wanted, len(pods)), 'CoreDNS pod')} ready"
    if not serving:
        advice = "Bring CoreDNS back: look at its pods and its ConfigMap in kube-system."
        said = f"DNS is down: {count}, so no name is resolved in the cluster."
        return (Finding("dns_down", SUBJECT, said, where, 0.9, Role.CAUSE, advice=advice),)
    if seen.errors:
        said = f"{count}, and they log errors: {some((words for words, _ in seen.errors), 1)}"
        return (Finding("dns_complains", SUBJECT, said, "log of CoreDNS", 0.6, Role.CAUSE, seen.since),)
    if serving < max(wanted, len(pods)):
        return (Finding("dns_short", SUBJECT, f"{count}.", where, 0.5, Role.SYMPTOM),)
    return (Finding("dns_fine", SUBJECT, f"Cluster DNS is in order: {count}.", where, 0.7, Role.HEALTHY),)


def _serves(pod: JsonObject) -> bool:
    return labels(pod, "metadata", "labels").get(LABEL) == "kube-dns" or _named(pod)


def _named(one: JsonObject) -> bool:
    return name_of(one).startswith(NAMES)

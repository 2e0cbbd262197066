"""Reading of what Kubernetes workloads reserve and do not use, in cores and in money by the price of the nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tools.aws.windows import Window
from tools.contract import Finding, Observation, Role, ToolError
from tools.cost.lowering import lowering, scaled_by_cpu
from tools.cost.money import words
from tools.cost.prices import source
from tools.cost.requests import ROOM, Reserved, core_price, reserved
from tools.declare import reads
from tools.kube.client import Reader, reader
from tools.prometheus.client import span
from tools.scope import sees
from tools.terraform.prices import prices

FINDINGS = {
    "requests_unused": "A Deployment reserves at least twice the CPU that it used in a week, at p95.",
    "requests_used": "No Deployment reserves clearly more CPU than it uses.",
}
DAYS, HOUR = 7, 3600
USE = 'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m]))'
"""Of the kubelet's cAdvisor; the pause container and the sums of whole pods left out."""
SHOWN, PROPOSED = 20, 3
"""Listed, and looked for in code: a repository is read file by file."""


@reads(
    needs=(
        "apps/deployments:list",
        "core/nodes:list",
        "autoscaling/horizontalpodautoscalers:list",
        "prometheus:read",
        "contents:read",
        "metadata:read",
    ),
    source="prometheus_url",
)
def cost_requests() -> Observation:
    """Compare the CPU that Deployments request with what they used in a week (p95), and price what is reserved only.

    Money is at most what is saved, at the on-demand price of the nodes there are: only nodes that can go save anything.
    What a manifest in the repository of its service says has the pull request that lowers it.
    """
    now = datetime.now(UTC)
    start = now - timedelta(days=DAYS)
    api = reader()
    lines = {
        (one.labels.get("namespace", ""), one.labels.get("pod", "")): one.points
        for one in span(USE, Window(start, start, now), HOUR)
    }
    found = [one for one in reserved(api.every("deployments"), lines) if sees("namespaces", one.namespace)]
    price = core_price(api.every("nodes"), prices())
    wasteful = sorted((one for one in found if one.wasteful), key=lambda one: -one.spare)
    known = sum(bool(one.hours) for one in found)
    said = [_finding(one, price) for one in wasteful]
    findings = (*_proposing(said[:PROPOSED], wasteful, api), *said[PROPOSED:]) if said else (_used(known),)
    head = _head(wasteful, known, price)
    return Observation("\n".join([head, *(_row(one) for one in found[:SHOWN])]), findings, head)


def _head(wasteful: list[Reserved], known: int, price: Decimal | None) -> str:
    spare = sum(one.spare for one in wasteful)
    money = f", at most {_money(spare, price)} a month if nodes go with it ({source()})" if price and wasteful else ""
    said = f"{len(wasteful)} of {known} Deployments reserve clearly more CPU than they use: {spare:.1f} cores{money}."
    return (
        said if wasteful else f"None of {known} Deployments that Prometheus knows reserves clearly more than it uses."
    )


def _finding(one: Reserved, price: Decimal | None) -> Finding:
    worth = f", about {_money(one.spare, price)} a month at most" if price else ", price unknown"
    return Finding(
        code="requests_unused",
        subject=f"deployment/{one.namespace}/{one.name}",
        observed=f"{one.namespace}/{one.name} requests {one.requested:.2f} cores and used {one.used:.2f} at p95 in "
        f"{one.hours} hours: {one.spare:.2f} cores are reserved for nothing{worth}. Risk: a peak that these hours did "
        "not have is slowed where the node is full.",
        pointer=f"Prometheus: {USE}",
        confidence=0.7,
        role=Role.CONTEXT,
        advice=f"Set the CPU request of each of its {one.replicas} replicas to about {_each(one)}m; where an "
        "autoscaler goes by CPU, its target has to move with it, so a person decides.",
    )


def _proposing(said: Sequence[Finding], wasteful: Sequence[Reserved], api: Reader) -> Iterator[Finding]:
    """Yield findings with their pull request, or why a person has to do it, as where autoscalers are not known."""
    scalers, blind = api.any("horizontalpodautoscalers"), bool(api.unseen)
    for finding, one in zip(said, wasteful, strict=False):
        if blind or any(scaled_by_cpu(scaler, one) for scaler in scalers):
            yield finding
            continue
        try:
            yield replace(finding, remedy=lowering(one, _each(one), finding.observed), advice="")
        except ToolError as why:
            yield replace(finding, advice=f"Set the CPU request of each replica to about {_each(one)}m. {why}")


def _each(one: Reserved) -> int:
    """Return what each replica should request, in thousandths of a core."""
    return max(1, round(one.used * ROOM / max(1, one.replicas) * 1000))


def _used(known: int) -> Finding:
    said = f"None of {known} Deployments with a known use reserves clearly more CPU than it uses."
    return Finding("requests_used", "deployments", said, "Prometheus", 0.7 if known else 0.2, Role.HEALTHY)


def _row(one: Reserved) -> str:
    used = f"{one.used:.2f} used (p95 of {one.hours} hours)" if one.hours else "use unknown"
    return f"- {one.namespace}/{one.name}: {one.requested:.2f} cores requested by {one.replicas}, {used}"


def _money(cores: float, price: Decimal | None) -> str:
    return words(Decimal(str(round(cores, 3))) * (price or Decimal()))

"""Reading of what Kubernetes workloads reserve and do not use, in cores and in money by the price of the nodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tools.aws.windows import Window
from tools.contract import Finding, Observation, Role
from tools.cost.money import words
from tools.cost.prices import source
from tools.cost.requests import ROOM, Reserved, core_price, reserved
from tools.declare import reads
from tools.kube.client import reader
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
SHOWN = 20


@reads(needs=("apps/deployments:list", "core/nodes:list", "prometheus:read"), source="prometheus_url")
def cost_requests() -> Observation:
    """Compare the CPU that Deployments request with what they used in a week (p95), and price what is reserved only.

    Money is at most what is saved, at the on-demand price of the nodes there are: only nodes that can go save anything.
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
    findings = tuple(_finding(one, price) for one in wasteful) or (_used(known),)
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
    each = one.used * ROOM / max(1, one.replicas)
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
        advice=f"Set the CPU request of each of its {one.replicas} replicas to about {each * 1000:.0f}m; "
        "where an autoscaler goes by CPU, its target has to move with it, so a person decides.",
    )


def _used(known: int) -> Finding:
    said = f"None of {known} Deployments with a known use reserves clearly more CPU than it uses."
    return Finding("requests_used", "deployments", said, "Prometheus", 0.7 if known else 0.2, Role.HEALTHY)


def _row(one: Reserved) -> str:
    used = f"{one.used:.2f} used (p95 of {one.hours} hours)" if one.hours else "use unknown"
    return f"- {one.namespace}/{one.name}: {one.requested:.2f} cores requested by {one.replicas}, {used}"


def _money(cores: float, price: Decimal | None) -> str:
    return words(Decimal(str(round(cores, 3))) * (price or Decimal()))

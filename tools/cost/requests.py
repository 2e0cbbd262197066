"""What workloads reserve of CPU against what they use, and what nodes for the rest cost; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from tools.contract import JsonObject
from tools.kube.fields import labels, name_of, namespace_of, number, parts, text
from tools.kube.quantity import quantity
from tools.terraform.prices import Prices

TYPE = "node.kubernetes.io/instance-type"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#nodekubernetesioinstance-type"""
ROOM = 1.25
"""Of p95 that a workload should reserve; the rest of a peak may borrow from its neighbors."""
SHARE = 0.95
LEAST_CORES, LEAST_POINTS = 0.25, 48
"""Less is not worth a change; and two days of hours are the least to judge by."""
_HASHED = r"-[a-z0-9]{5,10}-[a-z0-9]{5}"
"""How a Deployment's pods end: the hash of the template, then of the pod."""


Points: TypeAlias = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Reserved:
    """A Deployment.

    Attributes:
        namespace: Where it is.
        name: What it is called.
        replicas: How many it asks for now.
        requested: Cores that all of its replicas reserve.
        used: Cores that all of its pods used together, p95.
        hours: Hours that this is known of.
    """

    namespace: str
    name: str
    replicas: int
    requested: float
    used: float
    hours: int

    @property
    def spare(self) -> float:
        """Cores that are reserved beyond p95 with some room."""
        return max(0.0, self.requested - self.used * ROOM)

    @property
    def wasteful(self) -> bool:
        """Whether it reserves clearly more than it used, and long enough is known."""
        return self.hours >= LEAST_POINTS and self.spare >= LEAST_CORES and self.used * 2 <= self.requested


def reserved(deployments: Iterable[JsonObject], lines: Mapping[tuple[str, str], Points]) -> list[Reserved]:
    """Return what each Deployment reserves and used; pods are known by their names, as those of last week are gone."""
    found = []
    for one in deployments:
        space, name = namespace_of(one), name_of(one)
        replicas = int(number(one, "spec", "replicas", default=1))
        containers = parts(one, "spec", "template", "spec", "containers")
        each = sum(quantity(text(container, "resources", "requests", "cpu")) for container in containers)
        pods = re.compile(re.escape(name) + _HASHED)
        together: dict[datetime, float] = defaultdict(float)
        for (where, pod), points in lines.items():
            for at, cores in points if where == space and pods.fullmatch(pod) else ():
                together[at] += cores
        found.append(Reserved(space, name, replicas, each * replicas, _p95(list(together.values())), len(together)))
    return found


def core_price(nodes: Iterable[JsonObject], listed: Prices) -> Decimal | None:
    """Return USD a month of a core of these nodes on demand, on average; None if none of their types is listed."""
    types = [labels(one, "metadata", "labels").get(TYPE, "") for one in nodes]
    known = [listed.instance[one] for one in types if one in listed.instance]
    hourly = sum((Decimal(repr(one.hour)) for one in known), Decimal())
    return hourly * listed.hours / sum(one.vcpus for one in known) if known else None


def _p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))] if ordered else 0.0

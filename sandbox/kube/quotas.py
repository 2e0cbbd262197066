"""Resource quotas: what a namespace may use, what it uses, and the refusal when a pod would be too much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sandbox.kube.kinds import QUOTA, Object
from sandbox.kube.store import Store

_UNITS = {"m": Decimal("0.001"), "": Decimal(1), "k": Decimal(1000)}
_UNITS |= {letter: Decimal(1000) ** power for power, letter in enumerate("MGTPE", 2)}
_UNITS |= {f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)}
_QUANTITY = re.compile(r"^([+-]?[0-9.]+(?:e[+-]?[0-9]+)?)([A-Za-z]*)$")


def quantity(text: object) -> Decimal:
    """Return a Kubernetes quantity such as `250m` or `1Gi` as a number; 0 for what is none."""
    found = _QUANTITY.match(str(text))
    return Decimal(found[1]) * _UNITS.get(found[2], Decimal(1)) if found else Decimal(0)


def written(number: Decimal) -> str:
    """Return a number as a quantity: whole, in Mi, or in thousandths."""
    if number == number.to_integral_value():
        mebi = _UNITS["Mi"]
        return f"{int(number / mebi)}Mi" if number and number % mebi == 0 else str(int(number))
    return f"{int(number * 1000)}m"


@dataclass
class Quotas:
    """Checks pods against the quotas of their namespace and keeps `status.used`."""

    store: Store

    def refusal(self, pod: Object) -> str:
        """Return why a pod may not be created, empty if it may."""
        wants = _wants(pod)
        for quota in self.store.all(QUOTA, pod["metadata"]["namespace"]):
            hard = _hard(quota)
            used = (quota.get("status") or {}).get("used") or {}
            over = [
                key
                for key in sorted(hard)
                if wants.get(key) and quantity(used.get(key)) + wants[key] > quantity(hard[key])
            ]
            if over:
                requested = ",".join(f"{key}={written(wants[key])}" for key in over)
                taken = ",".join(f"{key}={used.get(key, '0')}" for key in over)
                limited = ",".join(f"{key}={hard[key]}" for key in over)
                name = quota["metadata"]["name"]
                return f"exceeded quota: {name}, requested: {requested}, used: {taken}, limited: {limited}"
        return ""

    def count(self, pod: Object, times: int) -> None:
        """Add a pod to what its namespace uses, or take it off with -1."""
        wants = _wants(pod)
        for quota in self.store.all(QUOTA, pod["metadata"]["namespace"]):
            status = quota.get("status") or {}
            used = dict(status.get("used") or {})
            for key in set(_hard(quota)) & set(wants):
                used[key] = written(quantity(used.get(key)) + times * wants[key])
            changed = {**status, "hard": _hard(quota), "used": used}
            self.store.put(QUOTA, {**quota, "metadata": dict(quota["metadata"]), "status": changed})


def _hard(quota: Object) -> dict[str, str]:
    hard: dict[str, str] = (quota.get("spec") or {}).get("hard") or (quota.get("status") or {}).get("hard") or {}
    return hard


def _wants(pod: Object) -> dict[str, Decimal]:
    wants = {"pods": Decimal(1), "count/pods": Decimal(1)}
    for container in (pod.get("spec") or {}).get("containers") or []:
        resources = container.get("resources") or {}
        for section in ("requests", "limits"):
            for name, amount in (resources.get(section) or {}).items():
                for key in (f"{section}.{name}", *((name,) if section == "requests" else ())):
                    wants[key] = wants.get(key, Decimal(0)) + quantity(amount)
    return wants

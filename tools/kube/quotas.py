"""Quotas and limit ranges of a namespace: what is used of what is allowed."""

from collections.abc import Sequence

from tools.contract import Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import name_of, namespace_of, part, parts, subject, text, value
from tools.kube.quantity import quantity

FINDINGS = {
    "quota_full": "A quota is used up, so new pods that need more of it are refused.",
    "quota_near": "A quota is over 90 % used.",
    "quota_fine": "No quota is near its limit, or there is none.",
}
NEAR = 0.9


@reads(needs=("core/resourcequotas:list", "core/limitranges:list"))
def kube_quotas(namespace: Everywhere = "") -> Observation:
    """Compare what the quotas of a namespace allow with what is used, and list its limit ranges."""
    api = reader()
    quotas, ranges = api.every("resourcequotas", namespace), api.any("limitranges", namespace)
    rows = [
        f"quota {namespace_of(quota)}/{name_of(quota)} {resource}: {used} of {hard} used"
        for quota in quotas
        for resource, used, hard in usage(quota)
    ]
    rows += [f"limit range {namespace_of(one)}/{name_of(one)}: {_limits(one)}" for one in ranges]
    return Observation(
        "\n".join([*(rows or ["No quota and no limit range."]), *api.unseen]), analyze(quotas, namespace)
    )


def analyze(quotas: Sequence[JsonObject], namespace: str = "") -> tuple[Finding, ...]:
    """Return the quotas that are full or nearly so."""
    found = [one for quota in quotas for line in usage(quota) if (one := _tight(quota, *line))]
    where = f"namespace/{namespace or 'all'}"
    fine = Finding("quota_fine", where, "No quota is near its limit.", "the list", 0.7, Role.HEALTHY)
    return tuple(found) or (fine,)


def usage(quota: JsonObject) -> list[tuple[str, str, str]]:
    """Return resource, used and hard of a quota."""
    hard = part(quota, "status", "hard") or part(quota, "spec", "hard")
    return [
        (name, text(quota, "status", "used", name) or "0", str(limit)) for name, limit in sorted(hard.items(), key=str)
    ]


def _tight(quota: JsonObject, resource: str, used: str, hard: str) -> Finding | None:
    share = quantity(used) / quantity(hard) if quantity(hard) else 0.0
    if share < NEAR:
        return None
    said, at = f"{resource}: {used} of {hard} used ({share:.0%}).", f"status.used.{resource}"
    where = subject("quota", quota)
    if share < 1:
        return Finding("quota_near", where, said, at, 0.7, Role.CONTEXT)
    advice = "Raise the quota, or scale down what uses it."
    return Finding("quota_full", where, said, at, 0.7, Role.SYMPTOM, advice=advice)


def _limits(one: JsonObject) -> str:
    kinds = ("default", "defaultRequest", "max", "min")
    said = [
        f"{text(limit, 'type')} {kind} {value(limit, kind)}"
        for limit in parts(one, "spec", "limits")
        for kind in kinds
        if value(limit, kind)
    ]
    return "; ".join(said) or "nothing set"

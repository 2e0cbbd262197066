"""Reading of when things run out, each with how good such a forecast was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated

from pydantic import Field

from tools.aws.client import rds
from tools.capacity.growing import Code, remedy
from tools.capacity.history import histories
from tools.capacity.node_groups import node_groups
from tools.capacity.outlook import Outlook, outlook
from tools.capacity.quotas import quotas
from tools.capacity.resources import Resource, What, of_databases
from tools.capacity.volumes import claims, file_systems
from tools.capacity.wording import picture, told
from tools.contract import Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.knowledge.services import mentions, services_in
from tools.metrics.forecasting import Forecast
from tools.security.code import terraform

FINDINGS = {
    "capacity_used_up": "Something that can run out is at its limit now.",
    "capacity_runs_out": "Something runs out within the time that its history lets be foretold.",
    "capacity_may_run_out": "Something may run out in that time, if it grows as fast as the forecast's range allows.",
    "capacity_lasts": "Something does not run out in that time.",
    "capacity_unforeseeable": "When something runs out cannot be told: no forecast beats repeating the last week.",
    "capacity_unmeasured": "There is too little history to tell anything.",
}
NEAR = 0.8
"""Share of a limit from which on a person should know, though no date can be told."""

About = Annotated[
    str, Field(max_length=200, description="name of a database, volume, node group, quota or service; empty for all")
]
Kind = Annotated[What, Field(description="what runs out; empty for anything")]


@reads(
    needs=(
        "rds:DescribeDBInstances",
        "rds:DescribeDBParameters",
        "servicequotas:ListServiceQuotas",
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "core/nodes:list",
        "contents:read",
        "metadata:read",
        "prometheus:read",
    ),
    seconds=60,
)
def capacity_forecast(about: About = "", what: Kind = "") -> Observation:
    """Say when disks, volumes, connections, CPU, nodes and quotas run out: date, range, and how such forecasts did.

    Three months of CloudWatch and Prometheus. Nothing is told where no forecast beats repeating the last week, and
    never further ahead than a fifth of the history. What Terraform declares has the pull request that makes room as
    its remedy.
    """
    found, unread = list[Resource](), list[str]()
    for name, (kinds, look) in LOOKS.items():
        try:
            found += look() if not what or what in kinds else ()
        except ToolError as why:
            unread.append(f"{name}: {why}")
    meant = [one for one in _named(found, about) if what in {"", one.what}]
    if not meant:
        raise ToolError(_nothing(found, about, what, unread))
    return _observed(meant, unread)


def _databases() -> list[Resource]:
    with rds() as client:
        return list(of_databases(client))


LOOKS: Mapping[str, tuple[frozenset[What], Callable[[], list[Resource]]]] = {
    "Prometheus": (frozenset({"disk"}), claims),
    "the CloudWatch agent": (frozenset({"disk"}), file_systems),
    "RDS": (frozenset({"disk", "connections", "cpu"}), _databases),
    "the nodes": (frozenset({"nodes"}), node_groups),
    "Service Quotas": (frozenset({"quota"}), quotas),
}
"""By whom is asked: what of, and how."""


def _named(found: Iterable[Resource], about: str) -> list[Resource]:
    """Return what the words name, themselves, by the last part of their name, or by the service that uses it."""
    databases = {service.database for service in services_in(about)} if about else set()
    return [one for one in found if not about or one.name in databases or is_meant(about, one.name)]


def is_meant(about: str, name: str) -> bool:
    """Tell whether words name a thing: all of its name, a part such as its claim or its host, or its path."""
    return any(mentions(about, part) >= 0 for part in {name, *name.replace(":", "/").split("/")} if len(part) > 1)


def _nothing(found: Sequence[Resource], about: str, what: What, unread: Sequence[str]) -> str:
    if unread:
        return f"Nothing could be told. {unread[0]}"
    there = ", ".join(dict.fromkeys(one.said for one in found if what in {"", one.what})) or "nothing"
    return f"I know no {what or 'limit'} {f'of {about}' if about else 'here'}; what I could look at is: {there}."


def _observed(meant: Sequence[Resource], unread: Sequence[str]) -> Observation:
    code = cache(terraform)
    past = list(zip(meant, histories(meant), strict=True))
    seen = sorted((outlook(one, it) for one, it in past if len(it.values)), key=lambda one: (one.days, -_share(one)))
    silent = [(one, it.gap) for one, it in past if not len(it.values)]
    findings = (*(_finding(one, code) for one in seen), *(_unmeasured(*one) for one in silent))
    text = "\n".join([*(f"- {one.observed}" for one in findings), *(f"Not asked: {one}" for one in unread)])
    return Observation(text, findings, _headline(seen, unread), picture(seen[0]) if seen else None)


def _share(one: Outlook) -> float:
    return one.now / one.resource.limit


def _headline(seen: Sequence[Outlook], unread: Sequence[str]) -> str:
    ending = [one for one in seen if one.days < float("inf")]
    if len(seen) == 1 and not unread:
        return told(seen[0]) if _verdict(seen[0])[1] is Role.HEALTHY else ""  # the finding itself says it otherwise
    unsure = sum(not isinstance(one.told, Forecast) for one in seen)
    rest = f"; of {unsure} no date can be told" if unsure else ""
    head = f"{len(ending)} of {len(seen)} limits are in sight" if ending else f"None of {len(seen)} limits is in sight"
    return f"{head}{rest}.{''.join(f' Not asked: {one}' for one in unread)}"


def _finding(one: Outlook, code: Code) -> Finding:
    name, role, sure = _verdict(one)
    call, advice = remedy(one, code) if role is not Role.HEALTHY else (None, "")
    return Finding(
        name, _subject(one.resource), told(one), one.resource.pointer, sure, role, remedy=call, advice=advice
    )


def _subject(one: Resource) -> str:
    """Return what findings call it: a quota by its code, which is its own, anything else by its whole name."""
    return f"{one.what}/{one.name.rpartition('/')[2] if one.what == 'quota' else one.name}"


def _verdict(one: Outlook) -> tuple[str, Role, float]:
    if one.full:
        return "capacity_used_up", Role.SYMPTOM, 0.95
    if not isinstance(one.told, Forecast):
        return "capacity_unforeseeable", Role.CONTEXT if _share(one) >= NEAR else Role.HEALTHY, 0.6
    if one.likely:
        return "capacity_runs_out", Role.SYMPTOM, 0.8
    if one.soonest:
        return "capacity_may_run_out", Role.CONTEXT, 0.5
    return "capacity_lasts", Role.HEALTHY, 0.8


def _unmeasured(one: Resource, gap: str) -> Finding:
    said = f"{one.said}: {gap}"
    return Finding("capacity_unmeasured", _subject(one), said, one.pointer, 0.5, Role.HEALTHY)

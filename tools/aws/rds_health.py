"""The health of an RDS instance: its vital signs against their limits and their usual level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.aws.client import cloudwatch, rds
from tools.aws.levels import Points, level
from tools.aws.measurements import Metric, measured
from tools.aws.plots import plot
from tools.aws.rds_measured import VITALS
from tools.aws.rds_records import Instance, InstanceName, Limit, connection_limit, instance_of
from tools.aws.rds_vitals import FINDINGS, judge, line
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock
from tools.contract import Chart, Finding, Observation, Role
from tools.declare import Minutes, reads

__all__ = ["FINDINGS", "aws_rds_health"]

PARTS = ("ReadIOPS", "WriteIOPS")
"""Measured apart, judged together: the storage's limit is for both."""


@reads(needs=("rds:DescribeDBInstances", "rds:DescribeDBParameters", "cloudwatch:GetMetricData"))
def aws_rds_health(instance: InstanceName, minutes: Minutes = 60, around: Around = "") -> Observation:
    """Check an RDS instance's vital signs: connections, CPU, storage, memory, replica lag, disk.

    Each is held against its limit (max_connections, storage, IOPS) and against its level before.
    """
    span = window(minutes, around)
    with rds() as client:
        told = instance_of(client, instance)
        limit = connection_limit(client, told)
    names = dict.fromkeys([*(vital.name for vital in VITALS if vital.name != "IOPS"), *PARTS])
    wanted = {name: Metric("AWS/RDS", name, {"DBInstanceIdentifier": instance}) for name in names}
    with cloudwatch() as client_of_metrics:
        points = _with_iops(measured(client_of_metrics, wanted, span))
    found = findings(told, limit, points, span)
    return Observation(_text(told, points, span), found, chart=_chart(told, found, points, limit, span))


def _chart(
    instance: Instance, found: Sequence[Finding], points: Mapping[str, Points], limit: Limit | None, span: Window
) -> Chart | None:
    """Return the picture of the vital sign that is in the worst trouble; none if all are in order."""
    ill = [one for one in found if one.role in {Role.CAUSE, Role.SYMPTOM}]
    worst = min(ill, key=lambda one: (one.role is not Role.CAUSE, -one.confidence), default=None)
    vital = next((one for one in VITALS if worst and points.get(one.name) and f"({one.name})" in worst.observed), None)
    if worst is None or vital is None:
        return None
    bound = next((one.at for one in vital.bounds(instance, limit) if one.code == worst.code), None)
    return plot(vital.name, instance.name, points[vital.name], level(points[vital.name], span.start), span, bound=bound)


def findings(
    instance: Instance, limit: Limit | None, points: Mapping[str, Points], span: Window
) -> tuple[Finding, ...]:
    """Return what the vital signs show: those beyond a limit, those that recovered, the others in one sentence."""
    found: list[Finding] = []
    normal: list[str] = []
    for vital in VITALS:
        held = points.get(vital.name)
        finding = judge(vital, held, instance, limit, span) if held else None
        if finding is not None:
            found.append(finding)
        elif held:
            normal.append(f"{vital.words} {vital.write(held[-1][1])}")
    if normal:
        found.append(_normal(instance, normal))
    return (*found, *_unmeasured(instance, points))


def _normal(instance: Instance, normal: list[str]) -> Finding:
    told = f"In order on {instance.name}: {', '.join(normal)}."
    pointer = f"CloudWatch AWS/RDS, DBInstanceIdentifier={instance.name}"
    return Finding("rds_normal", f"rds/{instance.name}", told, pointer, 0.85, Role.HEALTHY)


def _unmeasured(instance: Instance, points: Mapping[str, Points]) -> list[Finding]:
    """Return the vital signs that should be measured and are not; a replica's lag is one of them."""
    needed = [vital.name for vital in VITALS if vital.key or (vital.name == "ReplicaLag" and instance.replica_of)]
    silent = [name for name in needed if not points.get(name)]
    if not silent:
        return []
    told = f"CloudWatch has no {', '.join(silent)} of {instance.name} in the window, so nothing is said about it."
    pointer = "GetMetricData, AWS/RDS"
    return [Finding("rds_unmeasured", f"rds/{instance.name}", told, pointer, 0.9, Role.CONTEXT)]


def _with_iops(points: Mapping[str, Points]) -> dict[str, Points]:
    """Return the points with reads and writes per second summed where both are known."""
    reads_, writes = (dict(points.get(name, [])) for name in PARTS)
    both = sorted((at, reads_[at] + writes[at]) for at in reads_.keys() & writes.keys())
    return {**points, "IOPS": both}


def _text(instance: Instance, points: Mapping[str, Points], span: Window) -> str:
    head = f"{instance.name} ({instance.engine} {instance.version}, {instance.kind}, {instance.status})"
    rows = [line(vital, points[vital.name], span) for vital in VITALS if points.get(vital.name)]
    return "\n".join([f"{head}, {clock(span.start)} to {clock(span.end)}", *(rows or ["CloudWatch has no data."])])

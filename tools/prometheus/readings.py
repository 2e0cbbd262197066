"""What Prometheus says of a workload: requests, errors, durations, and its containers held back at their CPU limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tools.aws.levels import Course, Level, level
from tools.aws.windows import Around, Window, window
from tools.aws.wording import clock, number
from tools.contract import Chart, Finding, Observation, Role, Series
from tools.declare import KubeName, Minutes, reads
from tools.prometheus.client import Line
from tools.prometheus.red import Asked, asked_over, queries, throttled
from tools.scope import sees

FINDINGS = {
    "metrics_failing": "A workload's requests fail more often than before, by Prometheus: 1 % of them or more.",
    "metrics_slow": "A workload's requests take clearly longer than before, by Prometheus.",
    "metrics_usual": "A workload's requests fail and last as before, by Prometheus.",
    "cpu_throttled": "A workload's containers are held back at their CPU limit in a quarter of all periods or more.",
}
FAILING, HELD_BACK = 1.0, 25.0
"""Percent. Below them a rise hurts nobody yet; CPU is handed out in periods of 100 ms, and a quarter of them shows."""

Told: TypeAlias = Mapping[str, tuple[Asked, Line, Level]]


@reads(needs=("prometheus:read",), source="prometheus_url")
def prometheus_service(
    namespace: KubeName, workload: KubeName, minutes: Minutes = 60, around: Around = ""
) -> Observation:
    """Say by Prometheus how a workload's error rate, latency, traffic, CPU and memory stand against before."""
    over = window(minutes, around)
    subject = f"deployment/{namespace}/{workload}"
    told = _told(namespace, workload, over) if sees("namespaces", namespace) else {}
    if not told:
        return Observation(f"Prometheus has no series that tells of {namespace}/{workload}.")
    found = [*_trouble(subject, workload, told), *_held_back(subject, workload, told)]
    if not found and {"errors", "latency"} & set(told):
        said = f"Requests of {workload} fail and last as before, by Prometheus."
        found = [Finding("metrics_usual", subject, said, "Prometheus", 0.7, Role.HEALTHY)]
    rows = [_row(name, one) for name, one in told.items()]
    head = f"{namespace}/{workload} by Prometheus, {clock(over.start)} to {clock(over.end)}:"
    return Observation("\n".join([head, *rows]), tuple(found), chart=_chart(workload, told))


def _told(namespace: str, workload: str, over: Window) -> Told:
    every = Window(over.before, over.before, over.end)
    asked: dict[str, Asked] = {"throttled": throttled(workload, namespace)}
    asked |= {str(name): one for name, one in queries(workload, namespace, workload, every).items()}
    lines = {name: asked_over(one, every) for name, one in asked.items()}
    return {name: (asked[name], one, level(one.points, over.start)) for name, one in lines.items() if one.points}


def _trouble(subject: str, workload: str, told: Told) -> list[Finding]:
    found = []
    for name, code, verb in (("errors", "metrics_failing", "fail"), ("latency", "metrics_slow", "take (p95)")):
        if name in told and told[name][2].course is Course.RISEN:
            asked, _, now = told[name]
            if name == "errors" and now.now < FAILING:
                continue
            said = f"Requests of {workload} {verb} {_against(asked, now)}."
            found.append(Finding(code, subject, said, f"Prometheus: {asked.query}", 0.8, Role.SYMPTOM, now.since))
    return found


def _held_back(subject: str, workload: str, told: Told) -> list[Finding]:
    """Return that the CPU limit holds the containers back: the cause where that is new, else how it always was."""
    asked, _, now = told.get("throttled", (None, None, None))
    if asked is None or now is None or now.now < HELD_BACK:
        return []
    new = now.course is Course.RISEN
    since = f" since {clock(now.since)}" if now.since else ""
    share = f"{number(now.now)} % of all periods{since}, {number(now.before)} % before"
    said = f"{workload} is held back at its CPU limit: its containers are throttled in {share}."
    role, sure = (Role.CAUSE, 0.85) if new else (Role.CONTEXT, 0.5)
    advice = f"Raise the CPU limit of {workload}, or spread its work over more replicas."
    pointer = f"Prometheus: {asked.query}"
    return [Finding("cpu_throttled", subject, said, pointer, sure, role, now.since, advice=advice)]


def _against(asked: Asked, now: Level) -> str:
    since = f" since {clock(now.since)}" if now.since else ""
    return f"{number(now.now)} {asked.unit}{since}, {number(now.before)} {asked.unit} before"


def _row(name: str, told: tuple[Asked, Line, Level]) -> str:
    asked, _, now = told
    return f"  {name}: {_against(asked, now)} ({now.course.value})  {asked.query}"


def _chart(workload: str, told: Told) -> Chart | None:
    """Return the picture of what moved, errors before latency before throttling; none where nothing did."""
    moved = [name for name in ("errors", "latency", "throttled") if name in told and told[name][2].since]
    if not moved:
        return None
    asked, line, now = told[moved[0]]
    title = f"{moved[0].capitalize()} of {workload}"
    marks = ((now.since, "change"),) if now.since else ()
    return Chart(title, asked.unit, (Series(moved[0], line.points),), marks, alt=f"{title}: {_against(asked, now)}.")

"""A service's rate, errors and durations, and what its containers use, as PromQL of our own making."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from tools.aws.signal_names import Signal
from tools.aws.windows import Window
from tools.prometheus.client import Line, known, span
from tools.prometheus.naming import candidates, durations_of, is_safe, pods_of, requests_of

RANGE = "5m"
"""Longer than four scrapes of a minute apart, as a rate asks for, and short enough to see what broke minutes ago."""


@dataclass(frozen=True)
class Asked:
    """A query of a signal, and the unit of what it answers."""

    query: str
    unit: str


def queries(service: str, namespace: str, workload: str, over: Window) -> dict[Signal, Asked]:
    """Return a query for each signal that Prometheus can tell of a service; names that do not fit a query tell none."""
    if not all(map(is_safe, filter(None, (service, namespace, workload)))):
        return {}
    names = list(dict.fromkeys(filter(None, (service, workload))))
    series = known(list(chain.from_iterable(candidates(name, namespace) for name in names)), over)
    found = {signal: one for name in reversed(names) for signal, one in _of_requests(series, name, namespace)}
    return {**found, **(_of_containers(workload, namespace) if workload else {})}


def points_of(lines: Sequence[Line]) -> Line:
    """Return the only line of an answer that sums up; an empty one if there is none."""
    return lines[0] if lines else Line({}, ())


def asked_over(asked: Asked, over: Window) -> Line:
    """Return the points of a query in a window."""
    return points_of(span(asked.query, over))


def throttled(workload: str, namespace: str) -> Asked:
    """Return the share of periods in which the workload's containers were held back at their CPU limit.

    https://www.kernel.org/doc/html/latest/scheduler/sched-bwc.html
    """
    pods = pods_of(workload, namespace)
    parts = [f"sum(rate(container_cpu_cfs_{kind}periods_total{{{pods}}}[{RANGE}]))" for kind in ("throttled_", "")]
    return Asked(f"100 * {parts[0]} / {parts[1]}", "%")


def _of_requests(series: Iterable[dict[str, str]], name: str, namespace: str) -> Iterable[tuple[Signal, Asked]]:
    if counted := requests_of(series, name, namespace):
        every = f"sum(rate({counted.selected()}[{RANGE}]))"
        yield "traffic", Asked(f"60 * {every}", "a minute")
        if counted.status:
            selected = counted.selected(f'{counted.status}=~"5.."')
            yield "errors", Asked(f"100 * (sum(rate({selected}[{RANGE}])) or 0 * {every}) / {every}", "%")
    if timed := durations_of(series, name, namespace):
        share = f"histogram_quantile(0.95, sum by (le) (rate({timed.selected()}[{RANGE}])))"
        yield "latency", Asked(share if timed.scale == 1 else f"{timed.scale:g} * {share}", "s")


def _of_containers(workload: str, namespace: str) -> dict[Signal, Asked]:
    pods = pods_of(workload, namespace)
    return {
        "cpu": Asked(f"sum(rate(container_cpu_usage_seconds_total{{{pods}}}[{RANGE}]))", "cores"),
        "memory": Asked(f"sum(container_memory_working_set_bytes{{{pods}}}) / 1048576", "MiB"),
    }

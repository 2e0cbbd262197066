"""Which CloudWatch metrics tell what of a service, by the names that AWS gives them."""

import re
from typing import Literal, TypeAlias

Signal: TypeAlias = Literal["errors", "latency", "traffic", "cpu", "memory", "connections"]

_NAMES: dict[Signal, re.Pattern[str]] = {
    "errors": re.compile(r"5xx|errors?(?![a-z])|faults?(?![a-z])", re.IGNORECASE),
    "latency": re.compile(r"latency|response.?time|^duration$", re.IGNORECASE),
    "traffic": re.compile(r"request.?count|^requests?$|^invocations$|^count$", re.IGNORECASE),
    "cpu": re.compile(r"cpu.?utili[sz]ation", re.IGNORECASE),
    "memory": re.compile(r"memory.?utili[sz]ation", re.IGNORECASE),
    "connections": re.compile(r"^databaseconnections$|^activeconnectioncount$", re.IGNORECASE),
}
COUNTS = frozenset(
    {
        "HTTPCode_Target_5XX_Count",
        "HTTPCode_ELB_5XX_Count",
        "5XXError",
        "5xx",
        "Errors",
        "RequestCount",
        "Invocations",
        "Count",
    }
)
"""Counted, and reported only for minutes that had any, so that no point is none:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""
_UNITS = {"TargetResponseTime": "s", "Latency": "ms", "IntegrationLatency": "ms", "Duration": "ms"}


def fits(signal: Signal, metric: str) -> bool:
    """Tell whether a metric of this name says it."""
    return _NAMES[signal].search(metric) is not None


def unit_of(metric: str) -> str:
    """Return the unit of a metric's values as people say it; empty where its name does not tell."""
    if metric in COUNTS:
        return "a minute"
    return "%" if "utili" in metric.lower() else _UNITS.get(metric, "")

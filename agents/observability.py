"""The agent that answers questions about a service's numbers, with a chart."""

from agents.contract import Agent

_WHAT = (
    *("error rate", "errors", "5xx", "error percentage", "latency", "response time", "duration", "traffic"),
    *("load", "cpu", "cpu usage", "memory", "memory usage", "connections"),
)
_LINKS = ("of", "for", "on", "since", "in the", "today", "compared", "vs", "over the", "during")

OBSERVABILITY = Agent(
    name="observability",
    when="Somebody wants a service's error rate, latency or load as a number and a chart, against before.",
    prompt="observability.md",
    tools=(
        "service_lookup",
        "service_signal",
        "prometheus_query",
        "datadog_metric",
        "datadog_monitors",
        "grafana_alerts",
        "grafana_annotations",
        "aws_metric",
        "aws_alarms",
        "kube_rollout_history",
    ),
    words=(
        *("chart", "graph", "plot"),
        *(f"{what} {link}" for what in _WHAT for link in _LINKS),
        *(f"s {what}" for what in _WHAT),  # checkout's latency
        *("how many requests", "how many errors", "how many 5xx", "how many 500s", "how many connections"),
        *("how much cpu", "how much memory", "how much traffic", "requests per", "show … errors", "show … 5xx"),
        *("p50", "p90", "p95", "p99", "rps", "throughput"),
    ),
    unless=(
        *("why", "cause", "caused", "causes", "fix", "diagnose", "investigate", "incident", "alarm", "alert", "slow"),
        *("is failing", "are failing", "is down", "is wrong", "is broken", "is at", "is high", "is too", "spiked"),
        *("forecast", "run out", "runs out", "when … full", "headroom", "capacity", "cost", "costs", "terraform"),
    ),
)

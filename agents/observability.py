"""The agent that answers questions about a service's numbers, with a chart."""

from agents.contract import Agent

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
    words=("chart", "graph", "plot"),
)

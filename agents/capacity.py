"""The agent that says when things run out, and has room made before."""

from agents.contract import Agent

CAPACITY = Agent(
    name="capacity",
    when="Somebody wants to know when a disk, connections, CPU, nodes or a quota run out, or to have room made before.",
    prompt="capacity.md",
    tools=("service_lookup", "capacity_forecast", "aws_rds_instance", "kube_nodes", "kube_hpa", "github_pull_request"),
    words=(
        "capacity",
        "forecast",
        "runway",
        "headroom",
        "when … run out",
        "when … runs out",
        "when … full",
        "when … fill",
        "when … out of",
        "when … hit",
        "will … last",
        "will … run out",
        "how many days until",
        "fill up",
        "how long until",
        "how long … last",
    ),
)

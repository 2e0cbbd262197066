"""The agent that finds out what is wrong, proposes the smallest safe fix, and verifies it."""

from agents.contract import Agent

INCIDENT = Agent(
    name="incident",
    when="Something is slow, failing or alarming, or somebody wants to know whether it is.",
    prompt="incident.md",
    tools=(
        "service_lookup",
        "aws_alarms",
        "aws_alarm_history",
        "aws_metric",
        "aws_logs_insights",
        "aws_log_errors",
        "aws_rds_instance",
        "aws_rds_events",
        "aws_rds_performance",
        "aws_rds_health",
        "kube_workloads",
        "kube_pods",
        "kube_logs",
        "kube_events",
        "kube_rollout_status",
        "kube_rollout_history",
        "kube_hpa",
        "kube_services",
        "kube_quotas",
        "kube_nodes",
        "kube_scale",
        "kube_restart",
        "kube_rollback",
    ),
    words=("slow", "down", "failing", "error", "errors", "alarm", "incident", "wrong", "broken", "why"),
)

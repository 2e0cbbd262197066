"""How long Slack waits for our acks."""

from prometheus_client import Histogram

ACK = Histogram(
    "infra_slack_ack_seconds",
    "Seconds from a payload's arrival to its ack",
    ["mode"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
)

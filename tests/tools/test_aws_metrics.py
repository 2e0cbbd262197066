"""The reading of one CloudWatch metric."""

from collections.abc import Iterator

import pytest

from tests.aws_account import Account, at, looked_at, series
from tools.aws.metrics import aws_metric
from tools.contract import Role, ToolError

ORDERS = [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}]
NAMED = {"Namespace": "AWS/RDS", "Dimensions": ORDERS}
DOCUMENTS = {
    "cloudwatch/alarms.json": {
        "MetricAlarms": [
            {
                "AlarmName": "orders-db-connections",
                "Namespace": "AWS/RDS",
                "MetricName": "DatabaseConnections",
                "Dimensions": ORDERS,
                "Statistic": "Maximum",
                "Threshold": 90,
                "ComparisonOperator": "GreaterThanThreshold",
                "StateValue": "ALARM",
                "StateUpdatedTimestamp": at(-9),
            },
        ],
    },
    "cloudwatch/metrics.json": [
        series("DatabaseConnections", [20, 21, 22, 20] * 30 + [95] * 12, **NAMED),
        series("CPUUtilization", [20, 21, 22, 20] * 30, **NAMED),
        series("FreeStorageSpace", [20e9, 20.1e9] * 60 + [1e9] * 10, **NAMED),
        series("RequestCount", [20, 21, 22, 20] * 30 + [200] + [20, 21, 22] * 4, **NAMED),
    ],
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with four metrics."""
    with looked_at(DOCUMENTS) as served:
        yield served


def found(metric: str) -> list[tuple[str, Role]]:
    """Return what the reading found."""
    seen = aws_metric.call(namespace="AWS/RDS", metric=metric, dimensions={"DBInstanceIdentifier": "orders-db"})
    return [(finding.code, finding.role) for finding in seen.findings]


def test_a_metric_beyond_its_alarm() -> None:
    """A metric that rose beyond an alarm's threshold is both, and a symptom."""
    assert found("DatabaseConnections") == [
        ("metric_over_threshold", Role.SYMPTOM),
        ("metric_risen", Role.SYMPTOM),
    ]


def test_a_steady_metric_is_healthy() -> None:
    """A metric at its usual level is in order."""
    assert found("CPUUtilization") == [("metric_steady", Role.HEALTHY)]


def test_less_free_space_is_a_symptom() -> None:
    """A fall hurts where the metric's name says that less is worse."""
    assert found("FreeStorageSpace") == [("metric_fallen", Role.SYMPTOM)]


def test_a_spike_that_came_back_is_context() -> None:
    """A lone spike explains nothing that goes on."""
    assert found("RequestCount") == [("metric_spiked", Role.CONTEXT)]


def test_the_alarms_statistic_is_used() -> None:
    """Without a statistic the reading takes the alarm's."""
    seen = aws_metric.call(
        namespace="AWS/RDS", metric="DatabaseConnections", dimensions={"DBInstanceIdentifier": "orders-db"}
    )

    assert seen.text.startswith("AWS/RDS DatabaseConnections (Maximum)")


def test_wrong_dimensions_tell_the_right_ones() -> None:
    """A metric asked for by the wrong dimensions names those it has."""
    with pytest.raises(ToolError, match="DBInstanceIdentifier=orders-db"):
        aws_metric.call(namespace="AWS/RDS", metric="CPUUtilization", dimensions={"DBInstanceIdentifier": "x"})


def test_an_unknown_metric_is_missing() -> None:
    """A metric that nobody reports is told as missing, not as zero."""
    assert found("NoSuchMetric") == [("metric_missing", Role.CONTEXT)]

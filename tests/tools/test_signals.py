"""A service's signal against before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.aws_account import Account, looked_at, series
from tools.contract import ToolError
from tools.signals.reading import service_signal

NAMED = {
    "Namespace": "AWS/ApplicationELB",
    "Dimensions": [{"Name": "TargetGroup", "Value": "targetgroup/shop-checkout/1"}],
}
DOCUMENTS = {
    "cloudwatch/alarms.json": {"MetricAlarms": []},
    "cloudwatch/metrics.json": [
        series("HTTPCode_Target_5XX_Count", [2, 3, 2, 1] * 22 + [2, 3] + [200] * 30, Stat="Sum", **NAMED),
        series(
            "TargetResponseTime",
            [0.2, 0.21, 0.22, 0.2] * 29 + [3.0, 3.1, 2.9, 3.2],
            Stat="p99",
            Namespace="AWS/ApplicationELB",
            Dimensions=[{"Name": "TargetGroup", "Value": "targetgroup/shop-checkout/1"}],
        ),
        series("RequestCount", [900, 910] * 60, Stat="Sum", **NAMED),
    ],
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with a load balancer."""
    with looked_at(DOCUMENTS) as served:
        yield served


def test_more_errors_than_before_are_worse() -> None:
    """The number, what it was before, and a chart that says where the comparison begins."""
    seen = service_signal.call(service="errors of checkout", signal="errors", minutes=30)

    assert [one.code for one in seen.findings] == ["signal_worse"]
    assert seen.chart
    assert len(seen.chart.series[0].points) > 50
    assert seen.chart.alt == seen.findings[0].observed


def test_more_traffic_is_not_worse() -> None:
    """That people come hurts nobody by itself."""
    seen = service_signal.call(service="checkout", signal="traffic", minutes=30)

    assert [one.code for one in seen.findings] == ["signal_usual"]


def test_what_broke_minutes_ago_is_worse_whatever_the_hour_was() -> None:
    """The median of an hour does not see its last minutes; when it changed is said, and marked."""
    seen = service_signal.call(service="checkout", signal="latency", minutes=60)

    [found] = seen.findings
    assert found.code == "signal_worse"
    assert found.since
    assert "It rose at" in found.observed
    assert seen.chart
    assert (found.since, "change") in seen.chart.marks


def test_an_hour_that_is_over_can_be_asked_for() -> None:
    """What came after it is not looked at."""
    begun = datetime.now(UTC) - timedelta(minutes=90)
    ended = begun + timedelta(minutes=20)

    seen = service_signal.call(service="checkout", signal="latency", since=begun.isoformat(), until=ended.isoformat())

    assert [one.code for one in seen.findings] == ["signal_usual"]


def test_a_stretch_that_ends_before_it_begins_is_none() -> None:
    """Nor is one that is yet to come."""
    with pytest.raises(ToolError, match="no stretch"):
        service_signal.call(service="checkout", signal="latency", since="2999-01-01T00:00:00Z")


def test_a_signal_that_nothing_tells_is_said_to_be_unknown() -> None:
    """No metric is not zero."""
    with pytest.raises(ToolError, match="No metric of CloudWatch tells the memory of checkout"):
        service_signal.call(service="checkout", signal="memory")


def test_a_service_that_nobody_knows_is_asked_for() -> None:
    """The sentence names those there are."""
    with pytest.raises(ToolError, match=r"Which service is meant\? Name one of .*checkout"):
        service_signal.call(service="the thing", signal="errors")

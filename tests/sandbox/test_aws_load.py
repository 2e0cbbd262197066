"""A world's AWS files are read by their shape, and a file that cannot be read is named."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.estate import Estate
from sandbox.aws.load import load
from sandbox.aws.load_logs import group_name
from sandbox.aws.shapes import moment
from tests.aws_account import at, series, world_of


def loaded(documents: dict[str, object]) -> Estate:
    """Return the account that documents make."""
    return load(world_of(documents))


@pytest.mark.parametrize(
    "document",
    [
        {"MetricAlarms": [{"AlarmName": "a"}]},
        [{"AlarmName": "a"}],
        {"AlarmName": "a", "Metrics": [{"Id": "m", "Expression": "1"}]},
        [{"MetricAlarms": [{"AlarmName": "a"}]}],
    ],
)
def test_alarms_in_any_wrapping(document: object) -> None:
    """An alarm is an alarm as a response, as a list, alone, or as several YAML documents."""
    assert [alarm["AlarmName"] for alarm in loaded({"cloudwatch/x.json": document}).alarms] == ["a"]


@pytest.mark.parametrize(
    "document",
    [
        {"MetricDataResults": [series("CPUUtilization", [1, 2])]},
        [series("CPUUtilization", [1, 2])],
        series("CPUUtilization", [1, 2]),
        {
            "Label": "CPUUtilization",
            "Datapoints": [{"Timestamp": at(-1), "Average": 1}, {"Timestamp": at(0), "Average": 2}],
        },
        [{"Timestamp": at(-1), "Average": 1}, {"Timestamp": at(0), "Average": 2}],
        {
            "MetricDataQueries": [
                {"Id": "q", "MetricStat": {"Metric": {"MetricName": "CPUUtilization"}, "Period": 60, "Stat": "Average"}}
            ],
            "MetricDataResults": [{"Id": "q", "Timestamps": [at(-1), at(0)], "Values": [1, 2]}],
        },
    ],
)
def test_metrics_in_any_wrapping(document: object) -> None:
    """A series is a series in the shape of either API; its file names it where it does not."""
    (found,) = loaded({"cloudwatch/CPUUtilization.json": document}).metrics

    assert found.name == "CPUUtilization"
    assert [value for _, value in found.points] == [1, 2]


def test_a_metric_is_named_by_its_alarm() -> None:
    """A series that says only its label has the namespace and dimensions of the alarm on it."""
    alarm = {
        "AlarmName": "a",
        "MetricName": "Depth",
        "Namespace": "AWS/SQS",
        "Dimensions": [{"Name": "QueueName", "Value": "q"}],
    }

    (found,) = loaded({"cloudwatch/alarms.json": [alarm], "cloudwatch/z.json": [series("Depth", [1])]}).metrics

    assert (found.namespace, found.dimensions) == ("AWS/SQS", (("QueueName", "q"),))


@pytest.mark.parametrize("where", ["rds/metrics.json", "cloudwatch/metrics.json", "cloudwatch/AWS-RDS/x.json"])
def test_a_database_metric_is_the_databases(where: str) -> None:
    """A series that RDS measures belongs to the only instance, wherever it is written."""
    documents: dict[str, object] = {
        "rds/db.json": {"DBInstances": [{"DBInstanceIdentifier": "orders-db"}]},
        where: [series("CPUUtilization", [1])],
    }

    (found,) = loaded(documents).metrics

    assert (found.namespace, found.dimensions) == ("AWS/RDS", (("DBInstanceIdentifier", "orders-db"),))


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("logs/shop/checkout.log", "/shop/checkout"),
        ("logs/checkout.json", "checkout"),
        ("cloudwatch/logs/aws/lambda/pay.jsonl", "/aws/lambda/pay"),
        ("logs/%2Fshop%2Fcheckout.json", "/shop/checkout"),
    ],
)
def test_log_groups_are_named_by_path(where: str, name: str) -> None:
    """A log group is its path below the folder."""
    assert group_name(where) == name


def test_a_stack_trace_belongs_to_its_line() -> None:
    """Lines without a time have the time of the line before."""
    text = "2026-03-02T13:59:00Z ERROR boom\n  at main.py:1\n2026-03-02T13:59:30Z INFO on\n"

    first, second, third = loaded({"logs/a.log": text}).groups["a"]

    assert first.at == second.at
    assert third.at - first.at == 30_000


@pytest.mark.parametrize(
    "document",
    [
        {"logGroupName": "/a", "events": [{"timestamp": 1772460000000, "message": "x"}]},
        {"/a": [{"timestamp": "2026-03-02T14:00:00Z", "message": "x"}]},
        {"logGroups": [{"logGroupName": "/a", "events": [{"timestamp": 1772460000000, "message": "x"}]}]},
    ],
)
def test_log_events_in_any_wrapping(document: object) -> None:
    """Events are events in a response, by group, or within the group."""
    (event,) = loaded({"logs/x.json": document}).groups["/a"]

    now = datetime.now(UTC).timestamp() * 1000
    assert abs(event.at - now) < timedelta(seconds=30).total_seconds() * 1000


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"Whatever": 1}, "cloudwatch/bad.json: this is like no API response"),
        ({"MetricAlarms": [{"AlarmName": "a", "Threshold": "much"}]}, "cloudwatch/bad.json: .*Threshold"),
        ({"MetricDataResults": [{"Timestamps": [], "Values": [1]}]}, "cloudwatch/bad.json: .*one length"),
        ({"MetricAlarms": ["a"]}, "cloudwatch/bad.json: MetricAlarms must hold objects"),
        (7, "cloudwatch/bad.json: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named(document: object, said: str) -> None:
    """What is wrong is told with the file it is in."""
    with pytest.raises(ValueError, match=said):
        loaded({"cloudwatch/bad.json": document})


def test_other_services_are_left_alone() -> None:
    """Folders of services served elsewhere are not read here."""
    assert loaded({"xray/traces.json": {"Whatever": 1}}).alarms == []


@given(st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_time_is_read_however_it_is_written(when: datetime) -> None:
    """ISO text, seconds and milliseconds are the same moment."""
    whole = when.replace(microsecond=0)

    assert moment(whole.isoformat()) == moment(whole.timestamp()) == moment(int(whole.timestamp() * 1000)) == whole

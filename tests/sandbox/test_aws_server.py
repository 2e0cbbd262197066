"""The sandbox's AWS is what boto3 takes for AWS."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
import requests
from botocore.exceptions import ClientError

from tests.aws_account import Account, at, series, serving, world_of

ORDERS = [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}]
WORLD = world_of(
    {
        "cloudwatch/alarms.json": {
            "MetricAlarms": [
                {
                    "AlarmName": "orders-db-connections",
                    "Namespace": "AWS/RDS",
                    "MetricName": "DatabaseConnections",
                    "Dimensions": ORDERS,
                    "Statistic": "Average",
                    "Period": 60,
                    "EvaluationPeriods": 3,
                    "Threshold": 90,
                    "ComparisonOperator": "GreaterThanThreshold",
                    "StateValue": "ALARM",
                    "StateUpdatedTimestamp": at(-5),
                },
                *({"AlarmName": f"quiet-{number:02}", "StateValue": "OK"} for number in range(60)),
            ],
        },
        "cloudwatch/metrics.json": {
            "MetricDataResults": [
                series("DatabaseConnections", [20, 21, 22, 20] * 5 + [95] * 10, Namespace="AWS/RDS", Dimensions=ORDERS),
            ]
        },
        "logs/shop/checkout.log": "2026-03-02T13:58:00Z INFO started\n2026-03-02T13:59:00Z ERROR no connection\n",
        "rds/db_instances.json": {
            "DBInstances": [
                {"DBInstanceIdentifier": "orders-db", "DBInstanceClass": "db.t3.medium", "Engine": "postgres"}
            ]
        },
        "rds/events.json": {
            "Events": [{"SourceIdentifier": "orders-db", "Message": "Too many connections", "Date": at(-4)}]
        },
        "pi/load.json": {
            "MetricList": [
                {
                    "Key": {"Metric": "db.load.avg"},
                    "DataPoints": [{"Timestamp": at(-2), "Value": 4.0}, {"Timestamp": at(-1), "Value": 6.0}],
                },
                {
                    "Key": {"Metric": "db.load.avg", "Dimensions": {"db.wait_event.name": "Client:ClientRead"}},
                    "DataPoints": [{"Timestamp": at(-2), "Value": 3.0}],
                },
            ]
        },
    }
)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """Serve the world of this file."""
    with serving(WORLD) as served:
        yield served


def test_alarms_page(account: Account) -> None:
    """A paginator walks all alarms, a page at a time."""
    pages = list(account.client("cloudwatch").get_paginator("describe_alarms").paginate())

    assert [len(page["MetricAlarms"]) for page in pages] == [50, 11]


def test_alarms_filter_by_state(account: Account) -> None:
    """DescribeAlarms returns only alarms in the state asked for."""
    found = account.client("cloudwatch").describe_alarms(StateValue="ALARM")

    assert [alarm["AlarmName"] for alarm in found["MetricAlarms"]] == ["orders-db-connections"]


def test_times_are_shifted(account: Account) -> None:
    """What the world says happened five minutes before its now happened five minutes before it was read."""
    alarm = account.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"][0]

    before = WORLD.begins - alarm["StateUpdatedTimestamp"]
    assert timedelta(minutes=4.9) < before < timedelta(minutes=5.1)


def test_an_untold_alarm_has_a_history(account: Account) -> None:
    """An alarm that fires changed its state once, even where the world tells no history."""
    found = account.client("cloudwatch").describe_alarm_history(AlarmName="orders-db-connections")

    assert [item["HistorySummary"] for item in found["AlarmHistoryItems"]] == ["Alarm updated from OK to ALARM"]


@pytest.mark.parametrize(("stat", "value"), [("Average", 95), ("Maximum", 95), ("p50", 95), ("SampleCount", 1)])
def test_metric_data(account: Account, stat: str, value: float) -> None:
    """GetMetricData computes any statistic of raw samples, percentiles included."""
    now = datetime.now(UTC)
    metric = {"Namespace": "AWS/RDS", "MetricName": "DatabaseConnections", "Dimensions": ORDERS}
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}

    found = account.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=now - timedelta(minutes=10), EndTime=now
    )

    assert found["MetricDataResults"][0]["Values"][0] == value


def test_metric_data_newest_first(account: Account) -> None:
    """GetMetricData returns the newest point first unless asked otherwise."""
    now = datetime.now(UTC)
    metric = {"Namespace": "AWS/RDS", "MetricName": "DatabaseConnections", "Dimensions": ORDERS}
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}}

    times = account.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=now - timedelta(minutes=30), EndTime=now
    )["MetricDataResults"][0]["Timestamps"]

    assert len(times) >= 6
    assert times == sorted(times, reverse=True)


def test_metric_math_is_refused(account: Account) -> None:
    """An expression is an error, never an empty answer."""
    now = datetime.now(UTC)

    with pytest.raises(ClientError, match="metric math"):
        account.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "q", "Expression": "m1/2"}], StartTime=now - timedelta(hours=1), EndTime=now
        )


def test_metric_statistics(account: Account) -> None:
    """GetMetricStatistics returns all statistics of a period in one data point."""
    now = datetime.now(UTC)

    found = account.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="DatabaseConnections",
        Dimensions=ORDERS,
        StartTime=now - timedelta(minutes=29),
        EndTime=now,
        Period=3600,
        Statistics=["Minimum", "Maximum"],
    )["Datapoints"]

    assert (min(point["Minimum"] for point in found), max(point["Maximum"] for point in found)) == (20, 95)


def test_list_metrics(account: Account) -> None:
    """ListMetrics names the metrics that exist, by namespace."""
    client = account.client("cloudwatch")

    assert [each["MetricName"] for each in client.list_metrics(Namespace="AWS/RDS")["Metrics"]] == [
        "DatabaseConnections"
    ]
    assert client.list_metrics(Namespace="AWS/EC2")["Metrics"] == []


def test_logs(account: Account) -> None:
    """A log file is a log group named by its path; filter patterns find its lines."""
    client = account.client("logs")

    assert [group["logGroupName"] for group in client.describe_log_groups()["logGroups"]] == ["/shop/checkout"]
    events = client.filter_log_events(logGroupName="/shop/checkout", filterPattern="?ERROR ?FATAL")["events"]
    assert [event["message"].split(" ", 1)[1] for event in events] == ["ERROR no connection"]


def test_log_events_page_forward(account: Account) -> None:
    """GetLogEvents reads from the head, and its token goes on until it repeats."""
    client = account.client("logs")
    named = {"logGroupName": "/shop/checkout", "logStreamName": "checkout"}

    first = client.get_log_events(**named, startFromHead=True, limit=1)
    second = client.get_log_events(**named, nextToken=first["nextForwardToken"], limit=5)
    last = client.get_log_events(**named, nextToken=second["nextForwardToken"], limit=5)

    assert [len(each["events"]) for each in (first, second, last)] == [1, 1, 0]
    assert last["nextForwardToken"] == second["nextForwardToken"]


def test_logs_insights(account: Account) -> None:
    """A query started is a query answered, with statistics."""
    client = account.client("logs")
    now = int(datetime.now(UTC).timestamp())

    query = client.start_query(
        logGroupName="/shop/checkout",
        startTime=now - 3600,
        endTime=now,
        queryString="fields @timestamp, @message | filter @message like /ERROR/ | stats count(*) as errors",
    )
    found = client.get_query_results(queryId=query["queryId"])

    assert found["status"] == "Complete"
    assert found["results"] == [[{"field": "errors", "value": "1"}]]


def test_rds(account: Account) -> None:
    """RDS speaks the query protocol; instances and recent events come from the world."""
    client = account.client("rds")

    assert client.describe_db_instances()["DBInstances"][0]["Engine"] == "postgres"
    assert client.describe_events(SourceIdentifier="orders-db", SourceType="db-instance")["Events"][0]["Message"] == (
        "Too many connections"
    )


def test_no_such_instance(account: Account) -> None:
    """An instance that does not exist is the error AWS would answer."""
    client = account.client("rds")

    with pytest.raises(client.exceptions.DBInstanceNotFoundFault):
        client.describe_db_instances(DBInstanceIdentifier="nowhere")


def test_performance_insights(account: Account) -> None:
    """Load over time and by wait event come from the same series."""
    client = account.client("pi")
    resource = account.client("rds").describe_db_instances()["DBInstances"][0]["DbiResourceId"]
    now = datetime.now(UTC)
    span = {"ServiceType": "RDS", "Identifier": resource, "StartTime": now - timedelta(hours=1), "EndTime": now}

    waits = client.describe_dimension_keys(**span, Metric="db.load.avg", GroupBy={"Group": "db.wait_event"})
    load = client.get_resource_metrics(**span, MetricQueries=[{"Metric": "db.load.avg"}], PeriodInSeconds=60)

    assert waits["Keys"][0]["Dimensions"] == {"db.wait_event.name": "Client:ClientRead"}
    assert 6.0 in [point["Value"] for point in load["MetricList"][0]["DataPoints"]]


def test_who_am_i(account: Account) -> None:
    """STS says which account the world is."""
    assert account.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_bad_requests_are_refused(account: Account) -> None:
    """Parameters that break the service's model are an error, even from a client that does not check."""
    client = account.client("cloudwatch", parameter_validation=False)

    with pytest.raises(ClientError, match="ValidationError"):
        client.get_metric_data(MetricDataQueries=[], StartTime=datetime.now(UTC))


def test_what_is_not_served_is_an_error(account: Account) -> None:
    """An operation that nobody can answer is refused, not answered with nothing."""
    with pytest.raises(ClientError, match="UnknownOperation"):
        account.client("pi").list_available_resource_metrics(ServiceType="RDS", Identifier="x", MetricTypes=["db"])


def test_moto_answers_the_rest(account: Account) -> None:
    """Services that the world does not describe are moto's."""
    client = account.client("sqs")

    client.create_queue(QueueName="orders")

    assert client.list_queues()["QueueUrls"][0].endswith("/orders")


def test_cbor_is_spoken(account: Account) -> None:
    """A client that chose CBOR is answered in CBOR."""
    answer = requests.post(
        f"{account.url}/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
        data=cbor2.dumps({"StateValue": "ALARM"}),
        headers={
            "smithy-protocol": "rpc-v2-cbor",
            "Content-Type": "application/cbor",
            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260302/us-east-1/monitoring/aws4_request, Signature=b",
        },
        timeout=60,
    )

    found: dict[str, Any] = cbor2.loads(answer.content)
    assert found["MetricAlarms"][0]["Threshold"] == 90.0


def test_unsigned_requests_are_refused(account: Account) -> None:
    """Nobody gets in without credentials."""
    assert requests.get(account.url, timeout=60).status_code == 403


def test_calls_are_logged(account: Account) -> None:
    """The account keeps what was asked of it."""
    account.client("rds").describe_db_clusters()

    assert ("rds", "DescribeDBClusters") in {(call.service, call.operation) for call in account.cloud.calls}


def test_time_heals() -> None:
    """Once the cluster is well, the metric returns to its level and the alarm goes OK with a history item."""
    with serving(WORLD) as account:
        account.cluster.well_since = account.clock.now()
        account.clock.forward(timedelta(minutes=10))
        client, now = account.client("cloudwatch"), account.clock.now()

        points = client.get_metric_statistics(
            Namespace="AWS/RDS",
            MetricName="DatabaseConnections",
            Dimensions=ORDERS,
            StartTime=now - timedelta(minutes=3),
            EndTime=now,
            Period=60,
            Statistics=["Average"],
        )["Datapoints"]
        history = client.describe_alarm_history(AlarmName="orders-db-connections")["AlarmHistoryItems"]
        state = client.describe_alarms(AlarmNames=["orders-db-connections"])["MetricAlarms"][0]["StateValue"]

    assert max(point["Average"] for point in points) < 25
    assert history[0]["HistorySummary"] == "Alarm updated from ALARM to OK"
    assert state == "OK"


def test_trouble_goes_on() -> None:
    """Until something is done, an alarm keeps its reason."""
    with serving(WORLD) as account:
        account.clock.forward(timedelta(minutes=10))
        now = account.clock.now()

        points = account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/RDS",
            MetricName="DatabaseConnections",
            Dimensions=ORDERS,
            StartTime=now - timedelta(minutes=3),
            EndTime=now,
            Period=60,
            Statistics=["Average"],
        )["Datapoints"]

    assert min(point["Average"] for point in points) == 95


@pytest.mark.skipif(shutil.which("aws") is None, reason="the AWS CLI is not installed")
def test_the_aws_cli_is_content(account: Account) -> None:
    """AWS's own command line takes the account for real."""
    environment = {
        **os.environ,  # noqa: TID251 - the CLI is another program, which needs its path and home
        "AWS_ENDPOINT_URL": account.url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = ["aws", "cloudwatch", "describe-alarms", "--state-value", "ALARM", "--query", "MetricAlarms[].AlarmName"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, json.loads(done.stdout or "null")) == (0, ["orders-db-connections"]), done.stderr

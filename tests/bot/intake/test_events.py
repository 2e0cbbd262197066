"""Events of AWS and of others, in the shapes their documentation gives: what they say, and whether it matters."""

from typing import Any

import pytest

from bot.intake.reading import read
from bot.intake.record import Received

AT = "2026-03-01T10:00:00Z"


def an_event(source: str, kind: str, detail: dict[str, Any], *resources: str) -> Received:
    """Return what is read of an EventBridge event."""
    body = {"detail-type": kind, "source": source, "time": AT, "id": "e1", "resources": [*resources], "detail": detail}
    [found] = read("", body)
    return found


@pytest.mark.parametrize(
    ("code", "status", "severity"),
    [
        ("EssentialContainerExited", "STOPPED", ""),
        ("TaskFailedToStart", "STOPPED", ""),
        ("ServiceSchedulerInitiated", "STOPPED", "P4"),
        ("UserInitiated", "STOPPED", "P4"),
        ("", "RUNNING", "P4"),
    ],
)
def test_tasks_that_were_meant_to_stop_are_only_news(code: str, status: str, severity: str) -> None:
    """A deployment stops tasks all the time; one that ended by itself is somebody's trouble, by its service."""
    task = {"group": "service:checkout", "lastStatus": status} | ({"stopCode": code} if code else {})

    found = an_event("aws.ecs", "ECS Task State Change", task, "arn:aws:ecs:us-east-1:1:task/prod/abc").alert

    assert (found.severity, found.service, found.state) == (severity, "checkout", "firing")


@pytest.mark.parametrize(("state", "over"), [("FAILED", "firing"), ("COMPLETED", "resolved"), ("ABORTED", "firing")])
def test_work_that_succeeded_is_over(state: str, over: str) -> None:
    """The job that failed yesterday and succeeds today is one trouble, which is over."""
    job = {"state": state, "resourceArn": "arn:aws:rds:us-east-1:1:db:orders-db"}

    found = an_event("aws.backup", "Backup Job State Change", job)

    assert found.alert.state == over
    assert found.key == an_event("aws.backup", "Backup Job State Change", job | {"state": "FAILED"}).key


def test_a_service_that_cannot_start_tasks_is_named() -> None:
    """ECS says how bad by its event type, and which service by its ARN."""
    detail = {"eventType": "ERROR", "eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": "circuit breaker"}

    found = an_event("aws.ecs", "ECS Deployment State Change", detail, "arn:aws:ecs:us-east-1:1:service/prod/checkout")

    assert (found.alert.severity, found.alert.service) == ("P2", "checkout")


def test_findings_are_told_by_their_titles() -> None:
    """Inspector and Macie say what it is, how bad and about what; a closed finding is over."""
    flaw = {"title": "CVE-2026-1 - openssl", "severity": "CRITICAL", "status": "ACTIVE", "findingArn": "arn:f1"}
    data = {
        "title": "Personal data",
        "severity": {"description": "High"},
        "resourcesAffected": {"s3Bucket": {"name": "b"}},
    }

    found = [
        an_event("aws.inspector2", "Inspector2 Finding", flaw, "i-0ab").alert,
        an_event("aws.inspector2", "Inspector2 Finding", flaw | {"status": "CLOSED"}, "i-0ab").alert,
        an_event("aws.macie", "Macie Finding", data).alert,
    ]

    assert [(one.name, one.severity, one.state, one.resource) for one in found] == [
        ("CVE-2026-1 - openssl", "P1", "firing", "i-0ab"),
        ("CVE-2026-1 - openssl", "P1", "resolved", "i-0ab"),
        ("Personal data", "P2", "firing", "b"),
    ]


def test_an_alarm_over_several_metrics_has_a_resource() -> None:
    """The first metric with dimensions tells it, in the alarm of SNS and in that of EventBridge."""
    metric = {"MetricStat": {"Metric": {"Dimensions": [{"name": "FunctionName", "value": "fn-a"}]}}}
    sns = {"AlarmName": "errors", "NewStateValue": "ALARM", "Trigger": {"Metrics": [{"Expression": "m1/m2"}, metric]}}
    measured = {"metricStat": {"metric": {"dimensions": {"FunctionName": "fn-a"}}}}
    detail = {"alarmName": "errors", "state": {"value": "ALARM"}, "configuration": {"metrics": [{"id": "e"}, measured]}}

    found = [*read("", sns), an_event("aws.cloudwatch", "CloudWatch Alarm State Change", detail)]

    assert [one.alert.resource for one in found] == ["fn-a", "fn-a"]


def test_a_note_on_an_incident_of_pagerduty_is_no_other_incident() -> None:
    """All that is said of one incident has its id for a key."""
    opened = {
        "event_type": "incident.triggered",
        "data": {"id": "P1", "type": "incident", "incident_key": "k", "title": "disk"},
    }
    note = {"event_type": "incident.annotated", "data": {"id": "N1", "incident": {"id": "P1", "summary": "disk"}}}

    keys = {one.key for event in (opened, note) for one in read("pagerduty", {"event": event})}

    assert len(keys) == 1


def test_datadog_says_what_it_is_about_in_its_title() -> None:
    """Its default webhook has no other field for the host."""
    [found] = read("datadog", {"title": "[Triggered on {env:prod,host:web-1}] CPU is high", "date": "1709287200000"})

    assert (found.alert.name, found.alert.resource) == ("CPU is high", "web-1")

"""Events of AWS and of others, in the shapes their documentation gives: what they say, and whether it matters."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_threat_is_one_by_whichever_way_it_comes() -> None:
    """What GuardDuty saw is no posture when Security Hub passes it on, and by both ways it is one trouble."""
    arn = "arn:aws:guardduty:us-east-1:1:detector/d/finding/f"
    told = {"Id": arn, "Title": "Bitcoin", "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty"}
    posture = {**told, "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub"}

    by_hub = an_event("aws.securityhub", "Security Hub Findings - Imported", {"findings": [told]})
    itself = an_event("aws.guardduty", "GuardDuty Finding", {"title": "Bitcoin", "arn": arn, "severity": 8})
    other = an_event("aws.securityhub", "Security Hub Findings - Imported", {"findings": [posture]})

    assert (by_hub.alert.source, by_hub.key) == (itself.alert.source, itself.key)
    assert other.alert.source == "securityhub"


def test_the_newer_security_hub_is_read_too() -> None:
    """It speaks OCSF: other fields, the same meaning."""
    told: dict[str, Any] = {"finding_info": {"title": "Public bucket", "uid": "f-1"}, "severity": "Critical"}
    told |= {"resources": [{"uid": "arn:aws:s3:::acme"}], "compliance": {"status": "Fail"}}

    found = [
        an_event("aws.securityhub", "Findings Imported V2", {"findings": [one]}).alert
        for one in (told, told | {"status": "Suppressed"}, told | {"compliance": {"status": "Pass"}})
    ]

    assert {(one.name, one.severity, one.resource) for one in found} == {("Public bucket", "P1", "arn:aws:s3:::acme")}
    assert [one.state for one in found] == ["firing", "resolved", "resolved"]


def test_a_cost_anomaly_is_one_by_whichever_way_it_comes() -> None:
    """SNS carries what EventBridge has as its detail, and a link with it."""
    detail = {"anomalyId": "a-1", "impact": {"totalImpact": 120}, "rootCauses": [{"service": "Amazon EC2"}]}
    sent = {"Type": "Notification", "Message": json.dumps(detail | {"anomalyDetailsLink": "https://console.aws/x"})}

    [by_sns] = read("sns", sent)
    by_event = an_event("aws.ce", "Anomaly Detected", detail)

    assert (by_sns.alert.source, by_sns.alert.name) == ("cost-anomaly", "Cost anomaly: Amazon EC2")
    assert (by_sns.key, by_sns.alert.link) == (by_event.key, "https://console.aws/x")


def test_what_aws_says_of_abuse_is_told_as_its_health_is() -> None:
    """The detail type has a word more."""
    detail = {"eventTypeCode": "AWS_ABUSE_DOS_REPORT", "eventTypeCategory": "issue", "service": "ABUSE"}

    found = an_event("aws.health", "AWS Health Abuse Event", detail).alert

    assert (found.name, found.severity) == ("AWS_ABUSE_DOS_REPORT", "P2")


@given(
    st.sampled_from(["GuardDuty Finding", "Anomaly Detected", "AWS Health Event", "Findings Imported V2", "Other"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda some: (
            st.lists(some, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["findings", "finding_info", "severity", "service", "resource", "rootCauses", "impact", "anomalyId"]
                ),
                some,
                max_size=4,
            )
        ),
        max_leaves=8,
    ),
)
def test_no_event_is_an_error(kind: str, detail: object) -> None:
    """Whatever is where a field should be: as an event, and as the message of a topic."""
    body = {"detail-type": kind, "source": "aws.x", "time": AT, "detail": detail}

    for payload in (body, {"Type": "Notification", "Message": detail}, detail):
        for one in read("", payload):
            assert one.alert.name
            assert one.key


def test_a_note_on_an_incident_opens_nothing_again() -> None:
    """PagerDuty says of an incident that is over that somebody wrote something: news, whatever else it says."""
    note = {"event_type": "incident.annotated", "data": {"id": "N1", "incident": {"id": "P1", "summary": "disk"}}}

    [found] = read("pagerduty", {"event": note})

    assert found.alert.severity == "P4"


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

"""Payloads of many sources become alerts, and none becomes an error."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.reading import MOST, detected, parsed, read
from bot.intake.record import LONGEST
from bot.intake.sources import SOURCES

ALERTMANAGER: dict[str, Any] = {
    "receiver": "infra",
    "status": "firing",
    "commonLabels": {"alertname": "HighErrorRate", "severity": "critical"},
    "externalURL": "https://alertmanager.example",
    "groupKey": "{}:{}",
    "alerts": [
        {
            "status": "firing",
            "labels": {"service": "checkout", "pod": "checkout-1"},
            "annotations": {"summary": "5 % of requests fail"},
            "startsAt": "2026-05-04T14:05:00.123456789Z",
            "generatorURL": "https://prometheus.example/graph",
            "fingerprint": "a1",
        },
        {"status": "resolved", "labels": {"service": "checkout", "pod": "checkout-2"}, "fingerprint": "a2"},
    ],
}
GRAFANA_LEGACY: dict[str, Any] = {
    "title": "[Alerting] p99 latency",
    "ruleName": "p99 latency",
    "state": "alerting",
    "ruleId": 7,
    "ruleUrl": "https://grafana.example/d/1",
    "evalMatches": [{"metric": "checkout", "value": 9.1, "tags": {}}],
    "message": "slow",
}
DATADOG: dict[str, Any] = {
    "event_title": "[Triggered on {host:web-1}] Disk is nearly full",
    "alert_transition": "Triggered",
    "priority": "P2",
    "alert_scope": "host:web-1",
    "date": "1777903500000",
    "link": "https://app.datadoghq.com/event/1",
    "tags": "service:storefront,env:production",
    "monitor_id": 5,
}
PAGERDUTY: dict[str, Any] = {
    "event": {
        "id": "01E",
        "event_type": "incident.triggered",
        "occurred_at": "2026-05-04T14:05:00Z",
        "data": {
            "id": "PGR0VU2",
            "title": "orders-db has no connections left",
            "urgency": "high",
            "created_at": "2026-05-04T14:04:00Z",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "service": {"summary": "orders"},
        },
    }
}
OPSGENIE: dict[str, Any] = {
    "action": "Close",
    "alert": {
        "alertId": "70413a06",
        "message": "CPU of web-1",
        "priority": "P1",
        "entity": "web-1",
        "createdAt": 1777903500000,
    },
}
SENTRY: dict[str, Any] = {
    "action": "created",
    "installation": {"uuid": "a"},
    "data": {
        "issue": {
            "id": "1170820242",
            "title": "KeyError: 'PAYMENTS_API_URL'",
            "level": "fatal",
            "culprit": "checkout.pay",
            "firstSeen": "2026-05-04T14:05:00Z",
            "project": {"slug": "checkout"},
            "web_url": "https://sentry.example/issues/1",
        }
    },
}
ALARM: dict[str, Any] = {
    "AlarmName": "checkout-5xx",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-5xx",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed",
    "StateChangeTime": "2026-05-04T14:05:00.000+0000",
    "Trigger": {
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Namespace": "AWS/ApplicationELB",
        "Dimensions": [{"name": "LoadBalancer", "value": "app/shop/1"}],
    },
}
SNS: dict[str, Any] = {"Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:t", "Message": json.dumps(ALARM)}
QUEUED: dict[str, Any] = {"Records": [{"body": json.dumps(SNS)}]}
BRIDGE_ALARM: dict[str, Any] = {
    "detail-type": "CloudWatch Alarm State Change",
    "source": "aws.cloudwatch",
    "resources": ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-5xx"],
    "detail": {"alarmName": "checkout-5xx", "state": {"value": "OK", "timestamp": "2026-05-04T14:05:00.000+0000"}},
}
GUARDDUTY: dict[str, Any] = {
    "detail-type": "GuardDuty Finding",
    "detail": {
        "title": "Port scan",
        "severity": 5.3,
        "resource": {"instanceDetails": {"instanceId": "i-0123456789abcdef0"}},
    },
}
HUB: dict[str, Any] = {
    "detail-type": "Security Hub Findings - Imported",
    "detail": {
        "findings": [
            {"Id": "1", "Title": "S3.1", "Severity": {"Label": "CRITICAL"}, "Resources": [{"Id": "arn:aws:s3:::b"}]},
            {"Id": "2", "Title": "S3.2", "Severity": {"Label": "LOW"}, "Workflow": {"Status": "RESOLVED"}},
        ]
    },
}
LOGS: dict[str, Any] = {
    "awslogs": {
        "data": base64.b64encode(
            gzip.compress(json.dumps({"logGroup": "/shop/checkout", "subscriptionFilters": ["errors"]}).encode())
        ).decode()
    }
}
UNSEEN: dict[str, Any] = {
    "monitor": {"title": "Ping"},
    "new_state": "DOWN",
    "level": "WARN",
    "host": "edge-7",
    "time": 1777903500,
}
Said = tuple[str, str, str, str, str, str]


@pytest.mark.parametrize(
    ("source", "payload", "expected"),
    [
        ("alertmanager", ALERTMANAGER, ("alertmanager", "HighErrorRate", "P1", "firing", "checkout-1", "checkout")),
        ("", GRAFANA_LEGACY | {"orgId": 1}, ("unknown", "p99 latency", "", "firing", "", "")),
        ("grafana", GRAFANA_LEGACY, ("grafana", "p99 latency", "", "firing", "checkout", "")),
        ("datadog", DATADOG, ("datadog", "Disk is nearly full", "P2", "firing", "host:web-1", "storefront")),
        ("pagerduty", PAGERDUTY, ("pagerduty", "orders-db has no connections left", "P2", "firing", "", "orders")),
        ("opsgenie", OPSGENIE, ("opsgenie", "CPU of web-1", "P1", "resolved", "web-1", "")),
        ("sentry", SENTRY, ("sentry", "KeyError: 'PAYMENTS_API_URL'", "P1", "firing", "checkout.pay", "checkout")),
        ("cloudwatch", SNS, ("cloudwatch", "checkout-5xx", "", "firing", "app/shop/1", "")),
        ("sns", ALARM, ("cloudwatch", "checkout-5xx", "", "firing", "app/shop/1", "")),
        ("sqs", QUEUED, ("cloudwatch", "checkout-5xx", "", "firing", "app/shop/1", "")),
        ("eventbridge", BRIDGE_ALARM, ("cloudwatch", "checkout-5xx", "", "resolved", "", "")),
        ("eventbridge", GUARDDUTY, ("guardduty", "Port scan", "P3", "firing", "i-0123456789abcdef0", "")),
        ("eventbridge", HUB, ("securityhub", "S3.1", "P1", "firing", "arn:aws:s3:::b", "")),
        ("aws", LOGS, ("cloudwatch", "errors", "", "firing", "/shop/checkout", "")),
        ("homegrown", UNSEEN, ("homegrown", "Ping", "P3", "firing", "edge-7", "")),
        ("homegrown", "disk full on web-1", ("homegrown", "disk full on web-1", "", "firing", "", "")),
    ],
)  # fmt: skip
def test_a_documented_payload_says_what_it_says(source: str, payload: object, expected: Said) -> None:
    """Source, name, severity, state, resource and service are read from where each source writes them."""
    alert = read(source, payload)[0].alert

    assert (alert.source, alert.name, alert.severity, alert.state, alert.resource, alert.service) == expected


@pytest.mark.parametrize(
    "payload", [ALERTMANAGER, DATADOG, PAGERDUTY, OPSGENIE, SENTRY], ids=lambda one: str(next(iter(one)))
)
def test_a_time_is_read_in_every_spelling(payload: dict[str, Any]) -> None:
    """ISO with nanoseconds, milliseconds as text or number: all are the same afternoon."""
    at = read(detected(payload), payload)[0].alert.at

    assert at
    assert at.date().isoformat() == "2026-05-04"


def test_firing_and_resolved_are_the_same_alert() -> None:
    """The key survives the change of state, so that a recovery finds its incident."""
    opened, closed = (read("cloudwatch", ALARM | {"NewStateValue": state})[0] for state in ("ALARM", "OK"))

    assert opened.key == closed.key
    assert (opened.alert.state, closed.alert.state) == ("firing", "resolved")


def test_each_alert_of_a_group_is_told_apart() -> None:
    """Alertmanager sends several at once; each has its own key and state, and what is said of all."""
    first, second = read("alertmanager", ALERTMANAGER)

    assert first.key != second.key
    assert (second.alert.name, second.alert.state) == ("HighErrorRate", "resolved")


def test_the_words_of_an_alert_are_kept_for_the_run() -> None:
    """Name, description and facts stand in the text."""
    text = read("alertmanager", ALERTMANAGER)[0].text

    assert text.startswith("HighErrorRate\n5 % of requests fail")
    assert "labels.pod: checkout-1" in text


def test_sources_are_told_apart_by_their_marks() -> None:
    """A generic address takes any of them."""
    assert [detected(one) for one in (ALERTMANAGER, DATADOG, PAGERDUTY, OPSGENIE, SENTRY, {})] == [
        "alertmanager",
        "datadog",
        "pagerduty",
        "opsgenie",
        "sentry",
        "",
    ]


def test_what_cannot_be_parsed_at_all_is_said_to_be_so() -> None:
    """A hundred thousand brackets are nobody's alert."""
    with pytest.raises(ValueError, match="nested too deeply"):
        parsed("[" * 100_000)


_WORDS = """Records Sns Message Type AlarmName detail detail-type alerts labels findings status severity time name
Trigger awslogs data alarmData invokingEvent tags key value""".split()  # noqa: SIM905 - words
_known = st.sampled_from(_WORDS)
_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | _known, inner, max_size=5),
    max_leaves=25,
)


@given(source=st.sampled_from(["", *SOURCES, "aws", "else"]), payload=_json)
def test_no_shape_is_an_error(source: str, payload: object) -> None:
    """Whatever is sent is read, and every field has its form."""
    for one in read(source, payload)[:MOST]:
        assert one.alert.state in {"firing", "resolved"}
        assert one.alert.severity in {"", "P1", "P2", "P3", "P4"}
        assert len(one.text) <= LONGEST
        assert one.key

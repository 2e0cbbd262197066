"""Alert bots' messages become alerts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.record import LONGEST
from bot.intake.slack_alerts import read_alert
from tools.contract import JsonObject

CHATBOT: JsonObject = {
    "text": "",
    "attachments": [
        {
            "color": "#d13212",
            "fallback": "CloudWatch Alarm | checkout-5xx | us-east-1 | Account: 123456789012",
            "title": "CloudWatch Alarm | checkout-5xx | us-east-1 | Account: 123456789012",
            "title_link": "https://console.aws.amazon.com/cloudwatch/home#alarmsV2:alarm/checkout-5xx",
            "text": "Threshold Crossed: 3 datapoints were greater than the threshold (5.0).",
            "fields": [{"title": "State", "value": "ALARM"}, {"title": "Severity", "value": "P1"}],
            "ts": 1777903500,
        }
    ],
}
EMAIL_STYLE: JsonObject = {
    "text": 'ALARM: "orders-db-connections" in US East (N. Virginia)\n'
    "*Service:* orders\n*State change time:* 2026-05-04T14:05:00Z"
}
BACK_TO_OK: JsonObject = {"text": 'OK: "orders-db-connections" in US East (N. Virginia)'}
ALERTMANAGER: JsonObject = {
    "attachments": [
        {
            "color": "danger",
            "title": "[FIRING:2] HighErrorRate (checkout critical)",
            "title_link": "https://alertmanager.example/#/alerts",
            "text": "severity: critical\nservice: checkout\npod=checkout-7f9",
        }
    ]
}
RESOLVED: JsonObject = {"attachments": [{"color": "good", "title": "[RESOLVED] HighErrorRate (checkout critical)"}]}
DATADOG: JsonObject = {
    "attachments": [
        {
            "title": "Triggered: [P2] p99 latency of checkout is high",
            "text": "service:checkout env:production @pagerduty",
        }
    ]
}
BLOCKS: JsonObject = {
    "text": "",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "CloudWatch Alarm | checkout-latency | us-east-1"}},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "Service: checkout"}, {"type": "mrkdwn", "text": "State: ALARM"}],
        },
    ],
}


PAGER: JsonObject = {
    "username": "PagerDuty",
    "attachments": [
        {
            "text": "*Triggered <https://acme.pagerduty.com/incidents/Q1|#12>: Disk is full*\n*Service:* orders\n"
            "*Urgency:* High"
        }
    ],
}
OPSGENIE: JsonObject = {
    "bot_profile": {"name": "Opsgenie"},
    "text": "New alert: <https://app.opsgenie.com/alert/1|#20>: Queue is stuck",
    "attachments": [{"fields": [{"title": "Priority", "value": "P2"}]}],
}
SENTRY: JsonObject = {
    "attachments": [
        {
            "color": "E03E2F",
            "blocks": [
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": ":red_circle: <https://acme.sentry.io/1|*TypeError*>"},
                }
            ],
        }
    ],
}
GRAFANA: JsonObject = {
    "attachments": [
        {
            "title": "[FIRING:1] HighCPU (host-1)",
            "text": "Labels:\n - alertname = HighCPU\n - service = search\n - severity = critical\n",
            "footer": "Grafana v10.2",
        }
    ]
}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (CHATBOT, ("cloudwatch", "checkout-5xx", "firing", "P1", "")),
        (EMAIL_STYLE, ("cloudwatch", "orders-db-connections", "firing", "", "orders")),
        ({"text": "ALARM: checkout-5xx"}, ("cloudwatch", "checkout-5xx", "firing", "", "")),
        (PAGER, ("pagerduty", "Disk is full", "firing", "P2", "orders")),
        (OPSGENIE, ("opsgenie", "Queue is stuck", "firing", "P2", "")),
        (SENTRY, ("sentry", "TypeError", "firing", "", "")),
        (GRAFANA, ("grafana", "HighCPU", "firing", "P1", "search")),
        (BACK_TO_OK, ("cloudwatch", "orders-db-connections", "resolved", "", "")),
        (ALERTMANAGER, ("alertmanager", "HighErrorRate", "firing", "P1", "checkout")),
        (RESOLVED, ("alertmanager", "HighErrorRate", "resolved", "", "")),
        (DATADOG, ("datadog", "[P2] p99 latency of checkout is high", "firing", "P2", "checkout")),
        (BLOCKS, ("cloudwatch", "checkout-latency", "firing", "", "checkout")),
        ({"text": "disk is full on web-1"}, ("unknown", "disk is full on web-1", "firing", "", "")),
        ({}, ("unknown", "", "firing", "", "")),
    ],
)
def test_known_shapes_are_read(message: dict[str, object], expected: tuple[str, ...]) -> None:
    """What CloudWatch, Alertmanager, Datadog and others post is told apart, with name, state, severity and service."""
    alert, _ = read_alert(message)

    assert (alert.source, alert.name, alert.state, alert.severity, alert.service) == expected


def test_time_and_link_are_read() -> None:
    """When it happened, and where to read more."""
    chatbot, _ = read_alert(CHATBOT)
    email, _ = read_alert(EMAIL_STYLE)

    assert chatbot.at == datetime.fromtimestamp(1777903500, UTC)
    assert chatbot.link.startswith("https://console.aws.amazon.com/")
    assert email.at == datetime(2026, 5, 4, 14, 5, tzinfo=UTC)


def test_the_words_are_kept_once() -> None:
    """The ask's text is all that was said, each line once."""
    _, text = read_alert(CHATBOT)

    assert "Threshold Crossed: 3 datapoints" in text
    assert text.count("checkout-5xx") == 1


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "fields", "title", "value", "ts", "color", "elements", "type", "title_link", "blocks"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(message=st.fixed_dictionaries({}, optional={"text": JSON, "attachments": JSON, "blocks": JSON}))
def test_any_message_is_an_alert(message: dict[str, object]) -> None:
    """Whatever a bot posts, reading it does not raise and is bounded."""
    alert, text = read_alert(message)

    assert alert.state in {"firing", "resolved"}
    assert len(text) <= LONGEST
    assert len(alert.name) <= 200

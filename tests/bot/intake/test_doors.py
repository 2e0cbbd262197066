"""Only who has the secret, or signs with it, hands in alerts."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.doors import refused, secrets_of

SECRET = "correct horse"
SECRETS = {"grafana": SECRET, "pagerduty": SECRET, "alertmanager": SECRET}
BODY = b'{"a": 1}'


def digest(body: bytes, algorithm: str = "sha256") -> str:
    """Sign as sources do."""
    return hmac.new(SECRET.encode(), body, algorithm).hexdigest()


@pytest.mark.parametrize(
    ("source", "headers", "token"),
    [
        ("alertmanager", {"authorization": f"Bearer {SECRET}"}, ""),
        ("alertmanager", {"Authorization": "Basic " + base64.b64encode(f"infra:{SECRET}".encode()).decode()}, ""),
        ("alertmanager", {"X-Api-Key": SECRET}, ""),
        ("alertmanager", {}, SECRET),
        ("pagerduty", {"X-PagerDuty-Signature": f"v1=00,v1={digest(BODY)}"}, ""),
        ("grafana", {"x-grafana-alerting-signature": digest(BODY)}, ""),
        (
            "grafana",
            {"X-Grafana-Alerting-Signature": digest(b"17:" + BODY), "X-Grafana-Alerting-Timestamp": "17"},
            "",
        ),
    ],
)
def test_who_has_the_secret_is_let_in(source: str, headers: dict[str, str], token: str) -> None:
    """In a header, in the address, or as a signature."""
    assert refused(source, SECRETS, headers, token, BODY) == ""


@pytest.mark.parametrize(
    ("source", "headers", "token", "why"),
    [
        ("alertmanager", {}, "", "Not let in"),
        ("alertmanager", {"Authorization": "Basic !!!"}, "", "Not let in"),
        ("alertmanager", {"X-Api-Key": SECRET[:-1]}, "x", "Not let in"),
        ("pagerduty", {"X-PagerDuty-Signature": f"v1={digest(b'other')}"}, "", "does not fit"),
        ("pagerduty", {"X-PagerDuty-Signature": digest(BODY)}, "", "does not fit"),
        ("datadog", {"X-Api-Key": SECRET}, "", "There is no secret for datadog"),
    ],
)
def test_everybody_else_is_told_why_not(source: str, headers: dict[str, str], token: str, why: str) -> None:
    """Without a secret in the settings, nobody is let in."""
    assert why in refused(source, SECRETS, headers, token, BODY)


@given(body=st.binary(max_size=40), other=st.binary(max_size=40))
def test_a_signature_is_good_for_its_bytes_only(body: bytes, other: bytes) -> None:
    """One byte more, and it is not."""
    headers = {"X-PagerDuty-Signature": f"v1={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"}

    assert (refused("pagerduty", SECRETS, headers, "", other) == "") == (body == other)


def test_secrets_are_written_source_by_source() -> None:
    """A star is for the others; a short one is refused."""
    assert secrets_of("grafana=abcdefgh=, *=12345678") == {"grafana": "abcdefgh=", "*": "12345678"}
    with pytest.raises(ValueError, match="at least 8 characters"):
        secrets_of("grafana=short")

"""Redaction: secrets do not pass, ordinary log lines do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.redact import redact

SECRETS = {
    "AWS key id": "AKIAIOSFODNN7EXAMPLE",
    "AWS secret": "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "database URL": "postgres://shop:hunter2hunter2@orders-db:5432/orders",
    "GitHub": "ghp_" + "a1B2" * 9,
    "Slack": "xoxb" + "-123456789012-abcdefGHIJKL",
    "bearer": "Authorization: Bearer abcdefghijkl.mnopqrstuv",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
    "JSON": '{"db_password": "correct horse battery"}',
    "cookie": "Cookie: session=0123456789abcdef; theme=dark",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----",
}
HIDDEN = {
    "AWS key id": "IOSFODNN7",
    "AWS secret": "wJalrXUtn",
    "database URL": "hunter2",
    "GitHub": "a1B2a1B2",
    "Slack": "abcdefGHIJKL",
    "bearer": "mnopqrstuv",
    "JWT": "eyJzdWIi",
    "JSON": "battery",
    "cookie": "0123456789abcdef",
    "private key": "MIIEow",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_masked_and_counted(kind: str) -> None:
    """What must be hidden is gone, and the reader is told that something was masked."""
    redacted = redact(f"2026-01-02T12:00:00Z ERROR connect failed {SECRETS[kind]} retrying")

    assert HIDDEN[kind] not in redacted.text
    assert "[masked: " in redacted.text
    assert redacted.masked >= 1


@pytest.mark.parametrize(
    "line",
    [
        "KeyError: 'PAYMENTS_API_KEY'",
        'secret "checkout-config" not found',
        "GET /token 200 12ms",
        "Back-off restarting failed container checkout in pod checkout-7f9dd8b6c4-liv1k",
        "password authentication failed for user",
        "image registry.example.com/checkout:2.14.0@sha256:0123456789abcdef",
    ],
)
def test_an_ordinary_line_is_left_alone(line: str) -> None:
    """Evidence survives redaction."""
    assert redact(line).text == line


@given(st.text(), st.sampled_from(sorted(SECRETS)))
def test_redacting_twice_changes_nothing(text: str, kind: str) -> None:
    """The masked text has nothing left to mask."""
    once = redact(f"{text} {SECRETS[kind]}")

    assert redact(once.text).text == once.text

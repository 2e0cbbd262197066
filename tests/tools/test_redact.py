"""Redaction: secrets do not pass, ordinary log lines do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import HERE
from tools import redact as redaction
from tools.redact import WITHHELD, read_patterns, redact
from tools.secret_shapes import OwnShape

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
    "cookie in JSON": '{"set-cookie": "session=0123456789abcdef"}',
    "flag": "mysql --user shop --password Sup3rS3cret9 orders",
    "GitLab": "glpat-" + "x9Y8" * 5,
    "Stripe": "rk_live_" + "0aB1" * 6,
    "Vault": "hvs." + "CAES" * 8,
    "webhook": "https://hooks.slack.com/services/T00000000/B00000000/" + "XXXX" * 6,
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
    "cookie in JSON": "0123456789abcdef",
    "flag": "Sup3rS3cret9",
    "GitLab": "x9Y8x9Y8",
    "Stripe": "0aB10aB1",
    "Vault": "CAESCAES",
    "webhook": "XXXXXXXX",
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
        "no cookie: the session is new",
        "the cookie jar is empty",
        "next --token is missing",
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


def test_an_organizations_own_patterns_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What config/redaction.toml names is masked like the kinds we know."""
    file = tmp_path / "redaction.toml"
    file.write_text("[[pattern]]\nname = \"customer number\"\nregex = 'CUST-[0-9]{8}'\n", "utf-8")
    ours = read_patterns(file)
    monkeypatch.setattr(redaction, "_ours", lambda: ours)

    redacted = redact("order of CUST-00112233 failed")

    assert redacted == redaction.Redacted("order of [masked: customer number] failed", 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[pattern]]\nname = 'x'\nregex = '('", "no regular expression"),
        ("[[pattern]]\nname = 'x'\nregex = 'a*'", "more exact"),
        ("[[pattern]]\nname = 'x'\nregex = '(a+)+$'", "takes too long"),
        ("[[pattern]]\nname = 'x'", "regex"),
        ("[[pattern", "redaction.toml"),
    ],
)
def test_a_broken_pattern_is_named(tmp_path: Path, text: str, told: str) -> None:
    """The product does not start with patterns that cannot work."""
    file = tmp_path / "redaction.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=told):
        read_patterns(file)


def test_a_pattern_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the text is shown, and nobody waits."""
    monkeypatch.setattr(redaction, "_ours", lambda: (OwnShape("x", "(x+x+)+y"),))

    redacted = redact("x" * 5000)

    assert redacted == redaction.Redacted(WITHHELD, 1)


def test_a_net_that_is_broken_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redaction fails closed: without its patterns the whole text is withheld."""

    def broken() -> tuple[()]:
        raise ValueError("config/redaction.toml: broken")

    monkeypatch.setattr(redaction, "_ours", broken)

    assert redact("nothing secret") == redaction.Redacted(WITHHELD, 1)


def test_the_file_in_the_repository_is_valid() -> None:
    """The documented example does not stop a start."""
    assert read_patterns(HERE / "redaction.toml") == ()

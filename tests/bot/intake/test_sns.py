"""What SNS signed is believed, and nothing else; subscriptions are confirmed at AWS's own hosts only."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.intake.sns import Signatures, canonical, genuine_host

NOW = datetime(2026, 5, 4, 14, 5, tzinfo=UTC)
CERTIFICATE_URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(NOW - timedelta(days=1))
    .not_valid_after(NOW + timedelta(days=1))
    .sign(KEY, SHA256())
    .public_bytes(Encoding.PEM)
)


def signed(version: str = "2", **changed: Any) -> dict[str, Any]:
    """Return a message as SNS sends it, changed after it was signed."""
    message = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:alarms",
        "Subject": "ALARM",
        "Message": "checkout-5xx",
        "Timestamp": NOW.isoformat(),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
    }
    made = KEY.sign(canonical(message), padding.PKCS1v15(), SHA1() if version == "1" else SHA256())  # noqa: S303 - SNS's version 1
    return message | {"Signature": base64.b64encode(made).decode()} | changed


@pytest.fixture
def signatures() -> Signatures:
    """Return a check that finds the certificate without the network."""

    async def fetch(url: str) -> bytes:
        if url != CERTIFICATE_URL:
            raise OSError(url)
        return CERTIFICATE

    return Signatures(fetch)


@pytest.mark.parametrize("version", ["1", "2"])
async def test_what_sns_signed_is_believed(signatures: Signatures, version: str) -> None:
    """By either version of its signature."""
    assert await signatures.refused(signed(version), NOW) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": "orders-db"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": "1"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.example/a.pem"},
        {"SigningCertURL": "https://evil.example/sns.us-east-1.amazonaws.com.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com/other.pem"},
        {"Timestamp": (NOW - timedelta(days=2)).isoformat()},
        {"Timestamp": None},
    ],
)
async def test_anything_else_is_not(signatures: Signatures, changed: dict[str, Any]) -> None:
    """One field changed, a certificate from elsewhere, or an old message."""
    assert await signatures.refused(signed(**changed), NOW)


async def test_a_certificate_has_its_time(signatures: Signatures) -> None:
    """After it ended, what it signed is not believed."""
    later = NOW + timedelta(days=2)

    assert await signatures.refused(signed(Timestamp=later.isoformat()), later)


@pytest.mark.parametrize(
    ("url", "confirmed"),
    [
        ("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=1", True),
        ("https://sns.us-east-1.amazonaws.com/?Action=DeleteTopic", False),
        ("https://169.254.169.254/?Action=ConfirmSubscription", False),
        ("http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription", False),
    ],
)
async def test_subscriptions_are_confirmed_at_aws_only(url: str, confirmed: bool) -> None:  # noqa: FBT001 - a table's column
    """No other address is ever fetched."""
    fetched: list[str] = []

    async def fetch(address: str) -> bytes:
        fetched.append(address)
        return b"<ok/>"

    assert await Signatures(fetch).confirm({"SubscribeURL": url}) is confirmed
    assert fetched == ([url] if confirmed else [])


def test_no_host_passes_in_disguise() -> None:
    """Users, ports and look-alikes in the address do not fool the check."""
    good = ["https://sns.eu-west-1.amazonaws.com/a.pem", "https://sns.us-gov-west-1.amazonaws.com:443/a.pem"]
    bad = [
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://snsxeu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com\\.evil.example/a.pem",
        "https://[::1/a.pem",
        "",
    ]

    assert all(map(genuine_host, good))
    assert not any(map(genuine_host, bad))

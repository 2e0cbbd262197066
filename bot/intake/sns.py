"""SNS over HTTP: whether AWS signed a message, and the address that confirms a subscription."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from bot.intake.meaning import moment
from bot.intake.paths import said

Fetch = Callable[[str], Awaitable[bytes]]
TYPES = frozenset({"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"})
OLDEST = timedelta(days=1)
"""A signed message that is older is not taken; deliveries are told apart for longer than that."""
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")
_NOTIFIED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SUBSCRIBED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
MOST_CERTIFICATES = 16


class Signatures:
    """Checks SNS's signatures; certificates are fetched once, from AWS's own hosts only."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._certificates: dict[str, bytes] = {}

    async def refused(self, message: Mapping[str, object], now: datetime) -> str:
        """Return why AWS did not sign this message, in a sentence; empty if it did.

        See https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
        """
        url = said(message.get("SigningCertURL"))
        if not genuine_host(url) or not urlsplit(url).path.endswith(".pem"):
            return "The signing certificate is not on a host of SNS."
        at = moment(message.get("Timestamp"))
        if at is None or abs(now - at) > OLDEST:
            return "The message is too old, or has no time; SNS signs when it sends."
        try:
            certificate = self._certificates.get(url) or await self._fetch(url)
        except (OSError, TimeoutError):
            return "The signing certificate could not be fetched; send it again."
        if not signed(message, certificate, now):
            return "SNS did not sign this message."
        if len(self._certificates) < MOST_CERTIFICATES:
            self._certificates[url] = certificate
        return ""

    async def confirm(self, message: Mapping[str, object]) -> bool:
        """Confirm a subscription; False if its address is not AWS's own, or cannot be reached."""
        url = said(message.get("SubscribeURL"))
        if not genuine_host(url) or parse_qs(urlsplit(url).query).get("Action") != ["ConfirmSubscription"]:
            return False
        try:
            await self._fetch(url)
        except (OSError, TimeoutError):
            return False
        return True


def genuine_host(url: str) -> bool:
    """Tell whether an address is SNS's own, over TLS, on the usual port, and nothing else in disguise."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and parts.username is None and port in (None, 443)
    return plain and bool(_HOST.fullmatch(parts.hostname or ""))


def canonical(message: Mapping[str, object]) -> bytes:
    """Return the bytes that SNS signs: names and values of the fields of this type, a line each."""
    names = _NOTIFIED if message.get("Type") == "Notification" else _SUBSCRIBED
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None).encode()


def signed(message: Mapping[str, object], certificate: bytes, now: datetime) -> bool:
    """Tell whether the key of a certificate, valid now, signed the message, by version 1 (SHA-1) or 2 (SHA-256)."""
    from cryptography import x509  # noqa: PLC0415 - heavy, and only those who use SNS need it
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256  # noqa: PLC0415 - see above

    version = {"1": SHA1, "2": SHA256}.get(str(message.get("SignatureVersion")))
    try:
        loaded = x509.load_pem_x509_certificate(certificate)
        signature = base64.b64decode(str(message.get("Signature")), validate=True)
        key = loaded.public_key()
        if version is None or not isinstance(key, rsa.RSAPublicKey):
            return False
        if not loaded.not_valid_before_utc <= now <= loaded.not_valid_after_utc:
            return False
        key.verify(signature, canonical(message), padding.PKCS1v15(), version())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True

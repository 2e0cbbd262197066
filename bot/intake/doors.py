"""Who may hand in alerts: a secret in a header or the address, or a signature over the very bytes; pure."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMED = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a source may be called in `/alerts/<source>`."""


@dataclass(frozen=True, slots=True)
class Signed:
    """How a source signs: which header, which hash, what stands before the digest, and which header has the time."""

    header: str
    algorithm: str = "sha256"
    before: str = ""
    timestamp: str = ""


SIGNED: Mapping[str, Signed] = {
    "pagerduty": Signed("X-PagerDuty-Signature", before="v1="),  # developer.pagerduty.com, verifying webhook signatures
    "sentry": Signed("Sentry-Hook-Signature"),  # docs.sentry.io, integration platform, webhooks
    "grafana": Signed("X-Grafana-Alerting-Signature", timestamp="X-Grafana-Alerting-Timestamp"),
    "checkly": Signed("X-Checkly-Signature"),
    "netbox": Signed("X-Hook-Signature", "sha512"),
}
_HEADERS = ("X-Api-Key", "X-Infra-Token", "X-Gitlab-Token", "X-Webhook-Token")


def secrets_of(told: str) -> dict[str, str]:
    """Return the secrets by source from `grafana=…,pagerduty=…`; `*` is for every source without one of its own.

    Raises:
        ValueError: It is not written so.
    """
    pairs = [one.strip().partition("=") for one in told.split(",") if one.strip()]
    for name, _, secret in pairs:
        if not (name == "*" or NAMED.fullmatch(name)) or len(secret) < 8:  # noqa: PLR2004 - shorter ones are guessed
            raise ValueError(
                "INFRA_ALERT_SECRETS: write source=secret,source=secret, each secret at least 8 characters."
            )
    return {name: secret for name, _, secret in pairs}


def refused(source: str, secrets: Mapping[str, str], headers: Mapping[str, str], token: str, body: bytes) -> str:
    """Return why a payload is not let in, in a sentence; empty if it is.

    Args:
        source: Who it says it is from.
        secrets: By source, as `secrets_of` returns them.
        headers: Of the request; looked up whatever their case.
        token: The `token` in the address.
        body: The bytes as they came.
    """
    secret = secrets.get(source) or secrets.get("*", "")
    if not secret:
        return f"There is no secret for {source}; add {source}=… to INFRA_ALERT_SECRETS."
    lower = {name.lower(): value for name, value in headers.items()}
    signs = SIGNED.get(source)
    signature = lower.get(signs.header.lower(), "") if signs else ""
    if signs and signature:
        good = _signature_fits(signs, secret, signature, lower.get(signs.timestamp.lower(), ""), body)
        return "" if good else f"The signature in {signs.header} does not fit the body; check the secret of {source}."
    given = [*_from_authorization(lower.get("authorization", "")), *(lower.get(name.lower(), "") for name in _HEADERS)]
    if any(_same(one, secret) for one in (*given, token)):
        return ""
    return f"Not let in: send the secret of {source} as a bearer token, a basic password, X-Api-Key or ?token=."


def _signature_fits(signs: Signed, secret: str, given: str, timestamp: str, body: bytes) -> bool:
    signed = f"{timestamp}:".encode() + body if timestamp else body
    expected = hmac.new(secret.encode(), signed, signs.algorithm).hexdigest()
    candidates = [one.strip() for one in given.split(",")][:10]
    return any(_same(one.removeprefix(signs.before), expected) for one in candidates if one.startswith(signs.before))


def _from_authorization(header: str) -> list[str]:
    kind, _, value = header.partition(" ")
    if kind.lower() in {"bearer", "token", "genie", "genie_key"}:
        return [value.strip()]
    if kind.lower() != "basic":
        return []
    try:
        return [base64.b64decode(value, validate=True).decode().partition(":")[2]]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return []


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))

"""Delivery over HTTP, signed as Slack signs it.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.wire import Body


@dataclass(frozen=True)
class Post:
    """One attempt to deliver; `number` counts the repeats, `reason` says why the last attempt failed."""

    url: str
    secret: str
    kind: str
    payload: Body
    number: int = 0


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the v0 signature of a request body."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


async def send(session: aiohttp.ClientSession, post: Post, seconds: float) -> Body | None:
    """Send; return what the bot answered (an empty body is `{}`), or None if it did not acknowledge in time."""
    body, content_type = encode(post.kind, post.payload)
    headers = {"Content-Type": content_type, **_signed(post.secret, body), **_repeat(post.number)}
    try:
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with session.post(post.url, data=body, headers=headers, timeout=timeout) as answer:
            return _read(await answer.text()) if answer.status == HTTPStatus.OK else None
    except (aiohttp.ClientError, TimeoutError):
        return None


async def verify(session: aiohttp.ClientSession, url: str, secret: str) -> bool:
    """Tell whether an address answers the url_verification challenge."""
    challenge = secrets.token_hex(16)
    asked = {"type": "url_verification", "token": "sandbox", "challenge": challenge}
    answer = await send(session, Post(url, secret, "events_api", asked), 3)
    return answer is not None and challenge in {answer.get("challenge"), answer.get("text")}


def encode(kind: str, payload: Body) -> tuple[bytes, str]:
    """Return the body and content type Slack uses for a kind of delivery."""
    form = "application/x-www-form-urlencoded"
    match kind:
        case "events_api":
            return json.dumps(payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(payload).encode(), form
        case _:
            return urlencode({"payload": json.dumps(payload)}).encode(), form


def _signed(secret: str, body: bytes) -> dict[str, str]:
    """Sign with the real time: the bot under test compares it with its own clock."""
    now = str(int(time.time()))
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature(secret, now, body)}


def _repeat(number: int) -> dict[str, str]:
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}


def _read(text: str) -> Body:
    if not text:
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        return {"text": text}
    return told if isinstance(told, dict) else {"text": text}

"""HTTP: Slack's payloads behind a guard, alerts, /health and /metrics."""

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.meter import ACK

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes of a body we read; Slack's own payloads are far smaller."""
WINDOW = 5 * 60
"""Seconds a signature is good for: https://docs.slack.dev/authentication/verifying-requests-from-slack"""

Check = Callable[[], Awaitable[str]]
"""Returns what is wrong, in a sentence, or nothing."""
_MALFORMED = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a body of the wrong shape raises in Bolt, before any listener; a listener's own errors become a 503."""
_DIGITS = re.compile(r"[0-9]{1,12}")


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def nothing_more() -> bytes:
    """Have no metrics beside this process's own."""
    return b""


def make_web(
    app: AsyncApp | None,
    secret: str,
    checks: Mapping[str, Check],
    alerts: Handler | None = None,
    more: Callable[[], Awaitable[bytes]] = nothing_more,
) -> web.Application:
    """Return the web application; without a Bolt app or a secret it takes nothing from Slack.

    Args:
        app: Takes Slack's payloads.
        secret: Slack's signing secret.
        checks: What /health looks at.
        alerts: Takes alerts.
        more: Metrics beside this process's own, in Prometheus's text format.
    """
    made = web.Application(client_max_size=LARGEST)
    made.add_routes([web.get("/health", _health(checks)), web.get("/metrics", _metrics(more))])
    if app and secret:
        made.add_routes([web.post("/slack/events", _slack(app, secret.encode()))])
    if alerts:
        made.add_routes([web.post("/alerts/{source}", alerts)])
    return made


def genuine(secret: bytes, timestamp: str, body: bytes, signature: str, now: float) -> bool:
    """Tell whether Slack signed these very bytes within the last five minutes."""
    if not _DIGITS.fullmatch(timestamp) or abs(now - int(timestamp)) > WINDOW:
        return False
    expected = hmac.new(secret, b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={expected}".encode(), signature.encode("utf-8", "surrogateescape"))


def well_formed(content_type: str, body: bytes) -> str:
    """Return the body as text.

    Raises:
        ValueError: It is not what Slack sends: a JSON object, a command's form, or a form with a JSON object in it.
    """
    text = body.decode()
    if content_type == "application/json":
        _object(text)
        return text
    form = parse_qs(text, keep_blank_values=True, max_num_fields=200)
    if "payload" in form:
        _object(form["payload"][0])
    elif "command" not in form and "ssl_check" not in form:
        raise ValueError("neither an event nor a command nor an interaction")
    return text


def _slack(app: AsyncApp, secret: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def guarded(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        body = await request.read()  # over the limit, aiohttp answers 413
        headers = request.headers
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not genuine(secret, stamp, body, signature, time.time()):
            return web.Response(status=HTTPStatus.UNAUTHORIZED, text="not signed by Slack")
        try:
            text = well_formed(request.content_type, body)
            answer = await app.async_dispatch(
                AsyncBoltRequest(body=text, headers=dict(headers), query=request.query_string)
            )
        except _MALFORMED:
            log.warning("A signed body is no payload we can read.", exc_info=True)
            return web.Response(status=HTTPStatus.BAD_REQUEST, text="not a Slack payload")
        ACK.labels("http").observe(time.perf_counter() - began)
        return await to_aiohttp_response(answer)

    return guarded


def _health(checks: Mapping[str, Check]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def health(_request: web.Request) -> web.StreamResponse:
        wrong = {name: said for name, check in checks.items() if (said := await check())}
        status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
        return web.json_response({"ok": not wrong, "wrong": wrong}, status=status)

    return health


def _metrics(more: Callable[[], Awaitable[bytes]]) -> Handler:
    async def metrics(_request: web.Request) -> web.StreamResponse:
        try:
            shared = await more()
        except (RedisError, OSError):  # what this process knows is told all the same
            log.warning("the counts of all processes cannot be read", exc_info=True)
            shared = b""
        return web.Response(body=generate_latest() + shared, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics


def _object(text: str) -> None:
    if not isinstance(json.loads(text), dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - malformed, not mistyped

"""Alerts over HTTP, at `/alerts/<source>`: let in, read, and kept before the sender is told so."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from redis.exceptions import RedisError

from bot.intake.doors import NAMED, refused
from bot.intake.paths import said
from bot.intake.reading import parsed, read
from bot.intake.sns import TYPES, Fetch, Signatures
from bot.intake.sources import SOURCES
from bot.intake.taking import Intake

log = logging.getLogger(__name__)

FETCH_SECONDS = 5.0
LARGEST_FETCH = 64 * 1024


class Receiving:
    """The door for alerts over HTTP."""

    def __init__(self, intake: Intake, secrets: Mapping[str, str], fetch: Fetch | None = None) -> None:
        self._intake = intake
        self._secrets = secrets
        self._shapes = SOURCES | intake.rules.source
        self._signatures = Signatures(fetch or fetched)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take a payload in; 200 means that its alerts are kept."""
        source = request.match_info["source"].lower()
        if not NAMED.fullmatch(source):
            return _no(HTTPStatus.NOT_FOUND, "Name the source in letters, digits and dashes: /alerts/grafana.")
        body = await request.read()  # over the limit, aiohttp answers 413
        try:
            payload = parsed(_text(request.content_type, body))
        except ValueError as error:
            return _no(HTTPStatus.BAD_REQUEST, str(error))
        if why := await self._refused(source, request, body, payload):
            return _no(HTTPStatus.UNAUTHORIZED, why)
        if (kind := _sns_type(payload)) and kind != "Notification":
            return await self._subscribed(kind, payload)
        return await self._taken(source, payload)

    async def _refused(self, source: str, request: web.Request, body: bytes, payload: object) -> str:
        """Return why a payload is not let in; what AWS signed for a topic of ours needs no secret."""
        if isinstance(payload, dict) and _sns_type(payload):
            if not self._intake.rules.hears(said(payload.get("TopicArn"))):
                return "This topic is not one of ours; add its ARN to `topics` in config/alerts.toml."
            return await self._signatures.refused(payload, datetime.now(UTC))
        return refused(source, self._secrets, request.headers, request.query.get("token", ""), body)

    async def _subscribed(self, kind: str, payload: object) -> web.StreamResponse:
        if kind == "SubscriptionConfirmation" and isinstance(payload, dict):
            done = await self._signatures.confirm(payload)
            return (
                web.json_response({"confirmed": done})
                if done
                else _no(HTTPStatus.BAD_REQUEST, "The subscription could not be confirmed; have SNS send it again.")
            )
        return web.json_response({"taken": 0})

    async def _taken(self, source: str, payload: object) -> web.StreamResponse:
        try:
            taken = await self._intake.take(read(source, payload, self._shapes))
        except (RedisError, OSError):
            log.warning("alerts of %s could not be kept and have to come again", source, exc_info=True)
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, "The alerts could not be kept; send them again.")
        named = sorted({one.incident.id for one in taken if one.incident})
        return web.json_response({"taken": len(taken), "incidents": named})


async def fetched(url: str) -> bytes:
    """Return what is at an address, and follow no redirect.

    Raises:
        OSError: There is nothing, or too much.
    """
    try:
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False) as answer:
            body = await answer.content.read(LARGEST_FETCH)
    except aiohttp.ClientError as error:
        raise OSError(str(error)) from error
    if answer.status != HTTPStatus.OK:
        raise OSError(f"{answer.status} from {url}")
    return body


def _text(content_type: str, body: bytes) -> str:
    """Return a payload's text, out of its form where it comes in one."""
    text = body.decode("utf-8", "replace")
    if content_type != "application/x-www-form-urlencoded":
        return text
    form = parse_qs(text, max_num_fields=200)
    return form["payload"][0] if "payload" in form else text


def _sns_type(payload: object) -> str:
    """Return the type of a message that SNS sends over HTTP; empty for anything else."""
    kind = said(payload.get("Type")) if isinstance(payload, dict) and "TopicArn" in payload else ""
    return kind if kind in TYPES and isinstance(payload, dict) and "Signature" in payload else ""


def _no(status: HTTPStatus, why: str) -> web.Response:
    return web.Response(status=status, text=why)

"""One way to call Slack: in step with its rate limits, and with an answer to "did it arrive?" when the line drops."""

import asyncio
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tools.contract import JsonObject

log = logging.getLogger(__name__)
T = TypeVar("T")

GAPS: Mapping[str, float] = {"chat.postMessage": 1.0, "chat.postEphemeral": 1.0}
"""Seconds between calls of a method in one channel: https://docs.slack.dev/apis/web-api/rate-limits"""
PER_MINUTE: Mapping[str, int] = {
    "chat.startStream": 20,
    "chat.stopStream": 20,
    "chat.appendStream": 100,
    "chat.update": 50,
}
"""Calls of a method a minute, for the whole workspace; same page."""
MINUTE = 60.0
BURST = 4
"""Calls that may follow each other at once before the gap holds."""
READS = ("conversations.", "users.", "usergroups.", "files.getUploadURLExternal")
"""Methods that take their arguments in the address: https://docs.slack.dev/apis/web-api"""
_TROUBLE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
ANSWER = 10.0
"""Seconds we wait for an answer."""
SLOWEST = 15.0
"""Most seconds between two tries."""


class DeclinedError(Exception):
    """Slack answered, and the answer is no; `error` is its word for why."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"Slack declined {method}: {error}.")
        self.error = error


class LostError(Exception):
    """No answer, or a server error: Slack may or may not have done it."""


class Calls:
    """Calls Web API methods; shared by all conversations of a process, because Slack counts per method."""

    def __init__(
        self,
        client: AsyncWebClient,
        gaps: Mapping[str, float] = GAPS,
        per_minute: Mapping[str, int] = PER_MINUTE,
        patience: float = 900.0,
    ) -> None:
        self.client = client
        self.patience = patience
        self._gaps = gaps
        self._per_minute = per_minute
        self._made: dict[str, deque[float]] = defaultdict(deque)
        self._free: dict[tuple[str, str], float] = defaultdict(float)
        self._held: dict[str, float] = defaultdict(float)

    async def call(self, method: str, body: JsonObject, channel: str = "") -> JsonObject:
        """Call a method once its turn has come; a 429 holds every caller of that method for as long as Slack says.

        Raises:
            DeclinedError: Slack said no.
            LostError: Slack may have done it.
        """
        until = time.monotonic() + self.patience
        while True:
            await self._turn(method, channel)
            wait = await self._once(method, body)
            if isinstance(wait, dict):
                return wait
            self._held[method] = max(self._held[method], time.monotonic() + wait)
            if self._held[method] > until:
                raise DeclinedError(method, "ratelimited")

    async def insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeat work that is safe to repeat until Slack answers, with growing pauses, as long as patience lasts.

        Raises:
            LostError: Slack did not answer for that long.
        """
        until, pause = time.monotonic() + self.patience, 0.25
        while True:
            try:
                return await work()
            except LostError:
                if time.monotonic() + pause > until:
                    raise
                await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing
                pause = min(SLOWEST, pause * 2)

    def room(self, method: str) -> bool:
        """Tell whether a call could be made at once; who has another way should then take it."""
        return self._wait(method) <= 0

    def _wait(self, method: str) -> float:
        """Return the seconds until the method may be called: until it is no longer held, and the minute has room."""
        now, made, most = time.monotonic(), self._made[method], self._per_minute.get(method)
        while made and made[0] <= now - MINUTE:
            made.popleft()
        full = made[0] + MINUTE - now if most and len(made) >= most else 0.0
        return max(full, self._held[method] - now)

    async def _turn(self, method: str, channel: str) -> None:
        while (wait := self._wait(method)) > 0:  # noqa: ASYNC110 - time is what is waited for
            await asyncio.sleep(wait)
        self._made[method].append(time.monotonic())
        gap, now = self._gaps.get(method, 0.0), time.monotonic()
        if gap and channel:
            slot = max(self._free[method, channel], now - gap * BURST) + gap
            self._free[method, channel] = slot
            await asyncio.sleep(max(0.0, slot - now))

    async def _once(self, method: str, body: JsonObject) -> JsonObject | float:
        """Return Slack's answer, or the seconds it told us to wait."""
        try:
            async with asyncio.timeout(ANSWER):
                response = await self._send(method, body)
        except SlackApiError as error:
            return _asked_to_wait(method, error)
        except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
            raise LostError(f"{method}: {type(error).__name__}") from error
        return dict(response.data) if isinstance(response.data, dict) else {}

    async def _send(self, method: str, body: JsonObject) -> AsyncSlackResponse:
        if method.startswith(READS):
            return await self.client.api_call(method, http_verb="GET", params=body)
        return await self.client.api_call(method, json=body)


def make_client(token: str, base_url: str) -> AsyncWebClient:
    """Return a client that never repeats a call by itself: only we can tell whether repeating is safe."""
    return AsyncWebClient(token=token, base_url=base_url, retry_handlers=[], timeout=10)


def _asked_to_wait(method: str, error: SlackApiError) -> float:
    """Return the seconds to wait, for a rate limit.

    Raises:
        DeclinedError: Any other no.
        LostError: Slack's servers failed.
    """
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return float(headers.get("retry-after", 1))
    data = getattr(response, "data", None)
    reason = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or reason in _TROUBLE or not reason:
        raise LostError(f"{method}: HTTP {status} {reason}") from error
    raise DeclinedError(method, reason) from error

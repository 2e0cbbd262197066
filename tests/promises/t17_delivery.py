"""T17: Slack delivers again and out of order, and others forge: every ask is one run, and no forgery is any."""

import asyncio
import hashlib
import hmac
import io
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp

from bot.listeners.ports import StoreMemory
from sandbox.bench.rows import percentile
from sandbox.conversation import BOT
from tests.bot.edge import ANA, GENERAL, TEAM, open_edge
from tests.bot.listeners.office import on_http
from tests.promises.office import open_office
from tests.promises.rows import Row

FULL, QUICK = 10_000, 40
AT_ONCE = 16
SLACK_WAITS = 3.0
"""Seconds until Slack gives an answer up: https://docs.slack.dev/apis/events-api/"""
GARBAGE = (b"", b"{", b"\xff\xfe", b"[" * 5000, b"payload=%7B", b'{"type": 7, "event": []}')


@dataclass(frozen=True)
class Sent:
    """A request and what Slack, or who pretends to be Slack, was told."""

    genuine: bool
    status: int
    seconds: float


def measure(n: int) -> list[Row]:
    """Have n asks delivered, each several times and by two events, among forgeries."""
    return asyncio.run(_measured(n))


async def _measured(n: int) -> list[Row]:
    async with open_edge() as edge, on_http(edge) as (listening, url), open_office() as office:
        listening.desk.flow, listening.desk.memory = office.flow, StoreMemory(office.store)
        post = _Poster(f"{url}/slack/events", edge.workspace.signing_secret.encode())
        sent = await post.all(list(_requests(n, random.Random(n))))  # noqa: S311 - repeatable, guards nothing
        runs = len(await office.store.runs.open())
    genuine = [one for one in sent if one.genuine]
    forged = [one for one in sent if not one.genuine]
    acked = [one.seconds for one in genuine]
    return [
        Row("T17", "asks that are not exactly one run", abs(n - runs), n),
        Row("T17", "genuine deliveries not acked", sum(one.status != 200 for one in genuine), len(genuine)),
        Row("T17", "forgeries let in", sum(one.status < 400 for one in forged), len(forged)),
        Row("T17", "5xx to the unauthenticated", sum(one.status >= 500 for one in forged), len(forged)),
        Row("T17", "ack p50", percentile(acked, 0.5), len(acked), SLACK_WAITS, "s"),
        Row("T17", "ack p99", percentile(acked, 0.99), len(acked), SLACK_WAITS, "s"),
        Row("T17", "slowest ack", max(acked), len(acked), SLACK_WAITS, "s"),
    ]


def _requests(n: int, chance: random.Random) -> Iterator[tuple[bool, bytes, int]]:
    """Yield whether it is genuine, the body, and how many seconds old its signature is."""
    for number in range(n):
        copies = [_event(number, kind) for kind in ("app_mention", "message") for _ in range(chance.randint(1, 4))]
        chance.shuffle(copies)
        yield from ((True, copy, chance.choice((0, 60, 290))) for copy in copies)
        yield False, copies[0], chance.choice((310, 3600))  # a replay from outside the window
        yield False, GARBAGE[number % len(GARBAGE)], -1  # nobody signed it


def _event(number: int, kind: str) -> bytes:
    """Return one of the two events that a mention arrives as; each has an id of its own."""
    event = {"type": kind, "user": ANA, "text": f"<@{BOT}> why?", "ts": f"17{number:08}.000100"}
    place = {"channel": GENERAL, "channel_type": "channel", "team": TEAM}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{kind}{number}", "event": event | place}
    return json.dumps(body).encode()


class _Poster:
    """Posts as Slack does."""

    def __init__(self, url: str, secret: bytes) -> None:
        self._url = url
        self._secret = secret

    async def all(self, requests: list[tuple[bool, bytes, int]]) -> list[Sent]:
        """Send everything, several at once, in order."""
        async with aiohttp.ClientSession() as session:
            batches = [requests[first : first + AT_ONCE] for first in range(0, len(requests), AT_ONCE)]
            return [
                one for batch in batches for one in await asyncio.gather(*(self._one(session, *it) for it in batch))
            ]

    async def _one(self, session: aiohttp.ClientSession, genuine: bool, body: bytes, age: int) -> Sent:  # noqa: FBT001 - a row's column
        stamp = str(int(time.time()) - max(0, age))
        digest = hmac.new(self._secret, b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
        signature = f"v0={digest}" if age >= 0 else "v0=0"
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature,
            "Content-Type": "application/json",
        }
        began = time.perf_counter()
        async with session.post(self._url, data=io.BytesIO(body), headers=headers) as answer:
            return Sent(genuine, answer.status, time.perf_counter() - began)

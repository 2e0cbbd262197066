"""A storm of alerts over a company: by HTTP and SQS, with poison among them, while people ask; and what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from sandbox.bench.rows import percentile
from sandbox.company import Company, running
from sandbox.conversation import BOT, NAMES, REPORT
from sandbox.demo import WORLDS
from sandbox.product import Product, product, until
from sandbox.slack.messages import Message
from sandbox.slack.visitor import Visitor

INCIDENT = "infra_incident"
CHANNEL = "C0INCIDEN"
ASKED_IN = ("C0GENERAL", "C0PLATFOR")
ASKERS = ("ana", "ben", "cara")
SECRET = "a secret of the storm"  # noqa: S105 - of this sandbox alone
WORLD = "false-alarm"
TRIES = 3
SETTLE_SECONDS = 120.0


@dataclass(frozen=True)
class Storm:
    """How much happens, and in what time.

    Attributes:
        alerts: Messages, each about another pod.
        causes: Things that are wrong; each fires under a name and a service of its own.
        seconds: How long it lasts.
        poison: Messages in the queue that nobody can read.
        people: Asks of people meanwhile.
    """

    alerts: int = 1000
    causes: int = 10
    seconds: float = 60.0
    poison: int = 3
    people: int = 20


@dataclass(frozen=True)
class Weathered:
    """What came of a storm, by what the workspace, the queue and the product's log show.

    Attributes:
        runs: Runs that reported on incidents.
        posts: Messages of the bot that were not answers to people.
        unaccounted: Alerts that are in no incident's count.
        started: Seconds until each person saw the first sign of their run; those who saw none count as infinite.
        parked: Poisoned messages put aside after exactly three tries, and gone from the queue.
    """

    runs: int
    posts: int
    unaccounted: int
    started: list[float]
    parked: int

    @property
    def people_p95(self) -> float:
        """Seconds within which 95 % of people saw their run start."""
        return percentile(self.started, 0.95)


def weather(storm: Storm) -> Weathered:
    """Let a storm loose on a fresh company with the product beside it, and wait until all of it is told."""
    with running(WORLDS / WORLD) as company:
        queue = _Queue(company)
        told = {"INFRA_ALERT_SECRETS": f"*={SECRET}", "INFRA_ALERT_QUEUE": queue.url}
        with product(company, extra=told) as bot, ThreadPoolExecutor(4) as hands:
            people = hands.submit(_people_ask, company, storm)
            sent = sum(hands.map(lambda share: _send(bot, share), _shares(storm, queue)))
            asked = people.result()
            sky = _Sky(company, bot, queue, sent, asked)
            until(lambda: sky.clear(storm), SETTLE_SECONDS)
            return sky.weathered()


class _Queue:
    """An SQS queue of the company."""

    def __init__(self, company: Company) -> None:
        import boto3  # noqa: PLC0415 - a second, and only storms need it

        self._client: Any = boto3.client(
            "sqs",
            "us-east-1",
            endpoint_url=company.urls["aws"],
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",  # noqa: S106 - the sandbox takes any
        )
        self.url = str(self._client.create_queue(QueueName=f"alerts-{time.time_ns()}")["QueueUrl"])

    def send(self, body: str) -> None:
        """Put a message in."""
        self._client.send_message(QueueUrl=self.url, MessageBody=body)

    def left(self) -> int:
        """Return how many messages it still has, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)


def _shares(storm: Storm, queue: _Queue) -> list[Iterator[tuple[float, _Queue | None, str]]]:
    """Return two senders' work: when, by which door (None: HTTP), and what."""
    began = time.monotonic()

    def share(number: int) -> Iterator[tuple[float, _Queue | None, str]]:
        for index in range(number, storm.alerts, 2):
            due = began + storm.seconds * index / storm.alerts
            yield due, queue if index % 10 == 9 else None, json.dumps(alert(index, index % storm.causes))  # noqa: PLR2004 - one in ten
            if index % (storm.alerts // max(1, storm.poison)) == 1:
                yield due, queue, "[" * 100_000

    return [share(0), share(1)]


def alert(number: int, cause: int) -> dict[str, object]:
    """Return what Alertmanager sends for one pod of one cause."""
    labels = {"alertname": f"Cause{cause}", "severity": "high", "service": f"team-{cause}", "pod": f"pod-{number}"}
    one = {"status": "firing", "labels": labels, "startsAt": "2026-05-04T14:05:00Z", "fingerprint": f"f{number}"}
    return {"receiver": "infra", "status": "firing", "groupKey": f"{{}}:{number}", "alerts": [one]}


def _send(bot: Product, share: Iterator[tuple[float, _Queue | None, str]]) -> int:
    """Send a share in its time; return how many alerts somebody said were taken, or are in the queue."""
    sent = 0
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {SECRET}"
        for due, queue, body in share:
            time.sleep(max(0.0, due - time.monotonic()))
            if queue:
                queue.send(body)
                sent += not body.startswith("[")
            else:
                sent += session.post(f"{bot.address}/alerts/alertmanager", data=body, timeout=30).ok
    return sent


def _people_ask(company: Company, storm: Storm) -> list[tuple[str, str]]:
    """Let people ask, spread over the storm; return channel and timestamp of each."""
    asked = []
    for number in range(storm.people):
        time.sleep(storm.seconds / storm.people)
        channel = ASKED_IN[number % len(ASKED_IN)]
        person = Visitor(company.urls["slack"], NAMES[ASKERS[number % len(ASKERS)]])
        asked.append((channel, person.post(channel, f"<@{BOT}> is checkout healthy?")))
    return asked


@dataclass(frozen=True)
class _Sky:
    """Where to look for what came of a storm."""

    company: Company
    bot: Product
    queue: _Queue
    sent: int
    asked: list[tuple[str, str]]

    def clear(self, storm: Storm) -> bool:
        """Tell whether all is told, or the product is gone."""
        found = self.weathered()
        told = not found.unaccounted and found.parked == storm.poison and max(found.started, default=0) < float("inf")
        return self.bot.down or (told and found.runs >= len(_cards(self.company)))

    def weathered(self) -> Weathered:
        """Return what came of it so far."""
        cards = _cards(self.company)
        threads = {card.ts for card in cards}
        ours = [one for one in self.company.workspace.messages[CHANNEL] if one.user == BOT and not one.ephemeral_to]
        return Weathered(
            runs=sum(_event(one) == REPORT and one.thread_ts in threads for one in ours),
            posts=len(ours),
            unaccounted=self.sent - sum(int(_payload(card)["count"]) for card in cards),
            started=[_start(self.company, channel, ts) for channel, ts in self.asked],
            parked=_parked(self.bot) if not self.queue.left() else 0,
        )


def _parked(bot: Product) -> int:
    """Return how many messages were put aside by the product's log, and only after three tries each."""
    return bot.log.read_text("utf-8").count(f"is put aside after {TRIES} tries")


def _start(company: Company, channel: str, ts: str) -> float:
    replies = [one for one in company.workspace.messages[channel] if one.thread_ts == ts and one.user == BOT]
    return min((float(one.ts) - float(ts) for one in replies), default=float("inf"))


def _cards(company: Company) -> list[Message]:
    return [one for one in company.workspace.messages[CHANNEL] if _event(one) == INCIDENT]


def _event(message: Message) -> str:
    return str((message.metadata or {}).get("event_type", ""))


def _payload(message: Message) -> dict[str, Any]:
    return dict((message.metadata or {})["event_payload"])

"""The figures: each measured on the production process against the sandbox, by the sandbox's own clock and log."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil

from sandbox.bench.bills import bills
from sandbox.bench.crowd import write_crowd
from sandbox.bench.micro import audit_verify, plan_risk, policy_decision
from sandbox.bench.posture import posture
from sandbox.bench.rows import Row, percentile
from sandbox.bench.triage import triage_large_log
from sandbox.company import Company, running
from sandbox.conversation import BOT, NAMES, Conversation
from sandbox.demo import WORLDS
from sandbox.play import paged
from sandbox.product import CHECKOUT, Product, product
from sandbox.slack.visitor import Visitor, wait_for

GOING = 8
ACKS = 200
WORDS = 40
INCIDENTS = 5
HELPS = 10
CROWDED = 20
MIB = 1024 * 1024


def figures() -> Iterator[Row]:
    """Measure everything, the cheap ones first."""
    yield help_seconds()
    yield policy_decision()
    yield audit_verify()
    yield from posture()
    yield from bills()
    yield plan_risk()
    yield from triage_large_log()
    yield from alarm_to_proposal()
    with _office("false-alarm") as (company, bot):
        yield first_words(company)
        yield ack_under_load(company)
        yield memory(bot)
    yield from crowd()
    yield setup_seconds()


def help_seconds() -> Row:
    """Measure `python -m bot --help`, interpreter included."""
    took = [_timed([sys.executable, "-m", "bot", "--help"]) for _ in range(HELPS)]
    return Row("help_p50", percentile(took, 0.5), "s", HELPS, 0.5)


def alarm_to_proposal() -> Iterator[Row]:
    """Measure from the alarm's message to the approval card, on a fresh company and bot each time."""
    took = []
    for _ in range(INCIDENTS):
        with _office("bad-deploy") as (company, _):
            began = time.monotonic()
            paged(company).card("open")
            took.append(time.monotonic() - began)
    yield Row("alarm_to_proposal_max", max(took), "s", INCIDENTS, 15)


def first_words(company: Company) -> Row:
    """Measure from a person's message to the bot's first visible words in its thread."""
    took = []
    for number in range(WORDS):
        thread = _asked(company, f"is checkout healthy? ({number})")
        began = time.monotonic()
        wait_for(thread.bot_messages)
        took.append(time.monotonic() - began)
        thread.report()
    return Row("first_words_p95", percentile(took, 0.95), "s", WORDS, 1)


def ack_under_load(company: Company) -> Row:
    """Measure how long Slack waits for an ack while eight runs are going all the time."""
    deliveries = company.workspace.journal.deliveries
    before = len(deliveries)
    with ThreadPoolExecutor(GOING) as people:
        list(people.map(lambda number: _busy(company, number), range(GOING)))
    acked = [each.acked_at - each.at for each in deliveries[before:] if each.acked_at is not None]
    missing = len(deliveries) - before - len(acked)
    return Row("ack_p99", percentile(acked, 0.99) if not missing else float("inf"), "s", len(acked), 0.5)


def memory(bot: Product) -> Row:
    """Measure what the one process holds after all that, the embedded Valkey beside it not counted."""
    return Row("memory_rss", psutil.Process(bot.process.pid).memory_info().rss / MIB, "MiB", 1, 250)


def crowd() -> Iterator[Row]:
    """Measure diagnoses of a large world, from the question to the whole answer, and what the process then holds."""
    took = []
    with (
        tempfile.TemporaryDirectory(prefix="infra-bench-") as folder,
        running(write_crowd(Path(folder))) as company,
        product(company) as bot,
    ):
        for number in range(CROWDED):
            thread, began = _asked(company, f"why is checkout failing? ({number})"), time.monotonic()
            thread.report()
            took.append(time.monotonic() - began)
        held = psutil.Process(bot.process.pid).memory_info().rss / MIB
    yield Row("crowd_diagnosis_p95", percentile(took, 0.95), "s", CROWDED, 5)
    yield Row("crowd_rss", held, "MiB", 1, 400)


def setup_seconds() -> Row:
    """Measure `make setup` in a fresh clone with an empty cache."""
    folder = Path(tempfile.mkdtemp(prefix="infra-bench-"))
    try:
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(folder / "infra")], check=True)  # noqa: S603,S607 - our own checkout
        took = _timed(["env", "UV_NO_CACHE=1", "make", "--silent", "setup"], folder / "infra")
    finally:
        shutil.rmtree(folder)
    return Row("setup_fresh_clone", took, "s", 1, 180)


def _busy(company: Company, number: int) -> None:
    """Keep one run going, one after the other, until enough messages were sent by all."""
    for turn in range(ACKS // (2 * GOING)):  # a mention is delivered twice: as app_mention and as message
        _asked(company, f"is anything wrong? ({number}.{turn})").report()


def _asked(company: Company, words: str) -> Conversation:
    url, channel = company.urls["slack"], "C0PLATFOR"
    return Conversation(url, channel, Visitor(url, NAMES["ana"]).post(channel, f"<@{BOT}> {words}"))


@contextmanager
def _office(world: str) -> Iterator[tuple[Company, Product]]:
    with running(WORLDS / world) as company, product(company) as bot:
        yield company, bot


def _timed(command: list[str], folder: Path = CHECKOUT) -> float:
    began = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return time.monotonic() - began

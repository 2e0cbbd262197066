"""The demo: a company with an incident and the product beside it, to use on a page or to watch being played."""

import signal
import sys
import threading
from pathlib import Path

from sandbox.company import Company, running
from sandbox.conversation import Card, Conversation
from sandbox.play import paged
from sandbox.product import product, until
from sandbox.slack.wire import Body

WORLDS = Path(__file__).parent / "worlds"
RECOVERY_SECONDS = 180.0


def demo(world: Path, port: int) -> int:
    """Serve the page until Ctrl-C; the incident arrives once the bot is there."""
    with running(world, port) as company, product(company):
        paged(company)
        _say(f"Acme Shop has an incident: open {company.urls['slack']}/#thread=latest")
        _say("You are Ben, an engineer on call; watch #incidents, and approve what you agree with. Ctrl-C ends it.")
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        ended.wait()
    return 0


def rehearse(world: Path) -> int:
    """Play the on-call engineer; 0 only if the incident was found, approved, fixed and verified."""
    with running(world) as company, product(company) as bot:
        thread = paged(company)
        try:
            card = _proposed(thread)
            _approve(thread, card)
            verified = until(lambda: _verified(thread.reports()), RECOVERY_SECONDS)
        except TimeoutError as late:
            sys.stderr.write(f"{late}\nThe bot's log ends:\n{bot.log.read_text('utf-8')[-4000:]}\n")
            return 1
        finally:
            _say(thread.transcript())
        return _judged(company, thread, verified=verified)


def _proposed(thread: Conversation) -> Card:
    thread.report()
    return thread.card("open")


def _approve(thread: Conversation, card: Card) -> None:
    thread.clicks("ben", "infra_approve", card)
    thread.card("done")


def _verified(reports: list[Body]) -> bool:
    return len(reports) > 1 and reports[-1]["health"] == "recovered"


def _judged(company: Company, thread: Conversation, *, verified: bool) -> int:
    checks = {
        "found": bool(thread.reports()[0]["cause"]),
        "approved": any(card.state == "done" for card in thread.cards()),
        "fixed": bool(company.cluster.writes) and not _firing(company),
        "verified": verified,
    }
    _say("\n" + "  ".join(f"{'✓' if held else '✗'} {check}" for check, held in checks.items()))
    return 0 if all(checks.values()) else 1


def _firing(company: Company) -> list[str]:
    return [str(alarm["AlarmName"]) for alarm in company.cloud.present.alarms() if alarm["StateValue"] == "ALARM"]


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
